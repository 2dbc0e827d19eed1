// Domain and path.
//
// Evidence: R10 look-alike.

package spiffeauthz

import "github.com/spiffe/go-spiffe/v2/spiffeid"

func goodPathDomain(want spiffeid.ID) spiffeid.Matcher {
	return func(actual spiffeid.ID) error {
		if actual.TrustDomain() != want.TrustDomain() || actual.Path() != want.Path() { // GOOD: both
			return errDenied
		}
		return nil
	}
}
