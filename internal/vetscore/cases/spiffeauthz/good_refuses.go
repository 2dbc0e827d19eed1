// An authorizer that refuses.
//
// Evidence: rule.

package spiffeauthz

import (
	"crypto/tls"
	"crypto/x509"
	"fmt"

	"example.com/cases/internal/identity"
	"github.com/spiffe/go-spiffe/v2/spiffeid"
)

func goodRefuses(src identity.Source, known func(spiffeid.ID) bool) *tls.Config {
	return identity.SafeServerConfig(src, func(id spiffeid.ID, _ [][]*x509.Certificate) error {
		if known(id) {
			return nil
		}
		return fmt.Errorf("%s: %w", id, errDenied) // GOOD: refuses
	})
}
