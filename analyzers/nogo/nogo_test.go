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
	if Analyzer.Flags.Lookup("config") == nil {
		t.Error("it cannot be configured")
	}
	fixtest.Run(t, Analyzer, fixtest.Options{Shown: true}, "a")
}
