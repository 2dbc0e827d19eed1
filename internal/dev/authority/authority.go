// Package authority issues SPIFFE identities for one developer's machine.
//
// An Authority is the issuer of one trust domain: an X.509 CA and a JWT signer whose keys
// live in memory only. A Registry says which process may have which SPIFFE ID, an Attestor
// says which process is at the other end of a connection, an Auditor is told of every
// issuance and every denial.
//
// The rules are those of the SPIFFE standards: X509-SVID sections 2 to 4, JWT-SVID
// sections 2 and 3. The life cycle of keys (prepare, activate, taint, revoke) is SPIRE's.
package authority

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"math/big"
	"net/url"
	"sync"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/jwt"
	"github.com/spiffe/go-spiffe/v2/bundle/jwtbundle"
	"github.com/spiffe/go-spiffe/v2/bundle/x509bundle"
	"github.com/spiffe/go-spiffe/v2/spiffeid"
	"github.com/spiffe/go-spiffe/v2/svid/x509svid"
)

// Lifetimes that hold where Options says nothing.
const (
	DefaultX509TTL = time.Hour
	DefaultJWTTTL  = 5 * time.Minute
	DefaultKeyTTL  = 30 * 24 * time.Hour
)

// backdate lets peers whose clock is a little behind accept a new SVID.
const backdate = 10 * time.Second

var (
	// ErrForeignDomain says that an ID is outside the authority's trust domain.
	ErrForeignDomain = errors.New("not in the authority's trust domain")
	// ErrKeyState says that a step of a key's life cycle was asked for out of order.
	ErrKeyState = errors.New("out of order in the key's life cycle")
)

// State is where a signing key stands in its life.
type State string

// The states of a key. Every key that is not gone stands in the bundle.
const (
	Prepared State = "prepared" // in the bundle, signs nothing yet
	Active   State = "active"   // signs; one at a time
	Old      State = "old"      // signed once, its SVIDs are still good
	Tainted  State = "tainted"  // its SVIDs are replaced at once
)

// Key describes one signing key.
type Key struct {
	ID       string
	State    State
	NotAfter time.Time
}

// Lifecycle changes the keys with which an authority signs. In order: Prepare puts a new
// key into the bundle, Activate signs with it, Taint has what an old key signed replaced,
// Revoke takes that key out of the bundle. A step out of order fails with ErrKeyState.
type Lifecycle interface {
	Prepare() (keyID string, err error)
	Activate(keyID string) error
	Taint(keyID string) error
	Revoke(keyID string) error
	Keys() []Key
}

// Options are the lifetimes of what an Authority makes; zero means the default.
type Options struct {
	X509TTL time.Duration
	JWTTTL  time.Duration
	KeyTTL  time.Duration
}

// Authority issues for one trust domain. Its methods may be called at the same time.
type Authority struct {
	domain  spiffeid.TrustDomain
	options Options

	mu      sync.Mutex
	keys    []*signingKey // oldest first
	changed func()        // called outside the lock after each change of keys
}

var _ Lifecycle = (*Authority)(nil)

// signingKey holds the two halves of one generation: the CA and the JWT signer.
type signingKey struct {
	id    string
	state State
	cert  *x509.Certificate
	ca    crypto.Signer
	jwt   *ecdsa.PrivateKey
}

// New returns an authority for domain with one active key.
func New(domain spiffeid.TrustDomain, o Options) (*Authority, error) {
	if domain.IsZero() {
		return nil, errors.New("an authority needs a trust domain")
	}
	o.X509TTL = orDefault(o.X509TTL, DefaultX509TTL)
	o.JWTTTL = orDefault(o.JWTTTL, DefaultJWTTTL)
	o.KeyTTL = orDefault(o.KeyTTL, DefaultKeyTTL)
	a := &Authority{domain: domain, options: o, changed: func() {}}
	k, err := newSigningKey(domain, o.KeyTTL)
	if err != nil {
		return nil, err
	}
	k.state = Active
	a.keys = []*signingKey{k}
	return a, nil
}

func orDefault(d, otherwise time.Duration) time.Duration {
	if d <= 0 {
		return otherwise
	}
	return d
}

// TrustDomain returns the trust domain for which a issues.
func (a *Authority) TrustDomain() spiffeid.TrustDomain { return a.domain }

// SVID is an X.509-SVID with what its renewal needs to know.
type SVID struct {
	*x509svid.SVID
	KeyID string    // of the authority's key that signed it
	Renew time.Time // halfway through its life, a little earlier or later
}

// Mint returns an X.509-SVID for id, valid for ttl from now.
// A ttl of zero means the authority's default; more than the signing key's remaining life
// is cut to it. It fails with ErrForeignDomain when id is outside the trust domain.
// The private key is new for every call and is held by nobody else.
func (a *Authority) Mint(id spiffeid.ID, ttl time.Duration) (SVID, error) {
	if err := a.own(id); err != nil {
		return SVID{}, err
	}
	signer, err := a.active()
	if err != nil {
		return SVID{}, err
	}
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return SVID{}, err
	}
	serial, err := newSerial()
	if err != nil {
		return SVID{}, err
	}
	now := time.Now()
	end := now.Add(orDefault(ttl, a.options.X509TTL))
	if end.After(signer.cert.NotAfter) {
		end = signer.cert.NotAfter
	}
	template := &x509.Certificate{
		SerialNumber:          serial,
		Subject:               pkix.Name{Organization: []string{organization}},
		NotBefore:             now.Add(-backdate),
		NotAfter:              end,
		URIs:                  []*url.URL{id.URL()},
		KeyUsage:              x509.KeyUsageDigitalSignature,
		ExtKeyUsage:           []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth, x509.ExtKeyUsageClientAuth},
		BasicConstraintsValid: true,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, signer.cert, key.Public(), signer.ca)
	if err != nil {
		return SVID{}, fmt.Errorf("signing the SVID of %s: %w", id, err)
	}
	cert, err := x509.ParseCertificate(der)
	if err != nil {
		return SVID{}, err
	}
	svid := &x509svid.SVID{ID: id, Certificates: []*x509.Certificate{cert}, PrivateKey: key}
	return SVID{SVID: svid, KeyID: signer.id, Renew: renewal(now, cert.NotAfter)}, nil
}

// renewal returns a moment in the middle of a life, spread over a tenth of it so that
// workloads which started together do not all renew together.
func renewal(start, end time.Time) time.Time {
	life := end.Sub(start)
	half := start.Add(life / 2)
	spread := int64(life / 10)
	if spread <= 0 {
		return half
	}
	n, err := rand.Int(rand.Reader, big.NewInt(spread))
	if err != nil {
		return half
	}
	return half.Add(-time.Duration(n.Int64()))
}

// MintJWT returns a JWT-SVID for id and audience, valid for ttl from now, and its expiry.
// A ttl of zero means the authority's default. The audience must not be empty.
func (a *Authority) MintJWT(id spiffeid.ID, audience []string, ttl time.Duration) (string, time.Time, error) {
	if err := a.own(id); err != nil {
		return "", time.Time{}, err
	}
	if len(audience) == 0 {
		return "", time.Time{}, errors.New("a JWT-SVID needs an audience")
	}
	signer, err := a.active()
	if err != nil {
		return "", time.Time{}, err
	}
	key := jose.SigningKey{Algorithm: jose.ES256, Key: jose.JSONWebKey{Key: signer.jwt, KeyID: signer.id}}
	s, err := jose.NewSigner(key, (&jose.SignerOptions{}).WithType("JWT"))
	if err != nil {
		return "", time.Time{}, err
	}
	now := time.Now()
	end := now.Add(orDefault(ttl, a.options.JWTTTL))
	token, err := jwt.Signed(s).Claims(jwt.Claims{
		Subject:  id.String(),
		Audience: audience,
		IssuedAt: jwt.NewNumericDate(now),
		Expiry:   jwt.NewNumericDate(end),
	}).Serialize()
	if err != nil {
		return "", time.Time{}, fmt.Errorf("signing the JWT-SVID of %s: %w", id, err)
	}
	return token, end, nil
}

func (a *Authority) own(id spiffeid.ID) error {
	if !id.MemberOf(a.domain) {
		return fmt.Errorf("%s: %w %s", id, ErrForeignDomain, a.domain)
	}
	if id.Path() == "" {
		return fmt.Errorf("%s: the SPIFFE ID of a workload needs a path", id)
	}
	return nil
}

func (a *Authority) active() (*signingKey, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	for _, k := range a.keys {
		if k.state == Active {
			return k, nil
		}
	}
	return nil, fmt.Errorf("trust domain %s has no active key", a.domain)
}

// X509Bundle returns a copy of the trust bundle: every key that is not revoked.
func (a *Authority) X509Bundle() *x509bundle.Bundle {
	a.mu.Lock()
	defer a.mu.Unlock()
	b := x509bundle.New(a.domain)
	for _, k := range a.keys {
		b.AddX509Authority(k.cert)
	}
	return b
}

// JWTBundle returns a copy of the JWT trust bundle.
func (a *Authority) JWTBundle() *jwtbundle.Bundle {
	a.mu.Lock()
	defer a.mu.Unlock()
	b := jwtbundle.New(a.domain)
	for _, k := range a.keys {
		// Only an empty key ID is refused, and ours are never empty.
		_ = b.AddJWTAuthority(k.id, k.jwt.Public())
	}
	return b
}

// JWKS returns the JWT bundle as the Workload API carries it, keys in the order of their age.
func (a *Authority) JWKS() ([]byte, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	var set jose.JSONWebKeySet
	for _, k := range a.keys {
		set.Keys = append(set.Keys, jose.JSONWebKey{Key: k.jwt.Public(), KeyID: k.id, Use: "jwt-svid"})
	}
	return json.Marshal(set)
}

// Keys returns the keys, oldest first.
func (a *Authority) Keys() []Key {
	a.mu.Lock()
	defer a.mu.Unlock()
	var keys []Key
	for _, k := range a.keys {
		keys = append(keys, Key{ID: k.id, State: k.state, NotAfter: k.cert.NotAfter})
	}
	return keys
}

// IsGood reports whether SVIDs signed by the key may still be in use: it is neither
// tainted nor revoked.
func (a *Authority) IsGood(keyID string) bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	k := a.find(keyID)
	return k != nil && k.state != Tainted
}

// Prepare makes a new key and puts it into the bundle. One key at a time is prepared.
func (a *Authority) Prepare() (string, error) {
	k, err := newSigningKey(a.domain, a.options.KeyTTL)
	if err != nil {
		return "", err
	}
	k.state = Prepared
	return k.id, a.change(func() error {
		for _, other := range a.keys {
			if other.state == Prepared {
				return fmt.Errorf("preparing a key: %w: %s is prepared already", ErrKeyState, other.id)
			}
		}
		a.keys = append(a.keys, k)
		return nil
	})
}

// Activate makes the prepared key the one that signs; the one before becomes old.
// The bundle with it should have reached every workload by then.
func (a *Authority) Activate(keyID string) error {
	return a.change(func() error {
		k, err := a.in(keyID, Prepared)
		if err != nil {
			return err
		}
		for _, other := range a.keys {
			if other.state == Active {
				other.state = Old
			}
		}
		k.state = Active
		return nil
	})
}

// Taint has every SVID that the old key signed replaced at once.
func (a *Authority) Taint(keyID string) error {
	return a.change(func() error {
		k, err := a.in(keyID, Old)
		if err != nil {
			return err
		}
		k.state = Tainted
		return nil
	})
}

// Revoke takes the tainted key out of the bundle: nobody accepts what it signed any more.
func (a *Authority) Revoke(keyID string) error {
	return a.change(func() error {
		k, err := a.in(keyID, Tainted)
		if err != nil {
			return err
		}
		for i := range a.keys {
			if a.keys[i] == k {
				a.keys = append(a.keys[:i:i], a.keys[i+1:]...)
				break
			}
		}
		return nil
	})
}

func (a *Authority) change(step func() error) error {
	a.mu.Lock()
	err := step()
	changed := a.changed
	a.mu.Unlock()
	if err == nil {
		changed()
	}
	return err
}

func (a *Authority) find(keyID string) *signingKey {
	for _, k := range a.keys {
		if k.id == keyID {
			return k
		}
	}
	return nil
}

func (a *Authority) in(keyID string, want State) (*signingKey, error) {
	k := a.find(keyID)
	if k == nil {
		return nil, fmt.Errorf("key %q of %s is not known", keyID, a.domain)
	}
	if k.state != want {
		return nil, fmt.Errorf("key %s is %s and not %s: %w", keyID, k.state, want, ErrKeyState)
	}
	return k, nil
}

const organization = "gen dev"

func newSigningKey(domain spiffeid.TrustDomain, ttl time.Duration) (*signingKey, error) {
	ca, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, err
	}
	jwtKey, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, err
	}
	serial, err := newSerial()
	if err != nil {
		return nil, err
	}
	spki, err := x509.MarshalPKIXPublicKey(ca.Public())
	if err != nil {
		return nil, err
	}
	sum := sha256.Sum256(spki)
	now := time.Now()
	template := &x509.Certificate{
		SerialNumber:          serial,
		Subject:               pkix.Name{Organization: []string{organization}},
		NotBefore:             now.Add(-backdate),
		NotAfter:              now.Add(ttl),
		URIs:                  []*url.URL{domain.ID().URL()},
		KeyUsage:              x509.KeyUsageCertSign | x509.KeyUsageCRLSign,
		BasicConstraintsValid: true,
		IsCA:                  true,
		MaxPathLenZero:        true,
		SubjectKeyId:          sum[:20],
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, ca.Public(), ca)
	if err != nil {
		return nil, fmt.Errorf("making the CA of %s: %w", domain, err)
	}
	cert, err := x509.ParseCertificate(der)
	if err != nil {
		return nil, err
	}
	return &signingKey{id: hex.EncodeToString(sum[:8]), cert: cert, ca: ca, jwt: jwtKey}, nil
}

func newSerial() (*big.Int, error) {
	limit := new(big.Int).Lsh(big.NewInt(1), 128)
	for {
		n, err := rand.Int(rand.Reader, limit)
		if err != nil {
			return nil, err
		}
		if n.Sign() > 0 {
			return n, nil
		}
	}
}
