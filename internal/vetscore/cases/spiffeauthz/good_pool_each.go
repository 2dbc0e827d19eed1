// A pool for each domain.
//
// Evidence: rule.

package spiffeauthz

import (
	"crypto/x509"

	"github.com/spiffe/go-spiffe/v2/bundle/x509bundle"
	"github.com/spiffe/go-spiffe/v2/spiffeid"
)

func goodPools(set *x509bundle.Set) map[spiffeid.TrustDomain]*x509.CertPool {
	pools := map[spiffeid.TrustDomain]*x509.CertPool{}
	for _, bundle := range set.Bundles() {
		pool := x509.NewCertPool()
		for _, authority := range bundle.X509Authorities() {
			pool.AddCert(authority) // GOOD: a pool of its own
		}
		pools[bundle.TrustDomain()] = pool
	}
	return pools
}
