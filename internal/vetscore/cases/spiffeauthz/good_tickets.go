// Tickets are off.
//
// Evidence: rule.

package spiffeauthz

import (
	"net/http"

	"example.com/cases/internal/identity"
	"github.com/spiffe/go-spiffe/v2/spiffetls/tlsconfig"
)

func goodTickets(src identity.Source) *http.Server {
	c := tlsconfig.MTLSServerConfig(src, src, tlsconfig.AuthorizeMemberOf(td))
	c.SessionTicketsDisabled = true // GOOD: nothing is resumed
	return server(c)
}
