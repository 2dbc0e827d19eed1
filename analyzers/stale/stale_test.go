package stale

import (
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/tools/go/analysis/analysistest"

	"github.com/mintwright/mintwright/analyzers/policy"
)

// A comment on a go:generate line would be an argument of it, so that what is wanted stands here.
func Test(t *testing.T) {
	set(t, "all", "true")
	wanted := map[string][]string{
		"fresh": nil,
		"other": nil,
		"env":   nil, // the line depends on the environment

		"double/apitest": nil, // the line is in the package above
		"elsewhere":      nil, // and here in another
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
		"blank": {
			"blank.go:5: store_trace.go is older than what it was made from: run gen generate td/blank",
		},
		"registry": {
			"registry.go:4: changed_attrs.go is older than what it was made from: run gen generate td/registry",
		},
	}
	got := found(t, slices.Sorted(maps.Keys(wanted))...)
	for pkg, want := range wanted {
		if diff := cmp.Diff(want, got[pkg]); diff != "" {
			t.Errorf("%s: -want +got:\n%s", pkg, diff)
		}
	}
}

// What is off is not reported, and what is for information is not shown by itself.
func TestPolicy(t *testing.T) {
	if got := found(t, "orphan", "line"); len(got["orphan"]) != 0 || len(got["line"]) != 1 {
		t.Errorf("shown: %q", got)
	}
	set(t, "config", `{"rules": {"stale": "off"}}`)
	if got := found(t, "line"); len(got) != 0 {
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

// found returns the findings in packages, with their lines, sorted.
func found(t *testing.T, packages ...string) map[string][]string {
	t.Helper()
	var paths []string
	for _, p := range packages {
		paths = append(paths, "td/"+p)
	}
	list := map[string][]string{}
	for _, r := range analysistest.Run(unwanted{}, analysistest.TestData(), Analyzer, paths...) {
		for _, err := range r.Action.Package.Errors {
			t.Error(err)
		}
		pkg := strings.TrimPrefix(r.Action.Package.PkgPath, "td/")
		for _, d := range r.Diagnostics {
			at := r.Pass.Fset.Position(d.Pos)
			list[pkg] = append(list[pkg], fmt.Sprintf("%s:%d: %s", filepath.Base(at.Filename), at.Line, d.Message))
		}
	}
	for pkg := range list {
		slices.Sort(list[pkg])
		list[pkg] = slices.Compact(list[pkg]) // a package and its variant for tests
	}
	return list
}

// unwanted takes no notice of findings that no comment wants.
type unwanted struct{}

func (unwanted) Errorf(string, ...any) {}
