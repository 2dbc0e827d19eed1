// It names another of our rules than the one that is broken, whose finding stays.
//
// Evidence: rule.

package suppression

import "context"

func otherRule(ctx context.Context) error {
	// BAD-NEXT suppression.needless
	//lint:ignore spanname.cardinality few names
	ctx, span := tracer.Start(ctx, "other") // BAD spanend.leak
	span.AddEvent("begun")
	return work(ctx)
}
