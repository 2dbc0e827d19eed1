// Clients need no certificate any more.
//
// Evidence: R16.

package spiffeauthz

import (
	"crypto/tls"

	"example.com/cases/internal/identity"
	"github.com/spiffe/go-spiffe/v2/spiffetls/tlsconfig"
)

func weakClientAuth(src identity.Source) *tls.Config {
	c := identity.SafeServerConfig(src, tlsconfig.AuthorizeMemberOf(td))
	c.ClientAuth = tls.NoClientCert // BAD spiffeauthz.weakened
	return c
}
