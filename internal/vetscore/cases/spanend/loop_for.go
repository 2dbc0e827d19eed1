// The same in a worker's endless loop.
//
// Evidence: rule.

package spanend

import "context"

func loopFor(ctx context.Context, in <-chan item) {
	for {
		select {
		case <-ctx.Done():
			return
		case it := <-in:
			itemCtx, span := tracer.Start(ctx, "job") // BAD spanend.loop @a
			defer span.End()                          // BAD spanend.loop @a
			_ = save(itemCtx, it)
		}
	}
}
