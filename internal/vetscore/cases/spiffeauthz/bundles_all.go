// All trust domains go into one pool: each may speak for the others.
//
// Evidence: rule.

package spiffeauthz

import (
	"crypto/x509"

	"github.com/spiffe/go-spiffe/v2/bundle/x509bundle"
)

func onePool(set *x509bundle.Set) *x509.CertPool {
	pool := x509.NewCertPool()
	for _, bundle := range set.Bundles() { // BAD spiffeauthz.bundles @a
		for _, authority := range bundle.X509Authorities() { // BAD spiffeauthz.bundles @a
			pool.AddCert(authority) // BAD spiffeauthz.bundles @a
		}
	}
	return pool
}
