// VerifyConnection authorizes resumed connections too.
//
// Evidence: rule.

package spiffeauthz

import (
	"crypto/tls"
	"net/http"

	"example.com/cases/internal/identity"
	"github.com/spiffe/go-spiffe/v2/spiffetls/tlsconfig"
)

func goodConnection(src identity.Source, check func(tls.ConnectionState) error) *http.Server {
	c := tlsconfig.MTLSServerConfig(src, src, tlsconfig.AuthorizeMemberOf(td))
	c.VerifyConnection = check // GOOD: for each connection
	return server(c)
}
