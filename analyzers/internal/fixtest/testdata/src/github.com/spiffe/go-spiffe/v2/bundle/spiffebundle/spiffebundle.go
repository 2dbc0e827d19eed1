// Package spiffebundle has the signatures of go-spiffe's, and nothing behind them.
package spiffebundle

import (
	"crypto/x509"

	"github.com/spiffe/go-spiffe/v2/bundle/x509bundle"
	"github.com/spiffe/go-spiffe/v2/spiffeid"
)

type (
	Bundle struct{}
	Set    struct{}
)

func (b *Bundle) TrustDomain() spiffeid.TrustDomain    { return spiffeid.TrustDomain{} }
func (b *Bundle) X509Authorities() []*x509.Certificate { return nil }
func (b *Bundle) X509Bundle() *x509bundle.Bundle       { return nil }
func (s *Set) Bundles() []*Bundle                      { return nil }
