// A return inside a loop over an iterator.
//
// Evidence: R2.

package spanend

import (
	"context"
	"iter"
)

func overSequence(ctx context.Context, all iter.Seq[string]) error {
	for id := range all {
		itemCtx, span := tracer.Start(ctx, "one") // BAD spanend.leak
		it, err := load(itemCtx, id)
		if err != nil {
			return err
		}
		err = save(itemCtx, it)
		span.End()
		if err != nil {
			return err
		}
	}
	return nil
}
