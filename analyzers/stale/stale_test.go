package stale

import (
	"fmt"
	"path/filepath"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/tools/go/analysis/analysistest"

	"github.com/mintwright/mintwright/analyzers/policy"
)

// A comment on a go:generate line would be an argument of it, so that what is wanted stands here.
func Test(t *testing.T) {
	set(t, "all", "true")
	for pkg, want := range map[string][]string{
		"fresh": nil,
		"other": nil,
		"env":   nil, // the line depends on the environment
		"changed": {
			"changed.go:10: store_trace.go is older than what it was made from: run gen generate td/changed",
			"changed.go:11: named_trace.go is older than what it was made from: run gen generate td/changed",
			"changed.go:12: path_trace.go is older than what it was made from: run gen generate td/changed",
			"changed.go:13: other_trace.go is older than what it was made from: run gen generate td/changed",
			"changed.go:14: api_client.go is older than what it was made from: run gen generate td/changed",
			"changed.go:14: second_client.go is older than what it was made from: run gen generate td/changed",
			"in_test.go:5: in_test_trace_test.go is older than what it was made from: run gen generate td/changed",
		},
		"line": {
			`line.go:6: store_trace.go was made by "gen trace -type Store -o store_trace.go", and this line says something else: run gen generate td/line`,
		},
		"orphan": {
			`orphan.go:1: store_trace.go was made by a line "//go:generate gen trace -type Store" that is not in this package: bring it back, or delete the file`,
		},
		"foreign": {
			"foreign.go:5: store_trace.go is older than what it was made from: run gen generate td/foreign",
			"foreign.go:6: path_trace.go is older than what it was made from: run gen generate td/foreign",
		},
		"registry": {
			"registry.go:4: changed_attrs.go is older than what it was made from: run gen generate td/registry",
		},
	} {
		t.Run(pkg, func(t *testing.T) {
			if diff := cmp.Diff(want, found(t, "td/"+pkg)); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
		})
	}
}

// What is off is not reported, and what is for information is not shown by itself.
func TestPolicy(t *testing.T) {
	if got := found(t, "td/orphan"); got != nil {
		t.Errorf("shown: %q", got)
	}
	if got := found(t, "td/line"); len(got) != 1 {
		t.Errorf("shown: %q", got)
	}
	set(t, "config", `{"rules": {"stale": "off"}}`)
	if got := found(t, "td/line"); got != nil {
		t.Errorf("although it is off: %q", got)
	}
}

func set(t *testing.T, name, value string) {
	t.Helper()
	before := policy.Analyzer.Flags.Lookup(name).DefValue
	if name == "config" {
		before = "{}"
	}
	if err := policy.Analyzer.Flags.Set(name, value); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := policy.Analyzer.Flags.Set(name, before); err != nil {
			t.Error(err)
		}
	})
}

// found returns the findings in a package, with their lines, sorted.
func found(t *testing.T, pkg string) []string {
	t.Helper()
	var list []string
	for _, r := range analysistest.Run(unwanted{}, analysistest.TestData(), Analyzer, pkg) {
		for _, err := range r.Action.Package.Errors {
			t.Error(err)
		}
		for _, d := range r.Diagnostics {
			at := r.Pass.Fset.Position(d.Pos)
			list = append(list, fmt.Sprintf("%s:%d: %s", filepath.Base(at.Filename), at.Line, d.Message))
		}
	}
	slices.Sort(list)
	return slices.Compact(list) // a package and its variant for tests
}

// unwanted takes no notice of findings that no comment wants.
type unwanted struct{}

func (unwanted) Errorf(string, ...any) {}
