// Two spans, one after the other, of the same parent.
//
// Evidence: R5 look-alike.

package spanctx

import "context"

func goodSiblings(ctx context.Context, id string) error {
	fetchCtx, span := tracer.Start(ctx, "fetch")
	s, err := fetch(fetchCtx, id)
	span.End()
	if err != nil {
		return err
	}
	writeCtx, span := tracer.Start(ctx, "write") // GOOD: the first has ended
	err = write(writeCtx, s)
	span.End()
	return err
}
