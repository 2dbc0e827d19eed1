// Package nogo is the suite as one analyzer, for drivers that take a package with a variable
// Analyzer: nogo of Bazel's rules_go does.
//
// Form: rules_go, "nogo build-time code analysis".
package nogo

import (
	"golang.org/x/tools/go/analysis"

	"github.com/mintwright/mintwright/analyzers"
	"github.com/mintwright/mintwright/analyzers/policy"
)

// Analyzer reports what the suite finds: warnings and errors that are sure. Drivers that take
// lists get the same from analyzers.Suite. Its flags are those of policy: "config" takes the
// configuration as JSON.
var Analyzer = &analysis.Analyzer{
	Name:     "mintwright",
	Doc:      "mintwright: report missing spans, broken traces and unsafe TLS",
	Flags:    policy.Analyzer.Flags,
	Requires: append(analyzers.Suite(), policy.Analyzer),
	Run: func(pass *analysis.Pass) (any, error) {
		for _, f := range policy.Of(pass).Shown() {
			pass.Report(f.Diagnostic)
		}
		return nil, nil
	},
}
