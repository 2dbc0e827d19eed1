// Package analyzers lists the analyzers that judge how Go code uses telemetry and identity.
//
// Each analyzer lies in a folder of its own and depends on golang.org/x/tools/go/analysis
// and the standard library only, so that any driver can run it.
package analyzers

import "golang.org/x/tools/go/analysis"

// Suite returns every analyzer, sorted by name. The caller owns the slice.
func Suite() []*analysis.Analyzer {
	return []*analysis.Analyzer{}
}
