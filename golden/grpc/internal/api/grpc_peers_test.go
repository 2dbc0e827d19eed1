package api

import (
	"context"
	"errors"
	"testing"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"example.com/acme/stock/internal/greetings"
	apiv1 "example.com/acme/stock/proto/stock/v1"
)

func TestPeerService(t *testing.T) {
	client := apiv1.NewPeerServiceClient(connect(t, PeerService(greetings.Peers{
		"ledger": func(_ context.Context, name string) (greetings.Greeting, error) {
			return greetings.Greeting{Message: "Hello, " + name + "!"}, nil
		},
		"billing": func(context.Context, string) (greetings.Greeting, error) {
			return greetings.Greeting{}, errors.New("down")
		},
	})))
	for peer, want := range map[string]codes.Code{"ledger": codes.OK, "billing": codes.Unavailable, "nobody": codes.NotFound} {
		response, err := client.GetPeerGreeting(t.Context(), &apiv1.GetPeerGreetingRequest{Peer: peer, Name: "Ada"})
		if status.Code(err) != want || err == nil && response.GetGreeting().GetMessage() != "Hello, Ada!" {
			t.Errorf("%s: got %v, %v, want %s", peer, response, err, want)
		}
	}
}
