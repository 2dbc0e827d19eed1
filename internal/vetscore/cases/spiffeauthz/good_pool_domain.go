// One domain, one pool.
//
// Evidence: rule.

package spiffeauthz

import (
	"crypto/x509"

	"github.com/spiffe/go-spiffe/v2/bundle/x509bundle"
	"github.com/spiffe/go-spiffe/v2/spiffeid"
)

func goodPool(src x509bundle.Source, domain spiffeid.TrustDomain) (*x509.CertPool, error) {
	bundle, err := src.GetX509BundleForTrustDomain(domain)
	if err != nil {
		return nil, err
	}
	pool := x509.NewCertPool()
	for _, authority := range bundle.X509Authorities() {
		pool.AddCert(authority) // GOOD: one domain
	}
	return pool, nil
}
