package nogo

import (
	"testing"

	"golang.org/x/tools/go/analysis"

	"github.com/mintwright/mintwright/analyzers/internal/fixtest"
)

func TestOne(t *testing.T) {
	// As nogo's main does it.
	if err := analysis.Validate([]*analysis.Analyzer{Analyzer}); err != nil {
		t.Fatal(err)
	}
	fixtest.Run(t, Analyzer, fixtest.Options{Shown: true}, "a")
}
