// An event beside it does not set the status.
//
// Evidence: R6.

package spanstatus

import "context"

func unsetEvent(ctx context.Context, list []string) (n int, err error) {
	ctx, span := tracer.Start(ctx, "list")
	defer span.End()
	for range list {
		if err := work(ctx); err != nil {
			span.AddEvent("failed")
			span.RecordError(err) // BAD spanstatus.unset
			return n, err
		}
		n++
	}
	return n, nil
}
