// No reason is given.
//
// Evidence: rule.

package suppression

import "context"

func lintWithout(ctx context.Context) error {
	// BAD-NEXT suppression.reason
	//lint:ignore spanend.leak
	ctx, span := tracer.Start(ctx, "without") // MAY spanend.leak
	span.AddEvent("begun")
	return work(ctx)
}
