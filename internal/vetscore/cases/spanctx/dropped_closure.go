// The same inside a function literal.
//
// Evidence: R4.

package spanctx

import "context"

func droppedClosure(ids []string) func(context.Context) error {
	return func(ctx context.Context) error {
		for _, id := range ids {
			_, span := tracer.Start(ctx, "one") // BAD spanctx.dropped @a
			_, err := fetch(ctx, id)            // BAD spanctx.dropped @a
			span.End()
			if err != nil {
				return err
			}
		}
		return nil
	}
}
