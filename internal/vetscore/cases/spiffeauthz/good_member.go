// The members of one trust domain.
//
// Evidence: R11 look-alike.

package spiffeauthz

import (
	"net/http"

	"example.com/cases/internal/identity"
	"github.com/spiffe/go-spiffe/v2/spiffetls/tlsconfig"
)

func goodMember(src identity.Source) *http.Client {
	c := tlsconfig.MTLSClientConfig(src, src, tlsconfig.AuthorizeMemberOf(td)) // GOOD: one domain
	return &http.Client{Transport: &http.Transport{TLSClientConfig: c}}
}
