// The old context is asked, and given to nobody.
//
// Evidence: R4 look-alike.

package spanctx

import "context"

func goodErrOnly(ctx context.Context, words []string) (n int) {
	_, span := tracer.Start(ctx, "words")
	defer span.End()
	for _, w := range words {
		if ctx.Err() != nil { // GOOD: no call that starts anything
			return n
		}
		n += count(w)
	}
	return n
}
