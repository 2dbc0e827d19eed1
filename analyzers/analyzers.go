// Package analyzers lists the analyzers that judge how Go code uses telemetry and identity.
//
// Each analyzer lies in a folder of its own and depends on golang.org/x/tools/go/analysis
// and the standard library only, so that any driver can run it.
package analyzers

import (
	"golang.org/x/tools/go/analysis"

	"github.com/mintwright/mintwright/analyzers/plaintext"
	"github.com/mintwright/mintwright/analyzers/rule"
	"github.com/mintwright/mintwright/analyzers/semconvkey"
	"github.com/mintwright/mintwright/analyzers/spanctx"
	"github.com/mintwright/mintwright/analyzers/suppression"
)

// Suite returns every analyzer, sorted by name. The caller owns the slice.
func Suite() []*analysis.Analyzer {
	list := []*analysis.Analyzer{
		plaintext.Analyzer,
		semconvkey.Analyzer,
		spanctx.Analyzer,
	}
	return append(list, suppression.New(list, Rules()))
}

// Rules returns every rule, sorted by ID. The caller owns the slice.
func Rules() []rule.Rule {
	var rules []rule.Rule
	for _, of := range []func() []rule.Rule{
		plaintext.Rules,
		semconvkey.Rules,
		spanctx.Rules,
		suppression.Rules,
	} {
		rules = append(rules, of()...)
	}
	return rules
}
