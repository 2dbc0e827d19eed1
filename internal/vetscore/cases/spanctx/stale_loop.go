// In a loop the outer context is used beside the span's.
//
// Evidence: R5.

package spanctx

import "context"

func staleLoop(ctx context.Context, ids []string) error {
	for _, id := range ids {
		itemCtx, span := tracer.Start(ctx, "one") // BAD(option) spanctx.stale @a
		s, err := fetch(itemCtx, id)
		if err == nil {
			err = write(ctx, s) // BAD(option) spanctx.stale @a
		}
		span.End()
		if err != nil {
			return err
		}
	}
	return nil
}
