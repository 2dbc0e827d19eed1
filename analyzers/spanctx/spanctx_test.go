package spanctx_test

import (
	"strings"
	"testing"

	"golang.org/x/tools/go/analysis/analysistest"

	"github.com/mintwright/mintwright/analyzers/internal/fixtest"
	"github.com/mintwright/mintwright/analyzers/policy"
	"github.com/mintwright/mintwright/analyzers/spanctx"
)

func TestDefault(t *testing.T) {
	wantConfidence(t, fixtest.Run(t, spanctx.Analyzer, fixtest.Options{},
		"droppedsilent", "dropped", "droppedfix", "droppedunsure",
		"rootsilent", "rootfind", "detachedsilent", "detachedfind", "unsure"))
}

func TestStale(t *testing.T) {
	on := policy.Config{Rules: map[string]string{"spanctx.stale": "on"}}
	wantConfidence(t, fixtest.Run(t, spanctx.Analyzer, fixtest.Options{Config: on}, "stalefind"))
}

// wantConfidence checks that all findings are sure, but for those of the packages that say they
// are not.
func wantConfidence(t *testing.T, results []*analysistest.Result) {
	t.Helper()
	for _, r := range results {
		for _, d := range r.Diagnostics {
			if strings.HasSuffix(d.Category, "confidence high") == strings.HasSuffix(r.Pass.Pkg.Path(), "unsure") {
				t.Errorf("%s: %q", r.Pass.Fset.Position(d.Pos), d.Category)
			}
		}
	}
}
