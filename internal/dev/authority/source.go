package authority

import (
	"sync"
	"time"

	"github.com/spiffe/go-spiffe/v2/bundle/x509bundle"
	"github.com/spiffe/go-spiffe/v2/spiffeid"
	"github.com/spiffe/go-spiffe/v2/svid/x509svid"
)

// Source is an identity within this process: it mints when it is asked and renews halfway
// through the life of what it has. It trusts every trust domain of the registry.
type Source struct {
	registry *Registry
	id       spiffeid.ID

	mu      sync.Mutex
	current SVID
	updated chan struct{}
}

// NewSource returns an identity for id, whose trust domain must be in the registry.
func NewSource(r *Registry, id spiffeid.ID) (*Source, error) {
	s := &Source{registry: r, id: id, updated: make(chan struct{}, 1)}
	_, err := s.GetX509SVID()
	return s, err
}

// GetX509SVID returns an SVID with at least half of its life ahead.
func (s *Source) GetX509SVID() (*x509svid.SVID, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	a, ok := s.registry.Authority(s.id.TrustDomain())
	if ok && s.current.SVID != nil && a.IsGood(s.current.KeyID) && time.Now().Round(0).Before(s.current.Renew) {
		return s.current.SVID, nil
	}
	fresh, err := s.registry.Mint(s.id, 0)
	if err != nil {
		return nil, err
	}
	s.current = fresh
	select {
	case s.updated <- struct{}{}:
	default:
	}
	return fresh.SVID, nil
}

// GetX509BundleForTrustDomain returns the bundle as it is now.
func (s *Source) GetX509BundleForTrustDomain(domain spiffeid.TrustDomain) (*x509bundle.Bundle, error) {
	return s.registry.GetX509BundleForTrustDomain(domain)
}

// Updated receives a value after a renewal; it has one reader.
func (s *Source) Updated() <-chan struct{} { return s.updated }

// Denied returns nil: a failed renewal is an error of GetX509SVID.
func (s *Source) Denied() error { return nil }
