// A break before End in the body of a loop.
//
// Evidence: R2.

package spanend

import "context"

func breaking(ctx context.Context, ids []string) (found string) {
	for _, id := range ids {
		itemCtx, span := tracer.Start(ctx, "one") // BAD spanend.leak
		it, err := load(itemCtx, id)
		if err == nil && it.id == id {
			found = id
			break
		}
		span.End()
	}
	return found
}
