package authority

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/spiffe/go-spiffe/v2/bundle/jwtbundle"
	"github.com/spiffe/go-spiffe/v2/bundle/x509bundle"
	"github.com/spiffe/go-spiffe/v2/spiffeid"
)

// Entry says which workload gets which SPIFFE ID.
type Entry struct {
	ID spiffeid.ID
	// Selectors must all be among those of the workload. Without one the entry fits nobody.
	Selectors []Selector
	// FederatesWith are the foreign trust domains whose bundles the workload receives too.
	FederatesWith []spiffeid.TrustDomain
	// Hint tells several SVIDs of one workload apart, also where they have one ID. Optional.
	Hint string
	// X509TTL and JWTTTL are the lifetimes; zero means the authority's.
	X509TTL, JWTTTL time.Duration
}

// Registry holds the authorities of the trust domains and the registration entries.
// Its methods may be called at the same time.
type Registry struct {
	starting sync.RWMutex // held for writing while a process is started and not yet registered

	mu          sync.Mutex
	authorities map[spiffeid.TrustDomain]*Authority
	entries     map[Handle]Entry
	last        Handle
	changed     chan struct{}
}

// Handle names a registered entry.
type Handle uint64

// NewRegistry returns a registry of the given authorities.
func NewRegistry(authorities ...*Authority) (*Registry, error) {
	r := &Registry{
		authorities: map[spiffeid.TrustDomain]*Authority{},
		entries:     map[Handle]Entry{},
		changed:     make(chan struct{}),
	}
	for _, a := range authorities {
		if err := r.AddAuthority(a); err != nil {
			return nil, err
		}
	}
	return r, nil
}

// AddAuthority adds the issuer of one more trust domain.
func (r *Registry) AddAuthority(a *Authority) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if _, ok := r.authorities[a.domain]; ok {
		return fmt.Errorf("trust domain %s has an authority already", a.domain)
	}
	r.authorities[a.domain] = a
	a.mu.Lock()
	a.changed = r.notify
	a.mu.Unlock()
	r.notifyLocked()
	return nil
}

// Authority returns the issuer of a trust domain.
func (r *Registry) Authority(domain spiffeid.TrustDomain) (*Authority, bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	a, ok := r.authorities[domain]
	return a, ok
}

// Register adds an entry. Workloads that are connected and fit it receive its SVID at once.
func (r *Registry) Register(e Entry) (Handle, error) {
	if len(e.Selectors) == 0 {
		return 0, fmt.Errorf("entry for %s: no selector, so that it would fit nobody", e.ID)
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	a, ok := r.authorities[e.ID.TrustDomain()]
	if !ok {
		return 0, fmt.Errorf("entry for %q: no authority of trust domain %q", e.ID, e.ID.TrustDomain())
	}
	if err := a.own(e.ID); err != nil {
		return 0, err
	}
	for _, d := range e.FederatesWith {
		if _, ok := r.authorities[d]; !ok {
			return 0, fmt.Errorf("entry for %s federates with %s: no authority of that trust domain", e.ID, d)
		}
	}
	r.last++
	r.entries[r.last] = e
	r.notifyLocked()
	return r.last, nil
}

// RegisterStarted calls start, which starts a process and returns the entry for it.
// Until the entry is registered nobody is attested: the process cannot ask too early.
func (r *Registry) RegisterStarted(start func() (Entry, error)) (Handle, error) {
	r.starting.Lock()
	defer r.starting.Unlock()
	e, err := start()
	if err != nil {
		return 0, err
	}
	return r.Register(e)
}

// Remove removes an entry. Nothing happens when it is gone already.
func (r *Registry) Remove(h Handle) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if _, ok := r.entries[h]; !ok {
		return
	}
	delete(r.entries, h)
	r.notifyLocked()
}

// Entries returns what fits the workload: first what was registered for the process itself,
// then for its parent and so on; among equals in the order of their IDs.
func (r *Registry) Entries(w Workload) []Entry {
	r.starting.RLock()
	defer r.starting.RUnlock()
	r.mu.Lock()
	defer r.mu.Unlock()
	rank := map[Selector]int{}
	for i, s := range w.Selectors() {
		rank[s] = i
	}
	type fit struct {
		Entry
		rank int
		h    Handle
	}
	var fits []fit
	for h, e := range r.entries {
		best, ok := len(rank), true
		for _, s := range e.Selectors {
			at, has := rank[s]
			if !has {
				ok = false
				break
			}
			best = min(best, at)
		}
		if ok {
			fits = append(fits, fit{Entry: e, rank: best, h: h})
		}
	}
	slices.SortFunc(fits, func(a, b fit) int {
		return cmp.Or(a.rank-b.rank, strings.Compare(a.ID.String(), b.ID.String()), cmp.Compare(a.h, b.h))
	})
	var entries []Entry
	for _, f := range fits {
		if !slices.ContainsFunc(entries, func(e Entry) bool { return e.ID == f.ID && e.Hint == f.Hint }) {
			entries = append(entries, f.Entry)
		}
	}
	return entries
}

// Changed returns a channel that is closed at the next change of an entry, an authority or
// a key. Take it before reading what it guards.
func (r *Registry) Changed() <-chan struct{} {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.changed
}

func (r *Registry) notify() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.notifyLocked()
}

func (r *Registry) notifyLocked() {
	close(r.changed)
	r.changed = make(chan struct{})
}

// Mint returns an X.509-SVID of any known trust domain.
func (r *Registry) Mint(id spiffeid.ID, ttl time.Duration) (SVID, error) {
	a, ok := r.Authority(id.TrustDomain())
	if !ok {
		return SVID{}, fmt.Errorf("%s: no authority of trust domain %q", id, id.TrustDomain())
	}
	return a.Mint(id, ttl)
}

// GetX509BundleForTrustDomain returns the trust bundle of any known trust domain.
func (r *Registry) GetX509BundleForTrustDomain(domain spiffeid.TrustDomain) (*x509bundle.Bundle, error) {
	a, ok := r.Authority(domain)
	if !ok {
		return nil, errors.New("no authority of trust domain " + domain.String())
	}
	return a.X509Bundle(), nil
}

// GetJWTBundleForTrustDomain returns the JWT bundle of any known trust domain.
func (r *Registry) GetJWTBundleForTrustDomain(domain spiffeid.TrustDomain) (*jwtbundle.Bundle, error) {
	a, ok := r.Authority(domain)
	if !ok {
		return nil, errors.New("no authority of trust domain " + domain.String())
	}
	return a.JWTBundle(), nil
}
