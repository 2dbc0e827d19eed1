// Tickets are on: a resumed session goes round the authorizer.
//
// Evidence: rule: go-spiffe's G123 sites on servers.

package spiffeauthz

import (
	"net/http"

	"example.com/cases/internal/identity"
	"github.com/spiffe/go-spiffe/v2/spiffetls/tlsconfig"
)

func resumedServer(src identity.Source) *http.Server {
	c := tlsconfig.MTLSServerConfig(src, src, tlsconfig.AuthorizeMemberOf(td)) // BAD spiffeauthz.resumption @a
	c.NextProtos = []string{"h2", "http/1.1"}
	return server(c) // BAD spiffeauthz.resumption @a
}
