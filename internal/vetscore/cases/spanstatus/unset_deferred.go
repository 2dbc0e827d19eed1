// Recorded in a deferred literal.
//
// Evidence: R6.

package spanstatus

import "context"

func unsetDeferred(ctx context.Context) (err error) {
	ctx, span := tracer.Start(ctx, "deferred")
	defer func() {
		if err != nil {
			span.RecordError(err) // BAD spanstatus.unset
		}
		span.End()
	}()
	return work(ctx)
}
