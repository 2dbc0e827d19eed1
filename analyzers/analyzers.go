// Package analyzers lists the analyzers that judge how Go code uses telemetry and identity.
//
// Each analyzer lies in a folder of its own and depends on golang.org/x/tools/go/analysis
// and the standard library only, so that any driver can run it.
package analyzers

import (
	"slices"
	"strings"

	"golang.org/x/tools/go/analysis"

	"github.com/mintwright/mintwright/analyzers/plaintext"
	"github.com/mintwright/mintwright/analyzers/rule"
	"github.com/mintwright/mintwright/analyzers/semconvkey"
	"github.com/mintwright/mintwright/analyzers/spanctx"
	"github.com/mintwright/mintwright/analyzers/spanend"
	"github.com/mintwright/mintwright/analyzers/spanerror"
	"github.com/mintwright/mintwright/analyzers/spanmissing"
	"github.com/mintwright/mintwright/analyzers/spanname"
	"github.com/mintwright/mintwright/analyzers/spanstatus"
	"github.com/mintwright/mintwright/analyzers/spanuse"
	"github.com/mintwright/mintwright/analyzers/spiffeauthz"
	"github.com/mintwright/mintwright/analyzers/spiffesource"
	"github.com/mintwright/mintwright/analyzers/stale"
	"github.com/mintwright/mintwright/analyzers/suppression"
	"github.com/mintwright/mintwright/analyzers/tlsconfig"
)

// Suite returns every analyzer, sorted by name. The caller owns the slice.
func Suite() []*analysis.Analyzer {
	list := []*analysis.Analyzer{
		plaintext.Analyzer,
		semconvkey.Analyzer,
		spanctx.Analyzer,
		spanend.Analyzer,
		spanerror.Analyzer,
		spanmissing.Analyzer,
		spanname.Analyzer,
		spanstatus.Analyzer,
		spanuse.Analyzer,
		spiffeauthz.Analyzer,
		spiffesource.Analyzer,
		stale.Analyzer,
		tlsconfig.Analyzer,
	}
	at := slices.Index(list, tlsconfig.Analyzer)
	return slices.Insert(list, at, suppression.New(slices.Clone(list), Rules()))
}

// Rules returns every rule, sorted by ID. The caller owns the slice.
func Rules() []rule.Rule {
	rules := slices.Concat(
		plaintext.Rules(),
		semconvkey.Rules(),
		spanctx.Rules(),
		spanend.Rules(),
		spanerror.Rules(),
		spanmissing.Rules(),
		spanname.Rules(),
		spanstatus.Rules(),
		spanuse.Rules(),
		spiffeauthz.Rules(),
		spiffesource.Rules(),
		stale.Rules(),
		suppression.Rules(),
		tlsconfig.Rules(),
	)
	slices.SortFunc(rules, func(a, b rule.Rule) int { return strings.Compare(a.ID, b.ID) })
	return rules
}
