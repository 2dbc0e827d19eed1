// Package identitytest makes X509-SVIDs and trust bundles in memory, for tests.
package identitytest

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/fips140"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"errors"
	"math/big"
	"net/url"
	"sync"
	"testing"
	"testing/cryptotest"
	"testing/synctest"
	"time"

	"github.com/spiffe/go-spiffe/v2/bundle/x509bundle"
	"github.com/spiffe/go-spiffe/v2/spiffeid"
	"github.com/spiffe/go-spiffe/v2/svid/x509svid"
)

// backdate is how long before its making a certificate is valid, as SPIRE does it.
const backdate = 10 * time.Second

// Option changes a certificate before it is signed: each bad shape is an Option.
type Option func(*x509.Certificate)

// CA is the authority of a trust domain, or an intermediate of one.
type CA struct {
	tb     testing.TB
	domain spiffeid.TrustDomain
	root   *x509.Certificate
	chain  []*x509.Certificate // from the signer up to below the root
	cert   *x509.Certificate
	key    crypto.Signer
}

// NewCA returns the authority of a new trust domain. It is valid for two days.
func NewCA(tb testing.TB, trustDomain string) *CA {
	tb.Helper()
	domain, err := spiffeid.TrustDomainFromString(trustDomain)
	if err != nil {
		tb.Fatal(err)
	}
	ca := &CA{tb: tb, domain: domain, key: NewKey(tb)}
	template := ca.authority()
	ca.cert = sign(tb, template, template, ca.key.Public(), ca.key)
	ca.root = ca.cert
	return ca
}

// Intermediate returns an authority that ca has signed.
func (ca *CA) Intermediate(options ...Option) *CA {
	ca.tb.Helper()
	template := ca.authority()
	for _, option := range options {
		option(template)
	}
	key := NewKey(ca.tb)
	cert := sign(ca.tb, template, ca.cert, key.Public(), ca.key)
	return &CA{
		tb: ca.tb, domain: ca.domain, root: ca.root, cert: cert, key: key,
		chain: append([]*x509.Certificate{cert}, ca.chain...),
	}
}

// authority returns what a certificate of the trust domain's authorities is made from.
func (ca *CA) authority() *x509.Certificate {
	now := time.Now()
	return &x509.Certificate{
		SerialNumber:          serial(ca.tb),
		Subject:               pkix.Name{Organization: []string{"SPIFFE"}},
		NotBefore:             now.Add(-backdate),
		NotAfter:              now.Add(48 * time.Hour),
		URIs:                  []*url.URL{ca.domain.ID().URL()},
		IsCA:                  true,
		BasicConstraintsValid: true,
		KeyUsage:              x509.KeyUsageCertSign | x509.KeyUsageCRLSign,
	}
}

// Bundle returns the trust bundle of ca's trust domain.
func (ca *CA) Bundle() *x509bundle.Bundle {
	return x509bundle.FromX509Authorities(ca.domain, []*x509.Certificate{ca.root})
}

// SVID returns an SVID for id that expires after ttl, or ttl ago when it is negative.
// Nothing is checked: an option may make what no authority would sign.
func (ca *CA) SVID(id string, ttl time.Duration, options ...Option) *x509svid.SVID {
	ca.tb.Helper()
	return ca.SVIDWithKey(NewKey(ca.tb), id, ttl, options...)
}

// SVIDWithKey is SVID with a key of the caller's choice.
func (ca *CA) SVIDWithKey(key crypto.Signer, id string, ttl time.Duration, options ...Option) *x509svid.SVID {
	ca.tb.Helper()
	uri, err := url.Parse(id)
	if err != nil {
		ca.tb.Fatal(err)
	}
	now := time.Now()
	template := &x509.Certificate{
		SerialNumber:          serial(ca.tb),
		Subject:               pkix.Name{Organization: []string{"SPIFFE"}},
		NotBefore:             now.Add(min(0, ttl) - backdate),
		NotAfter:              now.Add(ttl),
		URIs:                  []*url.URL{uri},
		BasicConstraintsValid: true,
		KeyUsage:              x509.KeyUsageDigitalSignature,
		ExtKeyUsage:           []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth, x509.ExtKeyUsageClientAuth},
	}
	for _, option := range options {
		option(template)
	}
	leaf := sign(ca.tb, template, ca.cert, key.Public(), ca.key)
	parsed, _ := spiffeid.FromURI(uri) // empty for an ID that is not one
	return &x509svid.SVID{
		ID:           parsed,
		Certificates: append([]*x509.Certificate{leaf}, ca.chain...),
		PrivateKey:   key,
	}
}

// NewKey returns a new P-256 key.
func NewKey(tb testing.TB) crypto.Signer {
	tb.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		tb.Fatal(err)
	}
	return key
}

func serial(tb testing.TB) *big.Int {
	tb.Helper()
	n, err := rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), 127))
	if err != nil {
		tb.Fatal(err)
	}
	return n
}

func sign(tb testing.TB, template, parent *x509.Certificate, public crypto.PublicKey, key crypto.Signer) *x509.Certificate {
	tb.Helper()
	der, err := x509.CreateCertificate(rand.Reader, template, parent, public, key)
	if err != nil {
		tb.Fatal(err)
	}
	cert, err := x509.ParseCertificate(der)
	if err != nil {
		tb.Fatal(err)
	}
	return cert
}

// Source is an identity.Source in memory.
type Source struct {
	updated chan struct{}

	mu      sync.Mutex
	svid    *x509svid.SVID
	bundles *x509bundle.Set
	denied  error
}

// NewSource returns a Source of svid and bundles, of one trust domain each.
func NewSource(svid *x509svid.SVID, bundles ...*x509bundle.Bundle) *Source {
	return &Source{updated: make(chan struct{}, 1), svid: svid, bundles: x509bundle.NewSet(bundles...)}
}

// ID returns the ID of the SVID, or an empty one.
func (s *Source) ID() spiffeid.ID {
	svid, err := s.GetX509SVID()
	if err != nil {
		return spiffeid.ID{}
	}
	return svid.ID
}

// Rotate replaces the SVID; nil takes it away.
func (s *Source) Rotate(svid *x509svid.SVID) {
	s.mu.Lock()
	s.svid = svid
	s.mu.Unlock()
	s.update()
}

// SetBundles replaces all bundles.
func (s *Source) SetBundles(bundles ...*x509bundle.Bundle) {
	s.mu.Lock()
	s.bundles = x509bundle.NewSet(bundles...)
	s.mu.Unlock()
	s.update()
}

func (s *Source) update() {
	select {
	case s.updated <- struct{}{}:
	default:
	}
}

// Deny makes err what Denied returns.
func (s *Source) Deny(err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.denied = err
}

// Denied returns what Deny was given last.
func (s *Source) Denied() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.denied
}

// Updated has a value after Rotate and SetBundles.
func (s *Source) Updated() <-chan struct{} { return s.updated }

// GetX509SVID returns the SVID.
func (s *Source) GetX509SVID() (*x509svid.SVID, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.svid == nil {
		return nil, errors.New("the source has no SVID")
	}
	return s.svid, nil
}

// GetX509BundleForTrustDomain returns the bundle of domain.
func (s *Source) GetX509BundleForTrustDomain(domain spiffeid.TrustDomain) (*x509bundle.Bundle, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.bundles.GetX509BundleForTrustDomain(domain)
}

// Bubble runs test in a bubble of package synctest. Go's FIPS module finds no entropy where
// time stands still, and gets what is no secret.
func Bubble(t *testing.T, test func(*testing.T)) {
	t.Helper()
	if fips140.Enabled() {
		cryptotest.SetGlobalRandom(t, 1)
	}
	synctest.Test(t, test)
}
