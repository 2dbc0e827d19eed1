package instrument

import (
	"context"
	"net"
	"testing"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/health"
	"google.golang.org/grpc/health/grpc_health_v1"
	"google.golang.org/grpc/stats"
	"google.golang.org/grpc/test/bufconn"
	"google.golang.org/protobuf/types/known/wrapperspb"
)

// counted returns how many calls the metric counts, by the attributes of each.
func (o observed) counted(t *testing.T, metric string) map[attribute.Distinct]uint64 {
	t.Helper()
	var all metricdata.ResourceMetrics
	if err := o.reader.Collect(t.Context(), &all); err != nil {
		t.Fatal(err)
	}
	got := make(map[attribute.Distinct]uint64)
	for _, scope := range all.ScopeMetrics {
		for _, m := range scope.Metrics {
			if m.Name != metric {
				t.Errorf("there is a metric %q", m.Name)
				continue
			}
			for _, point := range m.Data.(metricdata.Histogram[float64]).DataPoints {
				got[point.Attributes.Equivalent()] += point.Count
			}
		}
	}
	return got
}

func count(attributes ...attribute.KeyValue) attribute.Distinct {
	set := attribute.NewSet(attributes...)
	return set.Equivalent()
}

// echo is a service of one method of each sort.
type echo struct {
	say  func(context.Context) error
	chat func(grpc.ServerStream) error
}

func (e echo) register(s *grpc.Server) {
	say := func(_ any, ctx context.Context, decode func(any) error, _ grpc.UnaryServerInterceptor) (any, error) {
		in := new(wrapperspb.StringValue)
		if err := decode(in); err != nil {
			return nil, err
		}
		return in, e.say(ctx)
	}
	chat := func(_ any, stream grpc.ServerStream) error { return e.chat(stream) }
	s.RegisterService(&grpc.ServiceDesc{
		ServiceName: "test.Echo",
		HandlerType: (*any)(nil),
		Methods:     []grpc.MethodDesc{{MethodName: "Say", Handler: say}},
		Streams:     []grpc.StreamDesc{{StreamName: "Chat", Handler: chat, ServerStreams: true, ClientStreams: true}},
	}, e)
	grpc_health_v1.RegisterHealthServer(s, health.NewServer())
}

// serve returns a connection to a server of e, each with its telemetry, unless that is nil, and
// what waits until the server has done with all calls.
func serve(t *testing.T, e echo, server, client stats.Handler, more ...grpc.DialOption) (*grpc.ClientConn, func()) {
	t.Helper()
	listener := bufconn.Listen(64 << 10)
	var options []grpc.ServerOption
	if server != nil {
		options = append(options, grpc.StatsHandler(server))
	}
	s := grpc.NewServer(options...)
	e.register(s)
	go func() { _ = s.Serve(listener) }()
	t.Cleanup(s.Stop)
	more = append([]grpc.DialOption{
		grpc.WithTransportCredentials(insecure.NewCredentials()),
		grpc.WithContextDialer(func(ctx context.Context, _ string) (net.Conn, error) { return listener.DialContext(ctx) }),
	}, more...)
	if client != nil {
		more = append(more, grpc.WithStatsHandler(client))
	}
	conn, err := grpc.NewClient("passthrough:///echo.example:9443", more...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	return conn, s.GracefulStop
}

func say(ctx context.Context, conn *grpc.ClientConn, options ...grpc.CallOption) error {
	return conn.Invoke(ctx, "/test.Echo/Say", wrapperspb.String("hello"), new(wrapperspb.StringValue), options...)
}

// allocations returns how often one call allocates that h is told of.
func allocations(h stats.Handler, ctx context.Context, events ...stats.RPCStats) float64 {
	info := &stats.RPCTagInfo{FullMethodName: "/test.Echo/Say"}
	return testing.AllocsPerRun(100, func() {
		ctx := h.TagRPC(ctx, info)
		for _, event := range events {
			h.HandleRPC(ctx, event)
		}
	})
}
