package app

import (
	"crypto/tls"
	"testing"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials"
	"google.golang.org/grpc/health/grpc_health_v1"
	"google.golang.org/grpc/status"

	apiv1 "example.com/acme/payments/v2/proto/payments/v1"
)

// dial connects to the service over gRPC.
func (w world) dial(tb testing.TB, config *tls.Config) *grpc.ClientConn {
	tb.Helper()
	conn, err := grpc.NewClient(w.listeners.GRPC.Addr().String(), grpc.WithTransportCredentials(credentials.NewTLS(config)))
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { conn.Close() })
	return conn
}

func TestGRPCGreeting(t *testing.T) {
	w := start(t)
	client := apiv1.NewGreetingServiceClient(w.dial(t, w.friends()))
	response, err := client.GetGreeting(t.Context(), &apiv1.GetGreetingRequest{Name: "Ada"})
	if err != nil {
		t.Fatal(err)
	}
	if got := response.GetGreeting(); got.GetMessage() != "Hello, Ada!" || got.GetCaller() != w.friend.String() {
		t.Errorf("got %v, want Hello, Ada! for %s", got, w.friend)
	}
	stream, err := client.StreamGreetings(t.Context(), &apiv1.StreamGreetingsRequest{Names: []string{"Ada", "Grace"}})
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"Hello, Ada!", "Hello, Grace!"} {
		response, err := stream.Recv()
		if err != nil || response.GetGreeting().GetMessage() != want {
			t.Errorf("got %v, %v, want %s", response, err, want)
		}
	}
}

func TestGRPCStrangers(t *testing.T) {
	w := start(t)
	for name, svid := range w.strangers(t) {
		client := apiv1.NewGreetingServiceClient(w.dial(t, w.client(svid)))
		_, err := client.GetGreeting(t.Context(), &apiv1.GetGreetingRequest{Name: "Ada"})
		if status.Code(err) != codes.Unavailable {
			t.Errorf("%s: got %v, want no connection", name, err)
		}
	}
}

func TestGRPCHealth(t *testing.T) {
	w := start(t)
	client := grpc_health_v1.NewHealthClient(w.dial(t, w.friends()))
	if _, err := client.Check(t.Context(), &grpc_health_v1.HealthCheckRequest{}); err != nil {
		t.Error(err)
	}
}

// BenchmarkGRPC measures one call through the whole chain on a connection that is open.
func BenchmarkGRPC(b *testing.B) {
	w := start(b)
	client := apiv1.NewGreetingServiceClient(w.dial(b, w.friends()))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := client.GetGreeting(b.Context(), &apiv1.GetGreetingRequest{Name: "Ada"}); err != nil {
			b.Fatal(err)
		}
	}
}
