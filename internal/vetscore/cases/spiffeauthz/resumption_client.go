// A client that keeps sessions.
//
// Evidence: rule.

package spiffeauthz

import (
	"crypto/tls"
	"net/http"

	"example.com/cases/internal/identity"
	"github.com/spiffe/go-spiffe/v2/spiffetls/tlsconfig"
)

func resumedClient(src identity.Source) *http.Client {
	c := tlsconfig.MTLSClientConfig(src, src, tlsconfig.AuthorizeMemberOf(td)) // BAD spiffeauthz.resumption|tlsconfig.resumption @a
	c.ClientSessionCache = tls.NewLRUClientSessionCache(32)                    // BAD spiffeauthz.resumption|tlsconfig.resumption @a
	return &http.Client{Transport: &http.Transport{TLSClientConfig: c}}
}
