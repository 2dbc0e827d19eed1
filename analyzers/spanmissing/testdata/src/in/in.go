// Package in has servers.
package in

import (
	"context"
	"net"
	"net/http"
	"net/http/pprof"
	"time"

	"github.com/prometheus/client_golang/prometheus/promhttp"
	"go.opentelemetry.io/contrib/instrumentation/google.golang.org/grpc/otelgrpc"
	"go.opentelemetry.io/contrib/instrumentation/net/http/otelhttp"
	"go.opentelemetry.io/otel/trace"
	collector "go.opentelemetry.io/proto/otlp/collector/trace/v1"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials"
	"google.golang.org/grpc/stats"

	"in/own"
)

func hello(w http.ResponseWriter, r *http.Request) {}

type api struct {
	tracer  trace.Tracer
	handler http.Handler
	router  *http.ServeMux
	Set     http.Handler
}

func (a *api) orders(w http.ResponseWriter, r *http.Request) { a.help(r.Context()) }

// Below the handler there are spans; the trace begins there, and not where the call came in.
func (a *api) help(ctx context.Context) {
	_, span := a.tracer.Start(ctx, "help")
	span.End()
}

func (a *api) itself(w http.ResponseWriter, r *http.Request) {
	_, span := a.tracer.Start(r.Context(), "itself")
	span.End()
}

// What is right.

func goodWrapped(mux *http.ServeMux) *http.Server {
	return &http.Server{Handler: otelhttp.NewHandler(mux, "api")}
}

func goodThroughVariable() error {
	mux := http.NewServeMux()
	mux.HandleFunc("/", hello)
	var h http.Handler = mux
	h = http.TimeoutHandler(h, time.Second, "")
	h = otelhttp.NewMiddleware("api")(h)
	return http.ListenAndServe(":80", h)
}

func goodBranch(on bool) error {
	var h http.Handler = http.HandlerFunc(hello)
	if on {
		h = otelhttp.NewHandler(h, "api")
	}
	return http.ListenAndServe(":80", h)
}

func goodLater() *http.Server {
	srv := &http.Server{Addr: ":80"}
	srv.Handler = otelhttp.NewHandler(http.HandlerFunc(hello), "api")
	return srv
}

func goodOwn() *http.Server       { return &http.Server{Handler: own.Traced(http.HandlerFunc(hello))} }
func goodOwnThrough() *http.Server { return &http.Server{Handler: own.Through(http.HandlerFunc(hello))} }
func goodOwnApp() *http.Server     { return &http.Server{Handler: own.NewApp()} }

func goodParameter(h http.Handler) *http.Server { return &http.Server{Handler: own.Logged(h)} }

func (a *api) goodField() *http.Server { return &http.Server{Handler: a.handler} }

func (a *api) goodExportedField() *http.Server { return &http.Server{Handler: a.Set} }

func newAPI(h http.Handler) *api { return &api{handler: h, router: http.NewServeMux()} }

func (a *api) goodRoute() error {
	mux := http.NewServeMux()
	mux.HandleFunc("/", a.itself)
	return http.ListenAndServe(":80", mux)
}

func goodMiddlewares(list []func(http.Handler) http.Handler) error {
	var h http.Handler = http.HandlerFunc(hello)
	for _, wrap := range list {
		h = wrap(h)
	}
	return http.ListenAndServe(":80", h)
}

func register(mux *http.ServeMux) {
	mux.Handle("/", otelhttp.NewHandler(http.HandlerFunc(hello), "/"))
}

func goodRegistered() error {
	mux := http.NewServeMux()
	register(mux)
	return http.ListenAndServe(":80", mux)
}

func goodMetrics() error { return http.ListenAndServe(":9090", promhttp.Handler()) }

func goodLoopback() error { return http.ListenAndServe("127.0.0.1:80", http.HandlerFunc(hello)) }

func goodPatterns() error {
	mux := http.NewServeMux()
	mux.HandleFunc("/debug/pprof/", pprof.Index)
	mux.HandleFunc("GET /healthz", hello)
	return http.ListenAndServe(":80", mux)
}

func handleMetrics(mux *http.ServeMux) { mux.Handle("/m", promhttp.Handler()) }

func pprofHandlers() map[string]http.Handler { return nil }

func goodOps() *http.Server {
	mux := http.NewServeMux()
	mux.HandleFunc("/", http.NotFound)
	handleMetrics(mux)
	for pattern, h := range pprofHandlers() {
		mux.Handle(pattern, h)
	}
	return &http.Server{Handler: mux}
}

func serveDebug(mux *http.ServeMux) error { return http.ListenAndServe(":6060", mux) }

func goodSocket() error {
	l, err := net.Listen("unix", "/run/x")
	if err != nil {
		return err
	}
	return http.Serve(l, http.HandlerFunc(hello))
}

func goodListener() error {
	l, err := net.Listen("tcp", "localhost:0")
	if err != nil {
		return err
	}
	srv := &http.Server{Handler: http.HandlerFunc(hello)}
	return srv.Serve(l)
}

func goodNone() *http.Server { return &http.Server{Addr: ":80"} } // the default mux has nothing

func goodStats() *grpc.Server {
	return grpc.NewServer(grpc.StatsHandler(otelgrpc.NewServerHandler()))
}

func goodInterceptor() *grpc.Server {
	return grpc.NewServer(grpc.ChainUnaryInterceptor(otelgrpc.UnaryServerInterceptor()))
}

func goodAppended(on bool, more ...grpc.ServerOption) *grpc.Server {
	options := []grpc.ServerOption{grpc.MaxRecvMsgSize(1)}
	if on {
		options = append(options, grpc.StatsHandler(otelgrpc.NewServerHandler()))
	}
	return grpc.NewServer(options...)
}

func goodGiven(options ...grpc.ServerOption) *grpc.Server {
	return grpc.NewServer(append(options, grpc.MaxRecvMsgSize(1))...)
}

func goodOwnStats() *grpc.Server { return grpc.NewServer(own.Options()...) }

func goodUnknownStats(o struct{ Telemetry stats.Handler }) *grpc.Server {
	return grpc.NewServer(grpc.StatsHandler(o.Telemetry))
}

func goodOwnInterceptor(t trace.Tracer) *grpc.Server {
	return grpc.NewServer(grpc.UnaryInterceptor(func(ctx context.Context, req any, info *grpc.UnaryServerInfo, handler grpc.UnaryHandler) (any, error) {
		ctx, span := t.Start(ctx, info.FullMethod)
		defer span.End()
		return handler(ctx, req)
	}))
}

func goodInterface(s own.Security) *grpc.Server { return grpc.NewServer(s.ServerOption(), s.Other()) }

type foreign interface{ Option() grpc.ServerOption }

func goodForeign(f foreign) *grpc.Server { return grpc.NewServer(f.Option()) }

func goodRedirect() error { return http.ListenAndServe(":80", http.RedirectHandler("/", 301)) }

func goodDirect() *http.Server {
	routes := http.HandlerFunc(hello)
	return &http.Server{Handler: func(next http.Handler) http.Handler { return otelhttp.NewHandler(next, "") }(routes)}
}

func goodOwnType(a *own.App) *http.Server { return &http.Server{Handler: a} }

type limited struct{ next http.Handler }

func (l limited) ServeHTTP(w http.ResponseWriter, r *http.Request) { l.next.ServeHTTP(w, r) }

func goodInStruct() *http.Server {
	return &http.Server{Handler: limited{own.Traced(http.HandlerFunc(hello))}}
}

// What is wrong.

func literal() *http.Server {
	mux := http.NewServeMux()
	mux.HandleFunc("/", hello)
	return &http.Server{Handler: mux} // want `not instrumented`
}

func beside() *http.Server {
	mux := http.NewServeMux()
	mux.HandleFunc("/orders", hello)
	handleMetrics(mux)
	return &http.Server{Handler: http.StripPrefix("/a", mux)} // want `not instrumented`
}

func call() error {
	return http.ListenAndServe(":80", http.HandlerFunc(hello)) // want `not instrumented`
}

func tls() error {
	return http.ListenAndServeTLS(":443", "c", "k", own.Logged(http.HandlerFunc(hello))) // want `not instrumented`
}

func overListener(l net.Listener) error {
	return http.Serve(l, http.StripPrefix("/a", http.HandlerFunc(hello))) // want `not instrumented`
}

func (a *api) method() error {
	mux := http.NewServeMux()
	mux.HandleFunc("/orders", a.orders)
	return http.ListenAndServe(":80", mux) // want `not instrumented`
}

func (a *api) fields() *http.Server {
	a.router.HandleFunc("/orders", a.orders)
	return &http.Server{Handler: a.router} // want `not instrumented`
}

func routes(a *api) http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("/orders", a.orders)
	mux.HandleFunc("/healthz", hello)
	return mux
}

func helper(a *api) *http.Server {
	srv := &http.Server{Addr: ":80", Handler: own.Logged(routes(a))} // want `not instrumented`
	return srv
}

func later() *http.Server {
	srv := &http.Server{Addr: ":80"} // want `not instrumented`
	srv.Handler = http.HandlerFunc(hello)
	return srv
}

func closure() {
	go func() {
		h := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { w.WriteHeader(204) })
		_ = http.ListenAndServe(":80", h) // want `not instrumented`
	}()
}

func generic[T http.Handler](h T) error {
	mux := http.NewServeMux()
	mux.HandleFunc("/", hello)
	return http.ListenAndServe(":80", mux) // want `not instrumented`
}

func server() *grpc.Server { return grpc.NewServer() } // want `not instrumented`

func options(creds credentials.TransportCredentials) *grpc.Server {
	options := []grpc.ServerOption{grpc.MaxRecvMsgSize(1)}
	if creds != nil {
		options = append(options, grpc.Creds(creds))
	}
	return grpc.NewServer(options...) // want `not instrumented`
}

func interceptors() *grpc.Server {
	return grpc.NewServer(grpc.ChainUnaryInterceptor(logged)) // want `not instrumented`
}

func logged(ctx context.Context, req any, info *grpc.UnaryServerInfo, handler grpc.UnaryHandler) (any, error) {
	return handler(ctx, req)
}

func ownOptions() *grpc.Server {
	return grpc.NewServer(own.PlainOptions()...) // want `not instrumented`
}

func ofInterface(s own.Security) *grpc.Server {
	return grpc.NewServer(s.ServerOption()) // want `not instrumented`
}

func suppressed() *grpc.Server {
	//lint:ignore spanmissing.inbound the mesh has spans enough
	return grpc.NewServer()
}

// Not seen: a field is one for all values of its type, and goodInStruct puts spans into it.
func inStruct() *http.Server {
	return &http.Server{Handler: limited{http.HandlerFunc(hello)}}
}

type direct struct{}

func (*direct) ServeHTTP(w http.ResponseWriter, r *http.Request) { w.WriteHeader(204) }

func (d *direct) run() error {
	return http.ListenAndServe(":80", d) // want `not instrumented`
}

// Spans about the arrival of spans would arrive here too.
func goodCollector(l net.Listener, exporter collector.TraceServiceServer) error {
	server := grpc.NewServer()
	collector.RegisterTraceServiceServer(server, exporter)
	return server.Serve(l)
}

// A child process may be at the other end.
func unsureConnection(conn net.Conn) {
	server := grpc.NewServer() // medium // want `not instrumented`
	serveConn(server, conn)
}

func serveConn(server *grpc.Server, conn net.Conn) {}

// A registry of plugins has the handler.
func goodPlugin(plugins map[string]any) *grpc.Server {
	var options []grpc.ServerOption
	if p, ok := plugins["otel"]; ok {
		options = append(options, grpc.StatsHandler(p.(stats.Handler)))
	}
	return grpc.NewServer(options...)
}

type egressProxy struct{}

func (egressProxy) ServeHTTP(w http.ResponseWriter, r *http.Request) {}

func unsureProxy() *http.Server {
	return &http.Server{Handler: egressProxy{}} // medium // want `not instrumented`
}
