package api

import (
	"context"
	"log/slog"
	"net"
	"strings"
	"testing"

	noopmetric "go.opentelemetry.io/otel/metric/noop"
	nooptrace "go.opentelemetry.io/otel/trace/noop"
	"google.golang.org/genproto/googleapis/rpc/errdetails"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/status"
	"google.golang.org/grpc/test/bufconn"

	"example.com/acme/stock/internal/greetings"
	apiv1 "example.com/acme/stock/proto/stock/v1"
)

// connect serves in memory, without identities, and returns a connection.
func connect(t *testing.T, register func(*grpc.Server)) *grpc.ClientConn {
	t.Helper()
	server, listener := grpc.NewServer(), bufconn.Listen(64<<10)
	register(server)
	go server.Serve(listener) //nolint:errcheck // Stop ends it
	t.Cleanup(server.Stop)
	conn, err := grpc.NewClient("passthrough:///memory", grpc.WithTransportCredentials(insecure.NewCredentials()),
		grpc.WithContextDialer(func(ctx context.Context, _ string) (net.Conn, error) { return listener.DialContext(ctx) }))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	return conn
}

// TestGreetingService looks at what is answered. Who may ask is the business of TestAccess, and
// the way through the server that of package app.
func TestGreetingService(t *testing.T) {
	composer, err := greetings.NewComposer(slog.New(slog.DiscardHandler), nooptrace.NewTracerProvider(), noopmetric.NewMeterProvider())
	if err != nil {
		t.Fatal(err)
	}
	client := apiv1.NewGreetingServiceClient(connect(t, GreetingService(composer)))
	response, err := client.GetGreeting(t.Context(), &apiv1.GetGreetingRequest{Name: "世界"})
	if got := response.GetGreeting().GetMessage(); err != nil || got != "Hello, 世界!" {
		t.Errorf("got %q, %v", got, err)
	}

	_, err = client.GetGreeting(t.Context(), &apiv1.GetGreetingRequest{Name: strings.Repeat("x", 100)})
	refusal := status.Convert(err)
	if refusal.Code() != codes.InvalidArgument || len(refusal.Details()) != 1 {
		t.Fatalf("got %v, want one detail of an invalid argument", refusal)
	}
	detail, ok := refusal.Details()[0].(*errdetails.BadRequest)
	if !ok || detail.GetFieldViolations()[0].GetField() != "name" {
		t.Errorf("got detail %v, want the field", refusal.Details()[0])
	}

	stream, err := client.StreamGreetings(t.Context(), &apiv1.StreamGreetingsRequest{Names: []string{"Ada", strings.Repeat("x", 100)}})
	if err != nil {
		t.Fatal(err)
	}
	if first, err := stream.Recv(); err != nil || first.GetGreeting().GetMessage() != "Hello, Ada!" {
		t.Errorf("got %v, %v", first, err)
	}
	if _, err := stream.Recv(); status.Code(err) != codes.InvalidArgument {
		t.Errorf("got %v, want an invalid argument", err)
	}

	many, err := client.StreamGreetings(t.Context(), &apiv1.StreamGreetingsRequest{Names: make([]string, 1001)})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := many.Recv(); status.Code(err) != codes.InvalidArgument {
		t.Errorf("of too many names: got %v, want an invalid argument", err)
	}
}
