package telemetry

import (
	"context"
	"strings"

	"go.opentelemetry.io/contrib/instrumentation/google.golang.org/grpc/otelgrpc"
	"go.opentelemetry.io/otel/baggage"
	"go.opentelemetry.io/otel/metric"
	"go.opentelemetry.io/otel/trace"
	"google.golang.org/grpc/stats"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/reflect/protoregistry"
)

// ServerHandler gives each call a server span, named by its method, and the rpc.server
// metrics; health checks get neither.
//
// Only a trusted caller's span becomes the parent and decides on sampling. Any other gets a
// new root span that links to its own, so that it cannot make the service record, and its
// baggage goes no further. A method that no .proto of the service has is _OTHER: a client
// chooses no names.
func ServerHandler(tp trace.TracerProvider, mp metric.MeterProvider, trusted func(context.Context) bool) stats.Handler {
	return serverHandler{otelgrpc.NewServerHandler(otelgrpc.WithTracerProvider(tp), otelgrpc.WithMeterProvider(mp), otelgrpc.WithPropagators(Propagator()),
		otelgrpc.WithFilter(func(info *stats.RPCTagInfo) bool {
			return !strings.HasPrefix(info.FullMethodName, "/grpc.health.v1.Health/")
		}),
		otelgrpc.WithPublicEndpointFn(func(ctx context.Context, _ *stats.RPCTagInfo) bool { return !trusted(ctx) })), trusted}
}

type serverHandler struct {
	stats.Handler
	trusted func(context.Context) bool
}

func (h serverHandler) TagRPC(ctx context.Context, info *stats.RPCTagInfo) context.Context {
	if !known(info.FullMethodName) {
		info = &stats.RPCTagInfo{FullMethodName: "/_OTHER"}
	}
	ctx = h.Handler.TagRPC(ctx, info)
	if h.trusted(ctx) {
		return ctx
	}
	return baggage.ContextWithoutBaggage(ctx)
}

// known reports whether a .proto that is linked has fullMethod, /package.Service/Method.
func known(fullMethod string) bool {
	service, method, _ := strings.Cut(strings.TrimPrefix(fullMethod, "/"), "/")
	d, err := protoregistry.GlobalFiles.FindDescriptorByName(protoreflect.FullName(service))
	if err != nil {
		return false
	}
	s, ok := d.(protoreflect.ServiceDescriptor)
	return ok && s.Methods().ByName(protoreflect.Name(method)) != nil
}
