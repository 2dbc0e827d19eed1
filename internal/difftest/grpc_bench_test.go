package difftest

import (
	"context"
	"net"
	"strings"
	"testing"

	"go.opentelemetry.io/contrib/instrumentation/google.golang.org/grpc/otelgrpc"
	"go.opentelemetry.io/otel/propagation"
	sdkmetric "go.opentelemetry.io/otel/sdk/metric"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/stats"
	"google.golang.org/grpc/test/bufconn"
	"google.golang.org/protobuf/types/known/wrapperspb"

	"github.com/mintwright/mintwright/blueprints/service/instrument"
)

// observed is a telemetry of one side of a call.
type observed struct {
	name           string
	server, client stats.Handler
}

// idle is a handler that does nothing: what gRPC itself pays for having one.
type idle struct{}

func (idle) TagRPC(ctx context.Context, _ *stats.RPCTagInfo) context.Context   { return ctx }
func (idle) HandleRPC(context.Context, stats.RPCStats)                         {}
func (idle) TagConn(ctx context.Context, _ *stats.ConnTagInfo) context.Context { return ctx }
func (idle) HandleConn(context.Context, stats.ConnStats)                       {}

func observedBy(tb testing.TB, name string, share float64) observed {
	tb.Helper()
	tp := sdktrace.NewTracerProvider(sdktrace.WithBatcher(dropped{}), sdktrace.WithSampler(sdktrace.ParentBased(sdktrace.TraceIDRatioBased(share))))
	tb.Cleanup(func() { _ = tp.Shutdown(context.Background()) })
	mp := sdkmetric.NewMeterProvider(sdkmetric.WithReader(sdkmetric.NewManualReader()))
	if name == "otelgrpc" {
		options := []otelgrpc.Option{
			otelgrpc.WithTracerProvider(tp), otelgrpc.WithMeterProvider(mp),
			otelgrpc.WithPropagators(propagation.NewCompositeTextMapPropagator(propagation.TraceContext{}, propagation.Baggage{})),
		}
		return observed{name, otelgrpc.NewServerHandler(options...), otelgrpc.NewClientHandler(options...)}
	}
	server, err := instrument.GRPCServer(tp, mp, func(context.Context) bool { return true })
	if err != nil {
		tb.Fatal(err)
	}
	client, err := instrument.GRPCClient(tp, mp)
	if err != nil {
		tb.Fatal(err)
	}
	return observed{name, server, client}
}

// dropped is where a benchmark's spans go.
type dropped struct{}

func (dropped) ExportSpans(context.Context, []sdktrace.ReadOnlySpan) error { return nil }
func (dropped) Shutdown(context.Context) error                             { return nil }

// unary returns what makes one call of 100 bytes, with telemetry where it is not nil.
func unary(tb testing.TB, server, client stats.Handler) func() {
	tb.Helper()
	listener := bufconn.Listen(64 << 10)
	var options []grpc.ServerOption
	if server != nil {
		options = append(options, grpc.StatsHandler(server))
	}
	s := grpc.NewServer(options...)
	s.RegisterService(&grpc.ServiceDesc{ServiceName: "test.Echo", HandlerType: (*any)(nil), Methods: []grpc.MethodDesc{
		{MethodName: "Say", Handler: func(_ any, _ context.Context, decode func(any) error, _ grpc.UnaryServerInterceptor) (any, error) {
			in := new(wrapperspb.StringValue)
			return in, decode(in)
		}},
	}}, struct{}{})
	go func() { _ = s.Serve(listener) }()
	tb.Cleanup(s.Stop)
	dials := []grpc.DialOption{
		grpc.WithTransportCredentials(insecure.NewCredentials()),
		grpc.WithContextDialer(func(ctx context.Context, _ string) (net.Conn, error) { return listener.DialContext(ctx) }),
	}
	if client != nil {
		dials = append(dials, grpc.WithStatsHandler(client))
	}
	conn, err := grpc.NewClient("passthrough:///echo.example:9443", dials...)
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { conn.Close() })
	in, out := wrapperspb.String(strings.Repeat("x", 100)), new(wrapperspb.StringValue)
	return func() {
		if err := conn.Invoke(context.Background(), "/test.Echo/Say", in, out); err != nil {
			tb.Fatal(err)
		}
	}
}

// TestGRPCAllocations holds what a call costs that is not sampled, beyond a handler that
// does nothing: the least that gRPC allows.
func TestGRPCAllocations(t *testing.T) {
	allocations := func(server, client stats.Handler) float64 {
		return testing.AllocsPerRun(2000, unary(t, server, client))
	}
	ours := observedBy(t, "ours", 0)
	for _, c := range []struct {
		name       string
		base, with float64
		most       float64
	}{
		{"server", allocations(idle{}, nil), allocations(ours.server, nil), 3},
		{"client", allocations(nil, idle{}), allocations(nil, ours.client), 16}, // a traceparent too, and its way to the server
	} {
		if more := c.with - c.base; more > c.most {
			t.Errorf("%s: %v allocations more, want at most %v", c.name, more, c.most)
		} else {
			t.Logf("%s: %v allocations more", c.name, more)
		}
	}
}

// BenchmarkGRPC is a unary call over a pipe in one process: both its sides are in the figures.
func BenchmarkGRPC(b *testing.B) {
	bench := func(name string, server, client stats.Handler) {
		b.Run(name, func(b *testing.B) {
			call := unary(b, server, client)
			b.ReportAllocs()
			for b.Loop() {
				call()
			}
		})
	}
	bench("bare", nil, nil)
	bench("idle server", idle{}, nil)
	bench("idle client", nil, idle{})
	for _, share := range []string{"0", "0.01", "1"} {
		for _, name := range []string{"otelgrpc", "ours"} {
			o := observedBy(b, name, map[string]float64{"0": 0, "0.01": 0.01, "1": 1}[share])
			bench(name+" server "+share, o.server, nil)
			bench(name+" client "+share, nil, o.client)
		}
	}
}
