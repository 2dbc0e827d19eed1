//go:build linux || darwin

package golden

import (
	"context"
	"errors"
	"fmt"
	"io"
	"testing"
	"time"

	"github.com/spiffe/go-spiffe/v2/spiffeid"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials"
	"google.golang.org/grpc/metadata"

	"github.com/mintwright/mintwright/blueprints/service/identity"
	ordersv1 "github.com/mintwright/mintwright/blueprints/service/proto/orders/v1"
)

// The contracts of orders and of payments differ in nothing but their names.
const (
	unaryOfPayments  = "/payments.v1.GreetingService/GetGreeting"
	streamOfPayments = "/payments.v1.GreetingService/StreamGreetings"
	unaryOfOrders    = "/orders.v1.PeerService/GetPeerGreeting"
)

// connect returns a plain connection: a client that nobody taught about SVIDs, and that tries
// nothing again.
func connect(t *testing.T, source identity.Source, server, address string) *grpc.ClientConn {
	t.Helper()
	conn, err := grpc.NewClient("passthrough:///"+address,
		grpc.WithTransportCredentials(credentials.NewTLS(identity.ClientConfig(source, spiffeid.RequireFromString(server)))),
		grpc.WithDisableRetry())
	if err != nil {
		t.Fatal(err)
	}
	return conn
}

// sampled asks for the trace, so that there is something to export.
func sampled(ctx context.Context) context.Context {
	return metadata.AppendToOutgoingContext(ctx, "traceparent", newTrace().parent())
}

// addUnary makes calls of payments until end.
func (l *load) addUnary(name string, conn *grpc.ClientConn) {
	l.work(name, keepHTTP2.pace(), func() error {
		ctx, cancel := context.WithTimeout(sampled(context.Background()), 10*time.Second)
		defer cancel()
		return conn.Invoke(ctx, unaryOfPayments, &ordersv1.GetGreetingRequest{Name: "Ada"}, new(ordersv1.GetGreetingResponse))
	})
}

// addPeerUnary makes calls of orders, which calls payments, until end.
func (l *load) addPeerUnary(name string, conn *grpc.ClientConn) {
	l.work(name, keepHTTP2.pace(), func() error {
		ctx, cancel := context.WithTimeout(sampled(context.Background()), 10*time.Second)
		defer cancel()
		return conn.Invoke(ctx, unaryOfOrders, &ordersv1.GetPeerGreetingRequest{Peer: "payments", Name: "Ada"}, new(ordersv1.GetPeerGreetingResponse))
	})
}

// addStream reads streams of payments to their end until end.
func (l *load) addStream(name string, conn *grpc.ClientConn) {
	const messages = 20
	l.work(name, keepHTTP2.pace(), func() error {
		ctx, cancel := context.WithTimeout(sampled(context.Background()), 10*time.Second)
		defer cancel()
		stream, err := openStream(ctx, conn, messages)
		if err != nil {
			return err
		}
		for n := 0; ; n++ {
			err := stream.RecvMsg(new(ordersv1.StreamGreetingsResponse))
			switch {
			case errors.Is(err, io.EOF) && n == messages:
				return nil
			case err != nil:
				return fmt.Errorf("after %d messages: %w", n, err)
			}
		}
	})
}

// openStream asks for a stream of so many messages.
func openStream(ctx context.Context, conn *grpc.ClientConn, messages int) (grpc.ClientStream, error) {
	stream, err := conn.NewStream(ctx, &grpc.StreamDesc{ServerStreams: true}, streamOfPayments)
	if err != nil {
		return nil, err
	}
	names := make([]string, messages)
	for i := range names {
		names[i] = "Ada"
	}
	if err := stream.SendMsg(&ordersv1.StreamGreetingsRequest{Names: names}); err != nil && !errors.Is(err, io.EOF) {
		return nil, err
	}
	return stream, stream.CloseSend()
}
