package greetings

import (
	"context"
	"errors"
	"fmt"
)

// ErrNoPeer says that no service of that name is called.
var ErrNoPeer = errors.New("no such peer")

// Peer asks another service for its greeting of name.
type Peer func(ctx context.Context, name string) (Greeting, error)

// Peers are the services that this one calls, by name: an example of calls.
type Peers map[string]Peer

// Ask returns the greeting that a peer composes. Its error may be ErrNoPeer.
func (p Peers) Ask(ctx context.Context, peer, name string) (Greeting, error) {
	ask, ok := p[peer]
	if !ok {
		return Greeting{}, ErrNoPeer
	}
	greeting, err := ask(ctx, name)
	if err != nil {
		return Greeting{}, fmt.Errorf("asking %s: %w", peer, err)
	}
	return greeting, nil
}
