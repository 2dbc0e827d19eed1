// A continue of the outer loop leaves the span of the inner one.
//
// Evidence: R2.

package spanend

import "context"

func labelled(ctx context.Context, shelves [][]string) (n int) {
shelves:
	for _, shelf := range shelves {
		for _, id := range shelf {
			itemCtx, span := tracer.Start(ctx, "one") // BAD spanend.leak
			if !valid(id) {
				continue shelves
			}
			if _, err := load(itemCtx, id); err == nil {
				n++
			}
			span.End()
		}
	}
	return n
}
