// An iterator's body starts and ends the span.
//
// Evidence: rule.

package spanend

import (
	"context"
	"iter"
)

func goodSequence(ctx context.Context, ids []string) iter.Seq2[item, error] {
	return func(yield func(item, error) bool) {
		ctx, span := tracer.Start(ctx, "sequence")
		defer span.End() // GOOD: when the loop over it ends
		for _, id := range ids {
			if !yield(load(ctx, id)) {
				return
			}
		}
	}
}
