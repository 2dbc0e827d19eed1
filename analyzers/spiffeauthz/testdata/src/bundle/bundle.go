// Package bundle lets each trust domain sign for the others.
package bundle

import (
	"crypto/x509"

	"github.com/spiffe/go-spiffe/v2/bundle/spiffebundle"
	"github.com/spiffe/go-spiffe/v2/bundle/x509bundle"
	"github.com/spiffe/go-spiffe/v2/spiffeid"
)

func all(set *x509bundle.Set) *x509.CertPool {
	pool := x509.NewCertPool()
	for _, bundle := range set.Bundles() {
		for _, authority := range bundle.X509Authorities() {
			pool.AddCert(authority) // want `the authorities of several trust domains are in one pool`
		}
	}
	return pool
}

func byDomain(bundles map[spiffeid.TrustDomain]*spiffebundle.Bundle, pool *x509.CertPool) {
	for _, bundle := range bundles {
		authorities := bundle.X509Authorities()
		for i := range authorities {
			pool.AddCert(authorities[i]) // want `the authorities of several trust domains are in one pool`
		}
	}
}

func domains(source x509bundle.Source, federated []spiffeid.TrustDomain) (*x509.CertPool, error) {
	pool := x509.NewCertPool()
	for _, td := range federated {
		bundle, err := source.GetX509BundleForTrustDomain(td)
		if err != nil {
			return nil, err
		}
		for _, authority := range bundle.X509Authorities() {
			pool.AddCert(authority) // want `the authorities of several trust domains are in one pool`
		}
	}
	return pool, nil
}

func pem(bundles []*x509bundle.Bundle) (*x509.CertPool, error) {
	pool := x509.NewCertPool()
	for _, bundle := range bundles {
		text, err := bundle.Marshal()
		if err != nil {
			return nil, err
		}
		pool.AppendCertsFromPEM(text) // want `the authorities of several trust domains are in one pool`
	}
	return pool, nil
}

func two(source x509bundle.Source, own, partner spiffeid.TrustDomain) *x509.CertPool {
	pool := x509.NewCertPool()
	ours, _ := source.GetX509BundleForTrustDomain(own)
	for _, authority := range ours.X509Authorities() {
		pool.AddCert(authority)
	}
	theirs, _ := source.GetX509BundleForTrustDomain(partner)
	for _, authority := range theirs.X509Authorities() {
		pool.AddCert(authority) // want `the authorities of several trust domains are in one pool`
	}
	return pool
}
