// Package x509bundle has the signatures of go-spiffe's, and nothing behind them.
package x509bundle

import (
	"crypto/x509"

	"github.com/spiffe/go-spiffe/v2/spiffeid"
)

type (
	Bundle struct{}
	Set    struct{}
	Source interface {
		GetX509BundleForTrustDomain(trustDomain spiffeid.TrustDomain) (*Bundle, error)
	}
)

func New(trustDomain spiffeid.TrustDomain) *Bundle { return nil }
func FromX509Authorities(trustDomain spiffeid.TrustDomain, authorities []*x509.Certificate) *Bundle {
	return nil
}
func NewSet(bundles ...*Bundle) *Set                       { return nil }
func (b *Bundle) TrustDomain() spiffeid.TrustDomain        { return spiffeid.TrustDomain{} }
func (b *Bundle) X509Authorities() []*x509.Certificate     { return nil }
func (b *Bundle) AddX509Authority(auth *x509.Certificate)  {}
func (b *Bundle) Marshal() ([]byte, error)                 { return nil, nil }
func (s *Set) Add(bundle *Bundle)                          {}
func (s *Set) Bundles() []*Bundle                          { return nil }
func (s *Set) Get(td spiffeid.TrustDomain) (*Bundle, bool) { return nil, false }
func (b *Bundle) GetX509BundleForTrustDomain(trustDomain spiffeid.TrustDomain) (*Bundle, error) {
	return nil, nil
}

func (s *Set) GetX509BundleForTrustDomain(trustDomain spiffeid.TrustDomain) (*Bundle, error) {
	return nil, nil
}
