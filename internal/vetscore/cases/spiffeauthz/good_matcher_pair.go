// The domain by Compare, the path by a table.
//
// Evidence: R10 look-alike.

package spiffeauthz

import "github.com/spiffe/go-spiffe/v2/spiffeid"

func goodTable(paths map[string]bool) spiffeid.Matcher {
	return func(id spiffeid.ID) error {
		if id.TrustDomain().Compare(td) != 0 {
			return errDenied
		}
		if !paths[id.Path()] { // GOOD: the domain is compared above
			return errDenied
		}
		return nil
	}
}
