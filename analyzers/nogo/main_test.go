package nogo_test

import (
	"flag"
	"testing"

	"golang.org/x/tools/go/analysis"

	analyzer1 "github.com/mintwright/mintwright/analyzers/nogo"
)

// analyzers is what generate_nogo_main.go of rules_go makes of a nogo rule with our package.
var analyzers = []*analysis.Analyzer{
	analyzer1.Analyzer,
}

// nogo validates them, and sets those of analyzer_flags as a main program would.
func TestGenerated(t *testing.T) {
	if err := analysis.Validate(analyzers); err != nil {
		t.Fatal(err)
	}
	for _, a := range analyzers {

		if err := a.Flags.Set("config", `{"rules":{"tlsconfig.skipverify":"off"}}`); err != nil {
			t.Error(err)
		}
		if err := a.Flags.Set("config", `{"rules":{"tlsconfig.skipverify":"loud"}}`); err == nil {
			t.Error("a severity that is none was taken")
		}
		if err := a.Flags.Set("config", "{}"); err != nil {
			t.Error(err)
		}
		a.Flags.VisitAll(func(f *flag.Flag) {
			if f.Usage == "" {
				t.Errorf("the flag %s does not say what it is for", f.Name)
			}
		})
	}
}
