// Package httpserver serves HTTP/1.1 and HTTP/2 over SPIFFE mutual TLS.
//
// A request passes, from the outside in: the handshake, which admits the callers that some
// rule names; the caller's SPIFFE ID into the context; telemetry; the limit of time and
// recovery from panics; the route; the rule of the route; the limit of its body; the handler.
package httpserver

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"runtime/debug"
	"strings"
	"sync/atomic"
	"time"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/trace"

	"github.com/acme/orders/internal/identity"
)

// What one request and one connection may take.
const (
	readHeaderTimeout = 5 * time.Second // the TLS handshake too
	requestTimeout    = 30 * time.Second
	writeTimeout      = 35 * time.Second
	idleTimeout       = 2 * time.Minute
	connectionAge     = 30 * time.Minute
	maxHeaderBytes    = 64 << 10
	maxBodyBytes      = 1 << 20
	maxStreams        = 250 // requests at once on one HTTP/2 connection
)

// HandlerFunc answers a request or returns why it could not; see Problem.
type HandlerFunc func(http.ResponseWriter, *http.Request) error

// Route is a pattern of http.ServeMux and what answers it.
type Route struct {
	Pattern string
	Handle  HandlerFunc
}

// Targets returns the patterns of routes: what identity.Rules.Check wants to know.
func Targets(routes []Route) []string {
	targets := make([]string, 0, len(routes))
	for _, route := range routes {
		targets = append(targets, route.Pattern)
	}
	return targets
}

// Options is what a Server is made of; every field is required.
type Options struct {
	Source    identity.Source
	Access    *identity.Authorizer
	Telemetry func(http.Handler) (http.Handler, error)
	Logger    *slog.Logger
}

// Server is an HTTP server with an identity.
type Server struct {
	http     *http.Server
	access   *identity.Authorizer
	config   *tls.Config
	mux      *http.ServeMux
	logger   *slog.Logger
	draining atomic.Bool
}

// New returns a server of routes. Every pattern needs a rule in o.Access; see
// identity.Rules.Check. It fails where patterns are malformed or contradict each other.
func New(o Options, routes []Route) (*Server, error) {
	s := &Server{mux: http.NewServeMux(), access: o.Access, config: identity.ServerConfig(o.Source, o.Access), logger: o.Logger}
	var invalid error
	for _, route := range routes {
		invalid = errors.Join(invalid, handle(s.mux, route.Pattern, s.authorized(route)))
	}
	_ = handle(s.mux, "/", http.HandlerFunc(s.unrouted)) // unless a route takes everything
	observed, err := o.Telemetry(s.limited(s.mux))
	s.http = &http.Server{
		Handler:           s.retiring(observed),
		ReadHeaderTimeout: readHeaderTimeout,
		ReadTimeout:       requestTimeout,
		WriteTimeout:      writeTimeout,
		IdleTimeout:       idleTimeout,
		MaxHeaderBytes:    maxHeaderBytes,
		HTTP2:             &http.HTTP2Config{MaxConcurrentStreams: maxStreams},
		ConnContext: func(ctx context.Context, c net.Conn) context.Context {
			return identity.WithConn(ctx, c.(*tls.Conn).NetConn().(*identity.Conn))
		},
		// A certificate or ID that is refused has its own record; the rest is noise of the network.
		ErrorLog: slog.NewLogLogger(o.Logger.Handler(), slog.LevelDebug),
	}
	return s, errors.Join(invalid, err)
}

// handle is mux.Handle with an error in place of a panic.
func handle(mux *http.ServeMux, pattern string, h http.Handler) (err error) {
	defer func() {
		if v := recover(); v != nil {
			err = fmt.Errorf("route %q: %v", pattern, v)
		}
	}()
	mux.Handle(pattern, h)
	return nil
}

// Serve answers connections of l, which is closed at the end. It returns nil after Shutdown.
func (s *Server) Serve(l net.Listener) error {
	err := s.http.Serve(tls.NewListener(identity.NewGuard(l, s.access, connectionAge), s.config))
	if errors.Is(err, http.ErrServerClosed) {
		return nil
	}
	return err
}

// Drain asks clients to leave: from now on each answer closes its connection, gracefully.
func (s *Server) Drain() { s.draining.Store(true) }

// Shutdown stops accepting and waits for the requests in flight until ctx ends; then it
// cuts them off.
func (s *Server) Shutdown(ctx context.Context) error {
	if err := s.http.Shutdown(ctx); err != nil {
		return errors.Join(fmt.Errorf("requests still in flight: %w", err), s.http.Close())
	}
	return nil
}

// retiring asks the client of a connection that grows old to open another one.
func (s *Server) retiring(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if s.draining.Load() || identity.Retiring(r.Context()) {
			w.Header().Set("Connection", "close") // on HTTP/2 a GOAWAY
		}
		next.ServeHTTP(w, r)
	})
}

// limited gives a request its limit of time, and turns a panic into a problem, or into a cut
// connection where the answer has begun.
func (s *Server) limited(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		x := newExchange(w, r)
		defer x.limit.end()
		defer func() {
			r.Pattern, r.MultipartForm = x.request.Pattern, x.request.MultipartForm // telemetry names the route, net/http removes files
			v := recover()
			if v == nil {
				return
			}
			if v == http.ErrAbortHandler { //nolint:errorlint // net/http compares it so
				panic(v)
			}
			s.fail(&x.out, &x.request, fmt.Errorf("panic: %v", v), "stack", string(debug.Stack()))
		}()
		next.ServeHTTP(&x.out, &x.request)
	})
}

// authorized holds a route's rule and the limit of its body, and answers the error of its handler.
func (s *Server) authorized(route Route) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		caller, known := identity.Caller(r.Context())
		if span := trace.SpanFromContext(r.Context()); known && span.IsRecording() {
			span.SetAttributes(attribute.String("caller.spiffe_id", caller.String()))
		}
		if err := s.access.Authorize(r.Context(), caller, route.Pattern); err != nil {
			s.fail(w, r, &Problem{Status: http.StatusForbidden, Detail: err.Error()})
			return
		}
		if r.Body != http.NoBody {
			r.Body = http.MaxBytesReader(w, r.Body, maxBodyBytes)
		}
		if err := route.Handle(w, r); err != nil {
			s.fail(w, r, err)
		}
	})
}

// unrouted answers what no route matches: 405 where another method would, else 404.
func (s *Server) unrouted(w http.ResponseWriter, r *http.Request) {
	var allowed []string
	for _, method := range []string{"DELETE", "GET", "HEAD", "PATCH", "POST", "PUT"} {
		other := *r
		other.Method = method
		if _, pattern := s.mux.Handler(&other); pattern != "/" {
			allowed = append(allowed, method)
		}
	}
	r.Pattern = "" // no route: telemetry must not name one
	status := http.StatusNotFound
	if len(allowed) > 0 {
		status = http.StatusMethodNotAllowed
		w.Header().Set("Allow", strings.Join(allowed, ", "))
	}
	s.fail(w, r, &Problem{Status: status})
}
