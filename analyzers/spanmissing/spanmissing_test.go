package spanmissing

import (
	"os"
	"strings"
	"testing"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/analysis/analysistest"

	"github.com/mintwright/mintwright/analyzers/internal/fixtest"
	"github.com/mintwright/mintwright/analyzers/policy"
)

func TestInbound(t *testing.T) {
	results := check(t, policy.Config{}, "in", "in/bare", "in/metrics", "in/own", "plainly")
	confidences(t, results)
}

func TestOutbound(t *testing.T) {
	results := check(t, policy.Config{}, "out", "out/db", "out/set", "out/uses", "out/examples/show", "out/injects", "out/byhand", "out/byhand/headers", "out/otlpexport")
	confidences(t, results)
}

func TestFixes(t *testing.T) { check(t, policy.Config{}, "fix/a", "fix/b") }

func check(t *testing.T, c policy.Config, packages ...string) []*analysistest.Result {
	t.Helper()
	return fixtest.Run(t, Analyzer, fixtest.Options{Config: c, AnyFacts: true}, packages...)
}

// confidences compares the confidence of findings with what the comment before "want" says,
// "// medium" or "// low"; without one it is high.
func confidences(t *testing.T, results []*analysistest.Result) {
	t.Helper()
	for _, r := range results {
		for _, d := range r.Diagnostics {
			want := "high"
			for _, c := range [...]string{"medium", "low"} {
				if strings.Contains(source(t, r.Pass, d), "// "+c+" // want") {
					want = c
				}
			}
			if got := d.Category[strings.LastIndex(d.Category, " ")+1:]; got != want {
				t.Errorf("%s: want %s confidence, got %s", r.Pass.Fset.Position(d.Pos), want, d.Category)
			}
		}
	}
}

func source(t *testing.T, pass *analysis.Pass, d analysis.Diagnostic) string {
	t.Helper()
	at := pass.Fset.Position(d.Pos)
	data, err := os.ReadFile(at.Filename)
	if err != nil {
		t.Fatal(err)
	}
	return strings.Split(string(data), "\n")[at.Line-1]
}

func TestDecorator(t *testing.T) {
	confidences(t, check(t, policy.Config{}, "deco/store", "deco/bad", "deco/good", "deco/made", "deco/makes"))
}

func TestRequired(t *testing.T) {
	c := policy.Config{Require: []policy.Requirement{
		{Packages: []string{"req/jobs/..."}, Functions: []string{"(*worker).Handle*", "Run"}, Reason: "a job is the root\nof its trace"},
		{Packages: []string{"elsewhere/...", "req/othe"}, Functions: []string{"*"}},
	}}
	confidences(t, check(t, c, "req/jobs", "req/other", "req/helper"))
}

// Where the toolchain brings the spans in, their absence in the source means nothing.
func TestWoven(t *testing.T) {
	check(t, policy.Config{Woven: true, Require: []policy.Requirement{{Packages: []string{"..."}, Functions: []string{"*"}}}}, "woven")
}

func TestPatterns(t *testing.T) {
	for _, tt := range []struct {
		patterns []string
		text     string
		function bool
		want     bool
	}{
		{[]string{"a.com/b"}, "a.com/b", false, true},
		{[]string{"a.com/b"}, "a.com/b/c", false, false},
		{[]string{"a.com/b/..."}, "a.com/b", false, true},
		{[]string{"a.com/b/..."}, "a.com/b/c/d", false, true},
		{[]string{"a.com/b/..."}, "a.com/bc", false, false},
		{[]string{"a.com/.../d"}, "a.com/b/c/d", false, true},
		{[]string{"a.com/b..."}, "a.com/bc", false, true},
		{[]string{"..."}, "a.com/b", false, true},
		{[]string{"a", "b"}, "b", false, true},
		{[]string{"F"}, "F", true, true},
		{[]string{"F"}, "T.F", true, false},
		{[]string{"*"}, "T.F", true, false},
		{[]string{"*.F"}, "T.F", true, true},
		{[]string{"(*T).F"}, "(*T).F", true, true},
		{[]string{"(*T).F"}, "T.F", true, true},
		{[]string{"(*T).F"}, "(*XT).F", true, false},
		{[]string{"T.*"}, "(*T).Find", true, true},
		{[]string{"(*).Do"}, "(*T).Do", true, true},
		{[]string{"(*T).F*d"}, "(*T).Find", true, true},
		{[]string{"(*T"}, "(*T).Find", true, false},
	} {
		f := isWithin
		if tt.function {
			f = isNamed
		}
		if got := f(tt.patterns, tt.text); got != tt.want {
			t.Errorf("%q matches %q: want %v, got %v", tt.patterns, tt.text, tt.want, got)
		}
	}
}

func TestDirective(t *testing.T) {
	for line, want := range map[string]string{
		"gen trace -type Store":                                            "Store",
		"gen trace --type=Store,Cache -o x.go":                             "Store,Cache",
		"go tool gen trace -metrics -type Store":                           "Store",
		"go run github.com/mintwright/mintwright/cmd/gen@v1 trace -type A": "A",
		"./bin/gen trace -type \"A\"":                                      "A",
		"gen trace -type":                                                  "",
		"gen trace":                                                        "",
		"gen client -type A":                                               "",
		"regen trace -type A":                                              "",
		"trace -type A":                                                    "",
		"gen trace -type other.Store":                                      "",
	} {
		if got := strings.Join(traced(strings.Fields(line)), ","); got != want {
			t.Errorf("%s: want %q, got %q", line, want, got)
		}
	}
}
