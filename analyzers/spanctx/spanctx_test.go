package spanctx_test

import (
	"strings"
	"testing"

	"golang.org/x/tools/go/analysis/analysistest"

	"github.com/mintwright/mintwright/analyzers/internal/fixtest"
	"github.com/mintwright/mintwright/analyzers/policy"
	"github.com/mintwright/mintwright/analyzers/spanctx"
)

func TestDropped(t *testing.T) {
	wantConfidence(t, "high", fixtest.Run(t, spanctx.Analyzer, fixtest.Options{}, "droppedsilent", "dropped", "droppedfix"))
	wantConfidence(t, "medium", fixtest.Run(t, spanctx.Analyzer, fixtest.Options{}, "droppedunsure"))
}

func TestRoot(t *testing.T) {
	wantConfidence(t, "high", fixtest.Run(t, spanctx.Analyzer, fixtest.Options{}, "rootsilent", "rootfind"))
}

func TestDetached(t *testing.T) {
	wantConfidence(t, "high", fixtest.Run(t, spanctx.Analyzer, fixtest.Options{}, "detachedsilent", "detachedfind"))
}

func TestUnsure(t *testing.T) {
	fixtest.Run(t, spanctx.Analyzer, fixtest.Options{Shown: true}, "unsure")
}

func TestStale(t *testing.T) {
	on := policy.Config{Rules: map[string]string{"spanctx.stale": "on"}}
	wantConfidence(t, "high", fixtest.Run(t, spanctx.Analyzer, fixtest.Options{Config: on}, "stalefind"))
}

// wantConfidence checks how sure all findings are.
func wantConfidence(t *testing.T, want string, results []*analysistest.Result) {
	t.Helper()
	for _, r := range results {
		for _, d := range r.Diagnostics {
			if !strings.HasSuffix(d.Category, "confidence "+want) {
				t.Errorf("%s: %q, want confidence %s", r.Pass.Fset.Position(d.Pos), d.Category, want)
			}
		}
	}
}
