// A Get of our own.
//
// Evidence: rule.

package spanctx

import "context"

type cache map[string]string

func (c cache) Get(key string) (string, bool) {
	s, ok := c[key]
	return s, ok
}

func (c cache) goodOwnGet(ctx context.Context, id string) (string, error) {
	ctx, span := tracer.Start(ctx, "cache")
	defer span.End()
	if s, ok := c.Get(id); ok { // GOOD: memory
		return s, nil
	}
	return fetch(ctx, id)
}
