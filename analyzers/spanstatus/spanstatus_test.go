package spanstatus_test

import (
	"strings"
	"testing"

	"github.com/mintwright/mintwright/analyzers/internal/fixtest"
	"github.com/mintwright/mintwright/analyzers/spanstatus"
)

func TestUnset(t *testing.T) {
	for _, r := range fixtest.Run(t, spanstatus.Analyzer, fixtest.Options{}, "silent", "find", "fix", "fixnames") {
		for _, d := range r.Diagnostics {
			if !strings.HasSuffix(d.Category, "confidence high") {
				t.Errorf("%s: %q, want confidence high", r.Pass.Fset.Position(d.Pos), d.Category)
			}
		}
	}
}

func TestUnsure(t *testing.T) {
	fixtest.Run(t, spanstatus.Analyzer, fixtest.Options{Shown: true}, "unsure")
}
