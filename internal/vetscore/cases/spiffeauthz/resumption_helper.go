// The config comes from a helper of another package.
//
// Evidence: rule: through helpers by facts.

package spiffeauthz

import (
	"net/http"
	"time"

	"example.com/cases/internal/identity"
	"github.com/spiffe/go-spiffe/v2/spiffeid"
	"github.com/spiffe/go-spiffe/v2/spiffetls/tlsconfig"
)

func resumedHelper(src identity.Source, id spiffeid.ID) *http.Server {
	srv := &http.Server{Addr: ":8443", Handler: http.NotFoundHandler(), ReadHeaderTimeout: time.Second}
	srv.TLSConfig = identity.ServerConfig(src, tlsconfig.AuthorizeID(id)) // BAD spiffeauthz.resumption
	return srv
}
