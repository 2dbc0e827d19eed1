// A new root though the caller's context is at hand.
//
// Evidence: rule.

package spanctx

import "context"

func rootBackground(ctx context.Context, id string) error {
	spanCtx, span := tracer.Start(context.Background(), "root") // BAD spanctx.root
	defer span.End()
	s, err := fetch(spanCtx, id)
	if err != nil {
		return err
	}
	if ctx.Err() != nil {
		return ctx.Err()
	}
	return write(spanCtx, s)
}
