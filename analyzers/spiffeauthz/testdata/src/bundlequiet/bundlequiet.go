// Package bundlequiet keeps a pool for each trust domain.
package bundlequiet

import (
	"crypto/x509"

	"github.com/spiffe/go-spiffe/v2/bundle/x509bundle"
	"github.com/spiffe/go-spiffe/v2/spiffeid"
)

func pools(set *x509bundle.Set) map[spiffeid.TrustDomain]*x509.CertPool {
	all := map[spiffeid.TrustDomain]*x509.CertPool{}
	for _, bundle := range set.Bundles() {
		pool := x509.NewCertPool()
		for _, authority := range bundle.X509Authorities() {
			pool.AddCert(authority)
		}
		all[bundle.TrustDomain()] = pool
	}
	return all
}

func one(bundle *x509bundle.Bundle) *x509.CertPool {
	pool := x509.NewCertPool()
	for _, authority := range bundle.X509Authorities() {
		pool.AddCert(authority)
	}
	return pool
}

func own(set *x509bundle.Set, td spiffeid.TrustDomain) *x509.CertPool {
	pool := x509.NewCertPool()
	for _, bundle := range set.Bundles() {
		if bundle.TrustDomain() != td {
			continue
		}
		for _, authority := range bundle.X509Authorities() {
			pool.AddCert(authority)
		}
	}
	return pool
}

func sets(sets []*x509bundle.Set) *x509bundle.Set {
	all := x509bundle.NewSet()
	for _, set := range sets {
		for _, bundle := range set.Bundles() {
			all.Add(bundle)
		}
	}
	return all
}

func certificates(list []*x509.Certificate) *x509.CertPool {
	pool := x509.NewCertPool()
	for _, c := range list {
		pool.AddCert(c)
	}
	return pool
}

// twice asks for the same bundle before and after.
func twice(source x509bundle.Source, td spiffeid.TrustDomain) (*x509.CertPool, error) {
	pool := x509.NewCertPool()
	before, err := source.GetX509BundleForTrustDomain(td)
	if err != nil {
		return nil, err
	}
	pool.AddCert(before.X509Authorities()[0])
	after, err := source.GetX509BundleForTrustDomain(td)
	if err != nil {
		return nil, err
	}
	pool.AddCert(after.X509Authorities()[0])
	return pool, nil
}
