// The other context is the group's: waited on, not passed to work below the span.
//
// Evidence: R5 look-alike.

package spanctx

import "context"

func goodGroupContext(ctx context.Context, ids []string, done <-chan struct{}) error {
	spanCtx, span := tracer.Start(ctx, "all")
	defer span.End()
	for _, id := range ids {
		if _, err := fetch(spanCtx, id); err != nil {
			return err
		}
	}
	select {
	case <-done:
		return nil
	case <-ctx.Done(): // GOOD: waited on
		return ctx.Err()
	}
}
