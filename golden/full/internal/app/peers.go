package app

import (
	"context"

	"google.golang.org/grpc"

	"example.com/acme/payments/v2/internal/greetings"
	ledgerv1 "example.com/acme/payments/v2/proto/ledger/v1"
)

// askLedger returns the peer that a connection to ledger leads to.
func askLedger(conn grpc.ClientConnInterface) greetings.Peer {
	client := ledgerv1.NewGreetingServiceClient(conn)
	return func(ctx context.Context, name string) (greetings.Greeting, error) {
		response, err := client.GetGreeting(ctx, &ledgerv1.GetGreetingRequest{Name: name})
		return greetings.Greeting{Message: response.GetGreeting().GetMessage(), Caller: response.GetGreeting().GetCaller()}, err
	}
}
