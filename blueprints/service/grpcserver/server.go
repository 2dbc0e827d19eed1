// Package grpcserver serves gRPC over SPIFFE mutual TLS.
//
// A call passes, from the outside in: the handshake, which admits the callers that some rule
// names, and puts the caller's SPIFFE ID into the context of all that comes over the
// connection; limits of size and time; telemetry; recovery from panics; the rule of the
// method; the handler.
//
// Services whose names begin with "grpc." need no rule: they answer whoever was admitted at
// the handshake. The standard health service is one.
package grpcserver

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"slices"
	"strings"
	"sync"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials"
	"google.golang.org/grpc/health"
	"google.golang.org/grpc/health/grpc_health_v1"
	"google.golang.org/grpc/keepalive"
	"google.golang.org/grpc/stats"
	"google.golang.org/grpc/tap"

	"github.com/mintwright/mintwright/blueprints/service/identity"
)

// What one call and one connection may take.
const (
	handshakeTimeout = 5 * time.Second  // of TLS and of HTTP/2
	callTimeout      = 30 * time.Second // its message included; a stream ends with its connection
	idleTimeout      = 5 * time.Minute
	connectionAge    = 10 * time.Minute // then clients are asked to leave
	pingAfter        = time.Minute      // of silence: it may lead nowhere any more
	pingTimeout      = 10 * time.Second
	minPingPause     = 10 * time.Second // between pings of a client
	maxHeaderBytes   = 64 << 10
	maxMessageBytes  = 1 << 20 // unpacked
	maxStreams       = 250     // calls at once on one connection
)

// standard is what the names of the methods that need no rule begin with.
const standard = "/grpc."

// Service registers the handlers of a service.
type Service func(*grpc.Server)

// Options is what a Server is made of; every field is required.
type Options struct {
	Source    identity.Source
	Access    *identity.Authorizer
	Telemetry stats.Handler
	Logger    *slog.Logger
	Ready     func() error // is asked each second, for the health service
}

// Server is a gRPC server with an identity.
type Server struct {
	grpc   *grpc.Server
	access *identity.Authorizer
	logger *slog.Logger
	health *health.Server
	ready  func() error
	unary  map[string]bool // by full name: whether a method is, and not a stream
	ending context.Context
	end    context.CancelFunc
}

// New returns a server of services. Each of its Targets needs a rule in o.Access; see
// identity.Rules.Check. It fails while o.Source has no SVID.
func New(o Options, services ...Service) (*Server, error) {
	age, err := retirement(o.Source)
	if err != nil {
		return nil, err
	}
	s := &Server{
		access: o.Access,
		logger: o.Logger,
		health: health.NewServer(),
		ready:  o.Ready,
		unary:  map[string]bool{},
	}
	s.ending, s.end = context.WithCancel(context.Background())
	config := identity.ServerConfig(o.Source, o.Access)
	config.NextProtos = []string{"h2"}
	s.grpc = grpc.NewServer(
		grpc.Creds(credentials.NewTLS(config)),
		grpc.ConnectionTimeout(handshakeTimeout),
		grpc.KeepaliveParams(keepalive.ServerParameters{
			MaxConnectionIdle:     idleTimeout,
			MaxConnectionAge:      age,
			MaxConnectionAgeGrace: age / 2,
			Time:                  pingAfter,
			Timeout:               pingTimeout,
		}),
		grpc.KeepaliveEnforcementPolicy(keepalive.EnforcementPolicy{MinTime: minPingPause, PermitWithoutStream: true}),
		grpc.MaxHeaderListSize(maxHeaderBytes),
		grpc.MaxRecvMsgSize(maxMessageBytes),
		grpc.MaxSendMsgSize(maxMessageBytes),
		grpc.MaxConcurrentStreams(maxStreams),
		grpc.ReadBufferSize(0), // TLS has one, and an idle connection pays for each
		grpc.InTapHandle(s.limited),
		grpc.StatsHandler(named{o.Telemetry}),
		grpc.UnaryInterceptor(s.call),
		grpc.StreamInterceptor(s.stream),
	)
	grpc_health_v1.RegisterHealthServer(s.grpc, watched{s.health, s.ending})
	for _, register := range services {
		register(s.grpc)
	}
	for service, info := range s.grpc.GetServiceInfo() {
		for _, method := range info.Methods {
			s.unary["/"+service+"/"+method.Name] = !method.IsClientStream && !method.IsServerStream
		}
	}
	return s, nil
}

// retirement returns the age at which a connection's client is asked to leave. It has half as
// long again to end its calls, and all of this takes less than half of an SVID's life: as
// much as the SVIDs of both sides have left at the handshake, when they are renewed in time.
func retirement(src identity.Source) (time.Duration, error) {
	svid, err := src.GetX509SVID()
	if err != nil {
		return 0, err
	}
	left := time.Until(svid.Certificates[0].NotAfter)
	return max(min(left/4, connectionAge), 100*time.Millisecond), nil
}

// Targets returns the full names of the methods: what identity.Rules.Check wants to know.
func (s *Server) Targets() []string {
	var targets []string
	for method := range s.unary {
		if !strings.HasPrefix(method, standard) {
			targets = append(targets, method)
		}
	}
	slices.Sort(targets)
	return targets
}

// Serve answers connections of l, which is closed at the end. It returns nil after Shutdown.
func (s *Server) Serve(l net.Listener) error {
	var reports sync.WaitGroup
	s.report()
	reports.Go(s.reportAlways)
	err := s.grpc.Serve(identity.NewGuard(l, s.access, 2*connectionAge))
	s.end()
	reports.Wait()
	if errors.Is(err, grpc.ErrServerStopped) {
		return nil
	}
	return err
}

// Drain asks clients to leave: from now on the health service says NOT_SERVING.
func (s *Server) Drain() { s.health.Shutdown() }

// Shutdown stops accepting and waits for the calls in flight until ctx ends; then it cuts
// them off.
func (s *Server) Shutdown(ctx context.Context) error {
	s.end()
	stopped := make(chan struct{})
	go func() {
		s.grpc.GracefulStop()
		close(stopped)
	}()
	select {
	case <-stopped:
		return nil
	case <-ctx.Done():
		s.grpc.Stop()
		return fmt.Errorf("requests still in flight: %w", ctx.Err())
	}
}

// limited bounds the time of a unary call from its first byte on: an interceptor is asked
// once the message has arrived, however long that took.
func (s *Server) limited(ctx context.Context, info *tap.Info) (context.Context, error) {
	if s.unary[info.FullMethodName] {
		limit, cancel := context.WithTimeout(ctx, callTimeout)
		_ = cancel // the end of the call cancels ctx, and so limit
		return limit, nil
	}
	return ctx, nil
}
