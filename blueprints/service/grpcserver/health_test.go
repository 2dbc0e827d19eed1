package grpcserver

import (
	"testing"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/health/grpc_health_v1"
	"google.golang.org/grpc/status"

	"github.com/mintwright/mintwright/blueprints/service/identity/identitytest"
)

// watchHealth returns a function that waits for a change of the service's health.
func watchHealth(t *testing.T, conn *grpc.ClientConn, service string) func() string {
	t.Helper()
	stream, err := grpc_health_v1.NewHealthClient(conn).Watch(t.Context(), &grpc_health_v1.HealthCheckRequest{Service: service})
	if err != nil {
		t.Fatal(err)
	}
	next := func() string {
		state, err := stream.Recv()
		if err != nil {
			return status.Code(err).String()
		}
		return state.Status.String()
	}
	if got := next(); got != "SERVING" {
		t.Fatalf("%q is %s from the start", service, got)
	}
	return next
}

// TestHealth follows readiness until the drain, whoever of those admitted asks.
func TestHealth(t *testing.T) {
	identitytest.Bubble(t, func(t *testing.T) {
		w := start(t, time.Hour, methods{"open": echo, "closed": echo})
		conn := w.friend(t)
		all, one := watchHealth(t, conn, ""), watchHealth(t, conn, service)
		want := func(want string) {
			t.Helper()
			for name, next := range map[string]func() string{"": all, service: one} {
				if got := next(); got != want {
					t.Errorf("%q is %s, want %s", name, got, want)
				}
			}
		}
		w.ready.Store(false)
		want("NOT_SERVING")
		w.ready.Store(true)
		want("SERVING")
		w.Drain()
		want("NOT_SERVING")
		time.Sleep(time.Minute)
		got, err := grpc_health_v1.NewHealthClient(conn).Check(t.Context(), new(grpc_health_v1.HealthCheckRequest))
		if err != nil || got.Status != grpc_health_v1.HealthCheckResponse_NOT_SERVING {
			t.Errorf("a minute after the drain: got %v, %v", got, err)
		}
		if got, err := call(t.Context(), conn, "open", "still served"); err != nil || got == "" {
			t.Errorf("during the drain: got %q and %v", got, err)
		}
		if err := w.Shutdown(t.Context()); err != nil {
			t.Error(err)
		}
		want(codes.Canceled.String())
	})
}
