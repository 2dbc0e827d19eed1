// The peer's domain is compared with a given one.
//
// Evidence: rule.

package spiffeauthz

import (
	"crypto/x509"
	"slices"

	"github.com/spiffe/go-spiffe/v2/spiffeid"
	"github.com/spiffe/go-spiffe/v2/spiffetls/tlsconfig"
)

func goodCompared(allowed []spiffeid.TrustDomain) tlsconfig.Authorizer {
	return func(id spiffeid.ID, _ [][]*x509.Certificate) error {
		if slices.Contains(allowed, id.TrustDomain()) { // GOOD: a list of ours
			return nil
		}
		return errDenied
	}
}
