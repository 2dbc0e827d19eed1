// Both results go to the blank name.
//
// Evidence: rule.

package spanend

import "context"

func droppedBoth(ctx context.Context, id string) error {
	_, _ = tracer.Start(ctx, "dropped") // BAD spanend.dropped MAY spanctx.dropped
	_, err := load(ctx, id)
	return err
}
