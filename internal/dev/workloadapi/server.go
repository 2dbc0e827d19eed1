// Package workloadapi serves the SPIFFE Workload API of an authority.Registry on a unix
// socket, for the processes of one developer's machine.
//
// The rules are those of the SPIFFE Workload API and Workload Endpoint standards; where
// they leave room, codes and texts are those of SPIRE's agent. The WIT-SVID calls, which
// are experimental, answer Unimplemented.
package workloadapi

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"os"
	"sync"
	"time"

	"github.com/spiffe/go-spiffe/v2/proto/spiffe/workload"
	"github.com/spiffe/go-spiffe/v2/spiffeid"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"

	"github.com/mintwright/mintwright/internal/dev/authority"
)

var (
	errNoHeader   = status.Error(codes.InvalidArgument, "security header missing from request")
	errNoIdentity = status.Error(codes.PermissionDenied, "no identity issued")
)

// Options say what to serve. Attestor and Auditor have defaults: peer credentials, and
// one line a record to Logger. A nil Logger is silent.
type Options struct {
	Socket   string // absolute path
	Registry *authority.Registry
	Attestor authority.Attestor
	Auditor  authority.Auditor
	Logger   *slog.Logger
}

// Server is a running Workload API.
type Server struct {
	workload.UnimplementedSpiffeWorkloadAPIServer
	socket   string
	registry *authority.Registry
	auditor  authority.Auditor
	grpc     *grpc.Server
	done     chan error

	closeOnce sync.Once
	closeErr  error

	mu      sync.Mutex
	streams map[*stream]struct{}
}

// Start serves until Close. It fails with ErrInUse when somebody answers on the socket.
func Start(o Options) (*Server, error) {
	if o.Registry == nil {
		return nil, errors.New("a workload API needs a registry")
	}
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	if o.Attestor == nil {
		o.Attestor = authority.PeerCredentials{}
	}
	if o.Auditor == nil {
		o.Auditor = authority.LogAuditor{Logger: o.Logger}
	}
	l, err := Listen(o.Socket)
	if err != nil {
		return nil, fmt.Errorf("workload API: %w", err)
	}
	s := &Server{
		socket:   o.Socket,
		registry: o.Registry,
		auditor:  o.Auditor,
		done:     make(chan error, 1),
		streams:  map[*stream]struct{}{},
	}
	s.grpc = grpc.NewServer(
		grpc.Creds(attestation{attestor: o.Attestor, logger: o.Logger}),
		grpc.UnaryInterceptor(unaryHeader),
		grpc.StreamInterceptor(streamHeader),
	)
	workload.RegisterSpiffeWorkloadAPIServer(s.grpc, s)
	go func(l net.Listener) { s.done <- s.grpc.Serve(l) }(l)
	return s, nil
}

// Address returns the value of SPIFFE_ENDPOINT_SOCKET.
func (s *Server) Address() string { return "unix://" + s.socket }

// Close ends every stream and removes the socket. A graceful stop would wait for streams
// that never end by themselves. A second Close does nothing more.
func (s *Server) Close() error {
	s.closeOnce.Do(func() { s.closeErr = s.close() })
	return s.closeErr
}

func (s *Server) close() error {
	s.grpc.Stop()
	err := <-s.done
	if removeErr := os.Remove(s.socket); removeErr != nil && !errors.Is(removeErr, os.ErrNotExist) {
		err = errors.Join(err, removeErr)
	}
	return err
}

// settle is how long a workload has to take in a bundle that was sent to it.
const settle = 250 * time.Millisecond

// Rotate replaces the signing key of a trust domain: the bundle with the new key is sent to
// every open stream first, then the new key signs, then what the old one signed is replaced.
// The old key stays in the bundle, tainted; Rotate returns its ID for a Revoke.
func (s *Server) Rotate(ctx context.Context, domain spiffeid.TrustDomain) (string, error) {
	a, ok := s.registry.Authority(domain)
	if !ok {
		return "", fmt.Errorf("no authority of trust domain %q", domain)
	}
	var old string
	for _, k := range a.Keys() {
		if k.State == authority.Active {
			old = k.ID
		}
	}
	fresh, err := a.Prepare()
	if err != nil {
		return "", err
	}
	if err := s.delivered(ctx); err != nil {
		return "", err
	}
	if err := a.Activate(fresh); err != nil {
		return "", err
	}
	return old, a.Taint(old)
}

// delivered waits until every stream has sent what holds now, and a moment longer.
func (s *Server) delivered(ctx context.Context) error {
	s.mu.Lock()
	var open []*stream
	for st := range s.streams {
		open = append(open, st)
	}
	s.mu.Unlock()
	// A stream that saw this change is idle on a newer one.
	now := s.registry.Changed()
	for _, st := range open {
		if err := st.reached(ctx, now); err != nil {
			return err
		}
	}
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(settle):
		return nil
	}
}

// header is what every caller must send, so that a browser or a proxy that was tricked
// into calling cannot (Workload Endpoint, section 3).
const header = "workload.spiffe.io"

func hasHeader(ctx context.Context) bool {
	md, _ := metadata.FromIncomingContext(ctx)
	v := md.Get(header)
	return len(v) == 1 && v[0] == "true"
}

func unaryHeader(ctx context.Context, req any, _ *grpc.UnaryServerInfo, next grpc.UnaryHandler) (any, error) {
	if !hasHeader(ctx) {
		return nil, errNoHeader
	}
	return next(ctx, req)
}

func streamHeader(srv any, ss grpc.ServerStream, _ *grpc.StreamServerInfo, next grpc.StreamHandler) error {
	if !hasHeader(ss.Context()) {
		return errNoHeader
	}
	return next(srv, ss)
}
