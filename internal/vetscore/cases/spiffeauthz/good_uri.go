// The URI SAN.
//
// Evidence: rule.

package spiffeauthz

import (
	"net/http"

	"github.com/spiffe/go-spiffe/v2/spiffeid"
	"github.com/spiffe/go-spiffe/v2/svid/x509svid"
)

func goodURI(r *http.Request) (spiffeid.ID, error) {
	return x509svid.IDFromCert(r.TLS.PeerCertificates[0]) // GOOD: the SPIFFE ID
}
