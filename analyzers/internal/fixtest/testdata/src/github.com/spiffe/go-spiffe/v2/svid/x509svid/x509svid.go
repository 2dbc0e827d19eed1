// Package x509svid has the signatures of go-spiffe's, and nothing behind them.
package x509svid

import (
	"crypto"
	"crypto/x509"

	"github.com/spiffe/go-spiffe/v2/bundle/x509bundle"
	"github.com/spiffe/go-spiffe/v2/spiffeid"
)

type (
	SVID struct {
		ID           spiffeid.ID
		Certificates []*x509.Certificate
		PrivateKey   crypto.Signer
		Hint         string
	}
	Source interface {
		GetX509SVID() (*SVID, error)
	}
	VerifyOption interface{ apply() }
)

func (s *SVID) GetX509SVID() (*SVID, error) { return s, nil }

func IDFromCert(cert *x509.Certificate) (spiffeid.ID, error) { return spiffeid.ID{}, nil }

func Verify(certs []*x509.Certificate, bundleSource x509bundle.Source, opts ...VerifyOption) (spiffeid.ID, [][]*x509.Certificate, error) {
	return spiffeid.ID{}, nil, nil
}

func ParseAndVerify(rawCerts [][]byte, bundleSource x509bundle.Source, opts ...VerifyOption) (spiffeid.ID, [][]*x509.Certificate, error) {
	return spiffeid.ID{}, nil, nil
}
