// The lowest version is taken down.
//
// Evidence: R16.

package spiffeauthz

import (
	"crypto/tls"

	"example.com/cases/internal/identity"
	"github.com/spiffe/go-spiffe/v2/spiffetls/tlsconfig"
)

func weakVersion(src identity.Source) *tls.Config {
	c := tlsconfig.MTLSServerConfig(src, src, tlsconfig.AuthorizeMemberOf(td))
	c.SessionTicketsDisabled = true
	c.MinVersion = tls.VersionTLS10 // BAD spiffeauthz.weakened|tlsconfig.version
	return c
}
