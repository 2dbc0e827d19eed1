package dev

import (
	"context"
	"crypto/x509"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"time"

	"github.com/spiffe/go-spiffe/v2/spiffeid"

	"github.com/mintwright/mintwright/internal/dev/authority"
	"github.com/mintwright/mintwright/internal/dev/workloadapi"
)

// control is the endpoint through which clients reach a session. It stands beside the
// Workload API, which must not be extended, on a socket of its own; it serves the user who
// started the session and nobody else, and that user may have any identity of the session.
type control struct {
	listener *net.UnixListener
	server   *http.Server
	path     string
	done     chan struct{}
}

// grant is an identity as it is handed to a client.
type grant struct {
	ID      spiffeid.ID         `json:"id"`
	Chain   []byte              `json:"chain"` // DER, leaf first
	Key     []byte              `json:"key"`   // PKCS #8
	Bundles map[string][][]byte `json:"bundles"`
}

// lease asks for an identity, or for the environment of a process that will have it.
type lease struct {
	ID spiffeid.ID `json:"id"`
}

// leased is the answer to a lease: what the program is to run with.
type leased struct {
	Environ map[string]string `json:"environ"`
	Pace    map[string]string `json:"pace"` // where its own environment says nothing
}

func listenControl(path string) (*control, error) {
	l, err := workloadapi.Listen(path)
	if err != nil {
		return nil, err
	}
	return &control{listener: l, path: path, done: make(chan struct{})}, nil
}

type peerKey struct{}

func (c *control) serve(s *Session) {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /v1/session", s.getSession)
	mux.HandleFunc("POST /v1/svid", s.postSVID)
	mux.HandleFunc("POST /v1/lease", s.postLease)
	mux.HandleFunc("GET /v1/traces", s.getTraces)
	mux.HandleFunc("GET /v1/traces/{id}", s.getTrace)
	c.server = &http.Server{
		Handler:           onlyUs(mux),
		ReadHeaderTimeout: 10 * time.Second,
		ConnContext: func(ctx context.Context, conn net.Conn) context.Context {
			w, err := authority.PeerCredentials{}.Attest(conn)
			if err != nil {
				return ctx
			}
			return context.WithValue(ctx, peerKey{}, w)
		},
	}
	go func() {
		defer close(c.done)
		_ = c.server.Serve(c.listener) // always http.ErrServerClosed
	}()
}

func (c *control) close() error {
	var err error
	if c.server != nil {
		err = c.server.Close()
		<-c.done
	} else {
		err = c.listener.Close()
	}
	if rmErr := os.Remove(c.path); rmErr != nil && !errors.Is(rmErr, os.ErrNotExist) {
		err = errors.Join(err, rmErr)
	}
	return err
}

// onlyUs refuses other users, root too: the folder's mode keeps the others out already.
func onlyUs(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		p, ok := r.Context().Value(peerKey{}).(authority.Workload)
		if !ok || p.UID != os.Getuid() {
			http.Error(w, "this session belongs to another user", http.StatusForbidden)
			return
		}
		next.ServeHTTP(w, r)
	})
}

func (s *Session) getSession(w http.ResponseWriter, _ *http.Request) {
	reply(w, state{API: s.api.Address(), Telemetry: s.plain.Endpoint(), Services: s.Services()})
}

func (s *Session) postSVID(w http.ResponseWriter, r *http.Request) {
	var want lease
	if err := json.NewDecoder(http.MaxBytesReader(w, r.Body, 1<<16)).Decode(&want); err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	svid, err := s.registry.Mint(want.ID, 0)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	key, err := x509.MarshalPKCS8PrivateKey(svid.PrivateKey)
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	g := grant{ID: want.ID, Key: key, Bundles: map[string][][]byte{}}
	for _, c := range svid.Certificates {
		g.Chain = append(g.Chain, c.Raw...)
	}
	for _, running := range s.Services() {
		b, err := s.registry.GetX509BundleForTrustDomain(running.ID.TrustDomain())
		if err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
			return
		}
		var raw [][]byte
		for _, c := range b.X509Authorities() {
			raw = append(raw, c.Raw)
		}
		g.Bundles[running.ID.TrustDomain().Name()] = raw
	}
	reply(w, g)
}

// postLease gives the caller's process and all that it starts an identity, for as long as
// the caller keeps the request open.
func (s *Session) postLease(w http.ResponseWriter, r *http.Request) {
	var want lease
	if err := json.NewDecoder(http.MaxBytesReader(w, r.Body, 1<<16)).Decode(&want); err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	peer, ok := r.Context().Value(peerKey{}).(authority.Workload)
	if !ok {
		http.Error(w, "the caller's process is not known", http.StatusForbidden)
		return
	}
	svc := s.serviceOf(want.ID)
	h, err := s.registry.Register(authority.Entry{
		ID:            want.ID,
		Selectors:     []authority.Selector{peer.Tree(), authority.UID(os.Getuid())},
		FederatesWith: svc.Federates,
	})
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	defer s.registry.Remove(h)
	env := s.surroundings(svc)
	if !svc.Collector.IsZero() && svc.ID == want.ID {
		l, err := s.collector(svc)
		if err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
			return
		}
		env["OTEL_EXPORTER_OTLP_ENDPOINT"] = l.Endpoint()
	}
	reply(w, leased{Environ: env, Pace: pace(svc)})
	if err := http.NewResponseController(w).Flush(); err != nil {
		return
	}
	select {
	case <-r.Context().Done():
	case <-s.watching.Done():
	}
}

// serviceOf returns the service that has the ID; for another ID one with nothing but what
// lets it reach all services of the session.
func (s *Session) serviceOf(id spiffeid.ID) Service {
	s.mu.Lock()
	defer s.mu.Unlock()
	other := Service{ID: id}
	for _, u := range s.units {
		if u.svc.ID == id {
			return u.svc
		}
		if d := u.svc.ID.TrustDomain(); d != id.TrustDomain() {
			other.Federates = append(other.Federates, d)
		}
	}
	return other
}

func (s *Session) getTraces(w http.ResponseWriter, _ *http.Request) { reply(w, s.sink.Traces()) }

func (s *Session) getTrace(w http.ResponseWriter, r *http.Request) {
	t, ok := s.sink.Trace(r.PathValue("id"))
	if !ok {
		http.Error(w, fmt.Sprintf("no span of trace %q was received", r.PathValue("id")), http.StatusNotFound)
		return
	}
	reply(w, t)
}

func reply(w http.ResponseWriter, v any) {
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(v) // the client is gone when this fails
}
