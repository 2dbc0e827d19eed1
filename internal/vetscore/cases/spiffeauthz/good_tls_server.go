// A server that asks clients for nothing has no authorizer to go round.
//
// Evidence: rule.

package spiffeauthz

import (
	"net/http"

	"example.com/cases/internal/identity"
	"github.com/spiffe/go-spiffe/v2/spiffetls/tlsconfig"
)

func goodTLSServer(src identity.Source) *http.Server {
	return server(tlsconfig.TLSServerConfig(src)) // GOOD: no authorizer
}
