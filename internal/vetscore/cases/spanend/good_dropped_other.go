// A blank name for something else.
//
// Evidence: rule.

package spanend

import "context"

func goodOtherResult(ctx context.Context, id string) error {
	ctx, span := tracer.Start(ctx, "other")
	defer span.End()
	_, _ = load(ctx, id) // GOOD: an item and an error
	return ctx.Err()
}
