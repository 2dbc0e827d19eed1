// End stands before the continue.
//
// Evidence: R2 look-alike.

package spanend

import "context"

func goodContinue(ctx context.Context, ids []string) (n int) {
	for _, id := range ids {
		itemCtx, span := tracer.Start(ctx, "one")
		_, err := load(itemCtx, id)
		span.End() // GOOD: before any way out
		if err != nil {
			continue
		}
		n++
	}
	return n
}
