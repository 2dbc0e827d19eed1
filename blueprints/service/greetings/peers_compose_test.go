package greetings

import (
	"context"
	"errors"
	"testing"
)

func TestComposeByPeers(t *testing.T) {
	down := errors.New("down")
	greets := func(message string, err error) Peer {
		return func(context.Context, string) (Greeting, error) { return Greeting{Message: message}, err }
	}
	got, err := Peers{"b": greets("from b", nil), "a": greets("from a", nil)}.Compose(t.Context(), "Ada")
	if err != nil || got.Message != "from a" {
		t.Errorf("got %q, %v, want that of the first", got.Message, err)
	}
	if _, err := (Peers{"a": greets("", down), "b": greets("from b", nil)}).Compose(t.Context(), "Ada"); !errors.Is(err, down) {
		t.Errorf("got %v, want that one is down", err)
	}
}
