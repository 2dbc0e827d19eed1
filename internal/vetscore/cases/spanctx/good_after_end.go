// The old context is used when the span has ended.
//
// Evidence: R4 look-alike.

package spanctx

import "context"

func goodAfterEnd(ctx context.Context, s string) error {
	_, span := tracer.Start(ctx, "count")
	n := count(s)
	span.End()
	if n == 0 {
		return nil
	}
	return write(ctx, s) // GOOD: beside the span, not below it
}
