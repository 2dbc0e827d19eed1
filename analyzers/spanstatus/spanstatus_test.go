package spanstatus_test

import (
	"strings"
	"testing"

	"github.com/mintwright/mintwright/analyzers/internal/fixtest"
	"github.com/mintwright/mintwright/analyzers/spanstatus"
)

func TestUnset(t *testing.T) {
	for _, r := range fixtest.Run(t, spanstatus.Analyzer, fixtest.Options{}, "silent", "find", "fix", "fixnames", "unsure") {
		want := "confidence high"
		if r.Pass.Pkg.Path() == "unsure" {
			want = "confidence medium"
		}
		for _, d := range r.Diagnostics {
			if !strings.HasSuffix(d.Category, want) {
				t.Errorf("%s: %q, want %s", r.Pass.Fset.Position(d.Pos), d.Category, want)
			}
		}
	}
}
