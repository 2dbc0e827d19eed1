// A set of bundles keeps the domains apart.
//
// Evidence: rule.

package spiffeauthz

import "github.com/spiffe/go-spiffe/v2/bundle/x509bundle"

func goodSet(bundles []*x509bundle.Bundle) x509bundle.Source {
	set := x509bundle.NewSet()
	for _, b := range bundles {
		set.Add(b) // GOOD: by domain
	}
	return set
}
