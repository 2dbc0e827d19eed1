// Names in a request for a certificate of our own.
//
// Evidence: rule.

package spiffeauthz

import (
	"crypto/x509"
	"crypto/x509/pkix"
	"net/url"

	"github.com/spiffe/go-spiffe/v2/spiffeid"
)

func goodRequest(id spiffeid.ID) *x509.CertificateRequest {
	return &x509.CertificateRequest{
		Subject:  pkix.Name{CommonName: "orders"}, // GOOD: written, for people to read
		DNSNames: []string{"orders.shop.svc"},
		URIs:     []*url.URL{id.URL()},
	}
}
