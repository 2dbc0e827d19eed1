// Package spanmissing defines an Analyzer that finds boundaries of a service without spans.
//
// # Analyzer spanmissing
//
// spanmissing: report servers and clients that carry no trace on
//
// A trace is as good as its boundaries: a server that does not continue the trace of its caller
// begins a new one, and a client that does not send it on ends it. Inside of a service spans are
// a matter of taste, at its boundaries they are not. So it is the boundaries that are judged, in
// packages that use OpenTelemetry, themselves or by another package of the same project.
//
// Instrumentation is recognised by what is called, not by names: otelhttp, otelgrpc and the
// other packages of OpenTelemetry's contrib repository, those of other tracers, and handlers,
// middlewares, interceptors, stats handlers, transports and options of the project's own that
// start a span. A value is followed backwards through variables, fields and functions, those of
// other packages too. What is not known is taken for instrumented.
//
// Nothing is reported in tests, in generated code, and in builds whose toolchain brings spans
// into the code: orchestrion or otelc, seen by their files, the tools of go.mod and GOFLAGS. In
// examples the confidence is low.
//
// # Rule spanmissing.inbound
//
// A server answers requests without instrumentation: a literal of http.Server, a call of
// http.ListenAndServe, http.Serve and their like, or grpc.NewServer, of which neither the handler
// nor an option starts spans.
//
//	server := &http.Server{Handler: mux}                             // wrong
//	server := &http.Server{Handler: otelhttp.NewHandler(mux, "api")} // right
//
//	server := grpc.NewServer(creds)                                                 // wrong
//	server := grpc.NewServer(creds, grpc.StatsHandler(otelgrpc.NewServerHandler())) // right
//
// It is silent about servers for the operation of a service (metrics, health, profiles, told by
// names, paths and packages), for redirections and the challenges of ACME, for stand-ins and for
// telemetry of others, on loopback addresses and on unix sockets, and about handlers and options
// that come in from the caller.
//
// The fix wraps the handler or adds the option, where otelhttp or otelgrpc is in use already and
// the project has nothing of its own for it.
//
// # Rule spanmissing.outbound
//
// A call goes out without instrumentation from a function that has a context, a request or a
// span: a literal of http.Client whose transport is not instrumented, http.Get and its like,
// http.DefaultClient, grpc.NewClient and grpc.Dial without a stats handler, and sql.Open of a bare
// driver.
//
//	client := &http.Client{Timeout: time.Second}                                    // wrong
//	client := &http.Client{Transport: otelhttp.NewTransport(http.DefaultTransport)} // right
//
// The confidence is medium where the function made its context itself, where the client is for a
// library, and where the transport is a parameter to which nothing is added; it is low for
// http.Get and its like where there is no context at all. It is silent about probes of health,
// about what goes to this machine, and about the clients of exporters.
//
// The fix wraps the transport or adds the option, as above.
//
// # Rule spanmissing.decorator
//
// An interface has a decorator, made by "//go:generate gen trace -type Store", and here its
// implementation is used without it, though the only reason to generate a decorator is to use it.
//
//	service := NewService(NewStore(db))                       // wrong
//	service := NewService(TraceStore(NewStore(db), provider)) // right
//
// Only values that come straight from a constructor are judged, and a variable only when it goes
// to one place, or when nothing but its methods is called. The fix wraps the value where the
// decorator needs nothing else.
//
// # Rule spanmissing.required
//
// The configuration requires spans of some functions, and this is one of them, but neither
// itself nor a helper that it calls starts a span. There is nothing required by default.
//
//	spans:
//	  require:
//	    - packages: [example.com/shop/internal/jobs/...]
//	      functions: ["(*Worker).Handle*"]
//	      reason: a job is the root of its trace
//
// "..." in a package stands for anything, "*" in a function for any part of a name.
package spanmissing
