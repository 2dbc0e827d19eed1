package greetings

import (
	"context"
	"errors"
	"testing"
)

func TestPeers(t *testing.T) {
	down := errors.New("down")
	peers := Peers{
		"ledger": func(_ context.Context, name string) (Greeting, error) {
			return Greeting{Message: "Ledger greets " + name}, nil
		},
		"billing": func(context.Context, string) (Greeting, error) { return Greeting{}, down },
	}
	tests := []struct {
		peer    string
		message string
		err     error
	}{
		{"ledger", "Ledger greets Ada", nil},
		{"billing", "", down},
		{"nobody", "", ErrNoPeer},
	}
	for _, test := range tests {
		got, err := peers.Ask(t.Context(), test.peer, "Ada")
		if got.Message != test.message || !errors.Is(err, test.err) {
			t.Errorf("%s: got %q, %v, want %q, %v", test.peer, got.Message, err, test.message, test.err)
		}
	}
}
