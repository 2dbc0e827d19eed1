package api

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"example.com/acme/payments/v2/internal/greetings"
)

func TestPeerRoutes(t *testing.T) {
	peers := greetings.Peers{
		"ledger": func(_ context.Context, name string) (greetings.Greeting, error) {
			return greetings.Greeting{Message: "Hello, " + name + "!"}, nil
		},
		"billing": func(context.Context, string) (greetings.Greeting, error) {
			return greetings.Greeting{}, errors.New("a secret of billing")
		},
	}
	tests := []struct {
		peer   string
		status int
		answer string
	}{
		{"ledger", http.StatusOK, `{"message":"Hello, Ada!"}`},
		{"billing", http.StatusBadGateway, "the peer did not answer"},
		{"nobody", http.StatusNotFound, "no such peer"},
	}
	for _, test := range tests {
		request := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/", nil)
		request.SetPathValue("peer", test.peer)
		request.SetPathValue("name", "Ada")
		status, answer := call(PeerRoutes(peers), "GET /v1/peers/{peer}/greetings/{name}", request)
		if status != test.status || !strings.Contains(answer, test.answer) || strings.Contains(answer, "secret") {
			t.Errorf("%s: got %d, %s, want %d, %s", test.peer, status, answer, test.status, test.answer)
		}
	}
}
