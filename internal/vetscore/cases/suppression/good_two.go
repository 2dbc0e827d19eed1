// Two rules in one comment, both broken.
//
// Evidence: rule.

package suppression

import "context"

func both(ctx context.Context, id string) error {
	//lint:ignore spanend.leak,spanname.cardinality the caller's processor ends it, ids are few
	ctx, span := tracer.Start(ctx, "order "+id) // GOOD: silenced, both of them
	span.AddEvent("begun")
	return work(ctx)
}
