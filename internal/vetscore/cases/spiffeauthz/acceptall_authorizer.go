// An authorizer that never refuses.
//
// Evidence: R11.

package spiffeauthz

import (
	"crypto/tls"
	"crypto/x509"

	"example.com/cases/internal/identity"
	"github.com/spiffe/go-spiffe/v2/spiffeid"
	"github.com/spiffe/go-spiffe/v2/spiffetls/tlsconfig"
)

func acceptAuthorizer(src identity.Source) *tls.Config {
	return tlsconfig.MTLSClientConfig(src, src, func(spiffeid.ID, [][]*x509.Certificate) error { // BAD spiffeauthz.acceptall @a
		return nil // BAD spiffeauthz.acceptall @a
	})
}
