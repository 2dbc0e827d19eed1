// Package bundleunsure has two bundles, maybe of one trust domain.
package bundleunsure

import (
	"crypto/x509"

	"github.com/spiffe/go-spiffe/v2/bundle/x509bundle"
)

func both(a, b *x509bundle.Bundle) *x509.CertPool {
	pool := x509.NewCertPool()
	for _, authority := range a.X509Authorities() {
		pool.AddCert(authority)
	}
	for _, authority := range b.X509Authorities() {
		pool.AddCert(authority) // want `the authorities of several trust domains are in one pool`
	}
	return pool
}
