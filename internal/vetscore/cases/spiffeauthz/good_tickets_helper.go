// The helper turns them off, or its caller does.
//
// Evidence: rule.

package spiffeauthz

import (
	"net/http"

	"example.com/cases/internal/identity"
	"github.com/spiffe/go-spiffe/v2/spiffetls/tlsconfig"
)

func goodHelpers(src identity.Source) []*http.Server {
	safe := identity.SafeServerConfig(src, tlsconfig.AuthorizeMemberOf(td))
	mine := identity.ServerConfig(src, tlsconfig.AuthorizeMemberOf(td))
	mine.SessionTicketsDisabled = true // GOOD: both are off
	return []*http.Server{server(safe), server(mine)}
}
