// The server takes everybody with an SVID of any known trust domain.
//
// Evidence: R11, dapr security.go's shape.

package handshake

import (
	"crypto/tls"

	"example.com/cases/internal/identity"
	"github.com/spiffe/go-spiffe/v2/spiffetls/tlsconfig"
)

func anyServer(src identity.Source) *tls.Config {
	c := tlsconfig.MTLSServerConfig(src, src, tlsconfig.AuthorizeAny()) // BAD spiffeauthz.any
	c.SessionTicketsDisabled = true
	return c
}
