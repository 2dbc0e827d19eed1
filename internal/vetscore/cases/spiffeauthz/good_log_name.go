// The common name is for the log.
//
// Evidence: rule.

package spiffeauthz

import (
	"log"
	"net/http"

	"github.com/spiffe/go-spiffe/v2/spiffeid"
	"github.com/spiffe/go-spiffe/v2/svid/x509svid"
)

func goodLogName(r *http.Request) (spiffeid.ID, error) {
	cert := r.TLS.PeerCertificates[0]
	id, err := x509svid.IDFromCert(cert)
	if err != nil {
		log.Printf("a certificate without an ID, named %q", cert.Subject.CommonName) // GOOD: told, not trusted
		return spiffeid.ID{}, err
	}
	return id, nil
}
