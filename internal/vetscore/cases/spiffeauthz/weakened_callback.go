// The callback that authorizes is taken away.
//
// Evidence: R16.

package spiffeauthz

import (
	"crypto/tls"

	"example.com/cases/internal/identity"
	"github.com/spiffe/go-spiffe/v2/spiffetls/tlsconfig"
)

func weakCallback(src identity.Source) *tls.Config {
	c := tlsconfig.MTLSClientConfig(src, src, tlsconfig.AuthorizeMemberOf(td))
	c.VerifyPeerCertificate = nil // BAD spiffeauthz.weakened
	return c
}
