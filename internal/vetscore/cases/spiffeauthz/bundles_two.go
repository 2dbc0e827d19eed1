// Two domains, one pool.
//
// Evidence: rule.

package spiffeauthz

import (
	"crypto/x509"

	"github.com/spiffe/go-spiffe/v2/bundle/x509bundle"
	"github.com/spiffe/go-spiffe/v2/spiffeid"
)

func twoDomains(src x509bundle.Source, ours, theirs spiffeid.TrustDomain) (*x509.CertPool, error) {
	pool := x509.NewCertPool() // BAD spiffeauthz.bundles @a
	for _, domain := range []spiffeid.TrustDomain{ours, theirs} {
		bundle, err := src.GetX509BundleForTrustDomain(domain) // BAD spiffeauthz.bundles @a
		if err != nil {
			return nil, err
		}
		for _, authority := range bundle.X509Authorities() { // BAD spiffeauthz.bundles @a
			pool.AddCert(authority) // BAD spiffeauthz.bundles @a
		}
	}
	return pool, nil
}
