// A nolint with nothing behind it.
//
// Evidence: rule.

package suppression

import "context"

func nolintWithout(ctx context.Context) error {
	// BAD-NEXT suppression.reason
	ctx, span := tracer.Start(ctx, "without") //nolint:spanend
	span.AddEvent("begun")
	return work(ctx)
}
