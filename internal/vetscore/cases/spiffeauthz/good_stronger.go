// Changes that do not weaken.
//
// Evidence: R16 look-alike.

package spiffeauthz

import (
	"crypto/tls"

	"example.com/cases/internal/identity"
	"github.com/spiffe/go-spiffe/v2/spiffetls/tlsconfig"
)

func goodStronger(src identity.Source) *tls.Config {
	c := tlsconfig.MTLSServerConfig(src, src, tlsconfig.AuthorizeMemberOf(td))
	c.MinVersion = tls.VersionTLS13
	c.NextProtos = []string{"h2"}
	c.SessionTicketsDisabled = true // GOOD: all to the better
	return c
}
