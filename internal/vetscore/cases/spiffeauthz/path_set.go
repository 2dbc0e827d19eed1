// Paths in a set, in a named function.
//
// Evidence: R10.

package spiffeauthz

import (
	"slices"

	"github.com/spiffe/go-spiffe/v2/spiffeid"
	"github.com/spiffe/go-spiffe/v2/spiffetls/tlsconfig"
)

var allowedPaths = []string{"/orders", "/billing"}

func inAllowed(id spiffeid.ID) error { // BAD spiffeauthz.path @a
	if slices.Contains(allowedPaths, id.Path()) { // BAD spiffeauthz.path @a
		return nil
	}
	return errDenied
}

func pathSet() tlsconfig.Authorizer {
	return tlsconfig.AdaptMatcher(inAllowed) // BAD spiffeauthz.path @a
}
