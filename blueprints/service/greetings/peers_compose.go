package greetings

import (
	"context"
	"errors"
	"maps"
	"slices"
)

// Compose asks every peer to greet name, and returns the greeting of the first by name. Its
// errors are joined.
func (p Peers) Compose(ctx context.Context, name string) (Greeting, error) {
	var first Greeting
	var errs []error
	for _, peer := range slices.Sorted(maps.Keys(p)) {
		greeting, err := p.Ask(ctx, peer, name)
		errs = append(errs, err)
		if first == (Greeting{}) {
			first = greeting
		}
	}
	return first, errors.Join(errs...)
}
