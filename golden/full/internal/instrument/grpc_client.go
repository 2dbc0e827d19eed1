package instrument

import (
	"context"
	"strings"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/metric"
	"go.opentelemetry.io/otel/propagation"
	semconv "go.opentelemetry.io/otel/semconv/v1.43.0"
	"go.opentelemetry.io/otel/semconv/v1.43.0/rpcconv"
	"go.opentelemetry.io/otel/trace"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/stats"
)

type grpcClient struct{ calls }

// GRPCClient gives each call, and each attempt of one that is retried, a span, named by its
// method, and a place in the metrics, and sends the trace context and baggage as metadata.
func GRPCClient(tp trace.TracerProvider, mp metric.MeterProvider) (stats.Handler, error) {
	duration, err := rpcconv.NewClientCallDuration(mp.Meter(scope, metric.WithSchemaURL(semconv.SchemaURL)))
	if err != nil {
		return nil, err
	}
	return &grpcClient{calls{
		tracer:   tp.Tracer(scope, trace.WithSchemaURL(semconv.SchemaURL)),
		start:    startOptions(trace.SpanKindClient),
		duration: duration.Inst(),
		failed:   func(code codes.Code) bool { return code != codes.OK },
	}}, nil
}

func (h *grpcClient) TagRPC(ctx context.Context, info *stats.RPCTagInfo) context.Context {
	c := &call{method: strings.TrimPrefix(info.FullMethodName, "/")}
	h.begin(ctx, c, nil)
	sent, ok := metadata.FromOutgoingContext(ctx) // a copy
	if !ok {
		sent = metadata.MD{}
	}
	propagation.TraceContext{}.Inject(c.Context, outgoing(sent))
	propagation.Baggage{}.Inject(c.Context, outgoing(sent))
	c.Context = metadata.NewOutgoingContext(c.Context, sent)
	return c
}

func (h *grpcClient) HandleRPC(ctx context.Context, event stats.RPCStats) {
	c, ok := ctx.Value(callKey{}).(*call)
	if !ok {
		return
	}
	if sent, ok := event.(*stats.OutHeader); ok {
		c.address = sent.Authority // not RemoteAddr: what is behind a name comes and goes
		if c.span.IsRecording() {
			attributes := appendAddress(make([]attribute.KeyValue, 0, 4), semconv.ServerAddressKey, semconv.ServerPortKey, c.address)
			attributes = appendAddress(attributes, semconv.NetworkPeerAddressKey, semconv.NetworkPeerPortKey, sent.RemoteAddr.String())
			c.span.SetAttributes(attributes...)
		}
	}
	h.follow(c, event)
}

// outgoing is the metadata that a call sends.
type outgoing metadata.MD

func (md outgoing) Set(key, value string) { md[key] = []string{value} }

func (outgoing) Get(string) string { return "" }

func (outgoing) Keys() []string { return nil }
