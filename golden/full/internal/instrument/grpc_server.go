package instrument

import (
	"context"
	"net"
	"strings"

	"go.opentelemetry.io/otel/metric"
	"go.opentelemetry.io/otel/propagation"
	semconv "go.opentelemetry.io/otel/semconv/v1.43.0"
	"go.opentelemetry.io/otel/semconv/v1.43.0/rpcconv"
	"go.opentelemetry.io/otel/trace"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/peer"
	"google.golang.org/grpc/stats"
	"google.golang.org/grpc/status"
)

type grpcServer struct {
	calls
	trusted func(context.Context) bool
}

// GRPCServer gives each call that a server takes a span, named by its method, and a place in
// the metrics. Health checks have neither: they are many, and nobody's work.
//
// Only a trusted caller's span becomes the parent and decides on sampling. Any other gets a
// new root span that links to its own, so that it cannot make the service record, and its
// baggage goes no further. A method that the server does not have is counted as _OTHER.
func GRPCServer(tp trace.TracerProvider, mp metric.MeterProvider, trusted func(context.Context) bool) (stats.Handler, error) {
	duration, err := rpcconv.NewServerCallDuration(mp.Meter(scope, metric.WithSchemaURL(semconv.SchemaURL)))
	if err != nil {
		return nil, err
	}
	return &grpcServer{trusted: trusted, calls: calls{
		tracer:   tp.Tracer(scope, trace.WithSchemaURL(semconv.SchemaURL)),
		start:    startOptions(trace.SpanKindServer),
		duration: duration.Inst(),
		failed:   isServerError,
	}}, nil
}

// isServerError says which codes the conventions call an error of the server.
func isServerError(code codes.Code) bool {
	switch code {
	case codes.Unknown, codes.DeadlineExceeded, codes.Unimplemented, codes.Internal, codes.Unavailable, codes.DataLoss:
		return true
	}
	return false
}

func (h *grpcServer) TagRPC(ctx context.Context, info *stats.RPCTagInfo) context.Context {
	if strings.HasPrefix(info.FullMethodName, "/grpc.health.v1.Health/") {
		return ctx
	}
	c := &call{Context: ctx, method: strings.TrimPrefix(info.FullMethodName, "/")}
	trusted := h.trusted(ctx)
	if trusted {
		ctx = propagation.TraceContext{}.Extract(ctx, (*incoming)(c))
		ctx = propagation.Baggage{}.Extract(ctx, (*incoming)(c))
	}
	h.begin(ctx, c, local(ctx))
	if !trusted && c.span.IsRecording() {
		caller := trace.SpanContextFromContext(propagation.TraceContext{}.Extract(context.Background(), (*incoming)(c)))
		if caller.IsValid() {
			c.span.AddLink(trace.Link{SpanContext: caller})
		}
	}
	return c
}

// local returns the address that a call has come to.
func local(ctx context.Context) net.Addr {
	if p, ok := peer.FromContext(ctx); ok {
		return p.LocalAddr
	}
	return nil
}

func (h *grpcServer) HandleRPC(ctx context.Context, event stats.RPCStats) {
	c, ok := ctx.Value(callKey{}).(*call)
	if !ok {
		return
	}
	if _, answered := event.(*stats.OutTrailer); answered && !c.begun { // by gRPC itself: there is no such method
		c.span.SetName("grpc")
		c.span.SetAttributes(semconv.RPCMethod("_OTHER"), semconv.RPCMethodOriginal(c.method))
		c.method = "_OTHER"
		h.end(c, status.Error(codes.Unimplemented, "unknown method"), 0)
	}
	h.follow(c, event)
}

// incoming is a call whose metadata is read.
type incoming call

func (c *incoming) Get(key string) string {
	if values := metadata.ValueFromIncomingContext(c.Context, key); len(values) > 0 {
		return values[0]
	}
	return ""
}

func (*incoming) Set(string, string) {}

func (*incoming) Keys() []string { return nil }
