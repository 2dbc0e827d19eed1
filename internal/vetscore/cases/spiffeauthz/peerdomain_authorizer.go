// The authorizer is made of the peer's own domain.
//
// Evidence: rule.

package spiffeauthz

import (
	"crypto/tls"
	"crypto/x509"

	"example.com/cases/internal/identity"
	"github.com/spiffe/go-spiffe/v2/spiffeid"
	"github.com/spiffe/go-spiffe/v2/spiffetls/tlsconfig"
)

func ownAuthorizer(src identity.Source) *tls.Config {
	return identity.ClientConfig(src, func(id spiffeid.ID, chains [][]*x509.Certificate) error {
		return tlsconfig.AuthorizeMemberOf(id.TrustDomain())(id, chains) // BAD spiffeauthz.peerdomain
	})
}
