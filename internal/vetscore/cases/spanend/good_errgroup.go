// Ended in a closure that errgroup runs.
//
// Evidence: rule.

package spanend

import (
	"context"

	"golang.org/x/sync/errgroup"
)

func goodErrgroup(ctx context.Context, ids []string) error {
	g, ctx := errgroup.WithContext(ctx)
	for _, id := range ids {
		itemCtx, span := tracer.Start(ctx, "one")
		g.Go(func() error {
			defer span.End() // GOOD: ended there
			_, err := load(itemCtx, id)
			return err
		})
	}
	return g.Wait()
}
