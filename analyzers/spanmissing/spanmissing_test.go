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
	results := check(t, policy.Config{}, "out", "out/db", "out/set", "out/uses", "out/examples/show", "out/otlpexport")
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
