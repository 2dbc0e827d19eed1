package tlsconfig_test

import (
	"os"
	"strings"
	"testing"

	"golang.org/x/tools/go/analysis/analysistest"

	"github.com/mintwright/mintwright/analyzers/internal/fixtest"
	"github.com/mintwright/mintwright/analyzers/policy"
	"github.com/mintwright/mintwright/analyzers/tlsconfig"
)

func TestFindings(t *testing.T) {
	confidences(t, fixtest.Run(t, tlsconfig.Analyzer, fixtest.Options{},
		"silent", "chosen", "lib", "verify", "versions", "suites", "clientauth", "acceptall", "resumption", "obsolete", "oldgo",
		"testsupport/httptestutil", "generated"))
}

func TestStrict(t *testing.T) {
	confidences(t, fixtest.Run(t, tlsconfig.Analyzer, fixtest.Options{Config: policy.Config{Strict: true}}, "strict"))
}

// confidences compares the confidence of findings with what the line says: high, unless a
// comment on it says something else.
func confidences(t *testing.T, results []*analysistest.Result) {
	t.Helper()
	for _, r := range results {
		for _, d := range r.Diagnostics {
			at := r.Pass.Fset.Position(d.Pos)
			text, err := os.ReadFile(at.Filename)
			if err != nil {
				t.Fatal(err)
			}
			want := "high"
			for _, c := range []string{"medium", "low"} {
				if strings.Contains(strings.Split(string(text), "\n")[at.Line-1], "/* "+c+" */") {
					want = c
				}
			}
			if !strings.HasSuffix(d.Category, "confidence "+want) {
				t.Errorf("%s: want confidence %s, have %s: %s", at, want, d.Category, d.Message)
			}
		}
	}
}
