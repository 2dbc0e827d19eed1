// Only the path is compared: the same path of another trust domain will do.
//
// Evidence: R10, dapr security.go's shape.

package spiffeauthz

import "github.com/spiffe/go-spiffe/v2/spiffeid"

func pathMatcher(want spiffeid.ID) spiffeid.Matcher {
	return func(actual spiffeid.ID) error { // BAD spiffeauthz.path @a
		if actual.Path() != want.Path() { // BAD spiffeauthz.path @a
			return errDenied
		}
		return nil
	}
}
