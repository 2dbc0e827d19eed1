// A statement of the call alone: context and span are lost.
//
// Evidence: rule.

package spanend

import "context"

func droppedCall(ctx context.Context, id string) error {
	tracer.Start(ctx, "dropped") // BAD spanend.dropped MAY spanctx.dropped
	_, err := load(ctx, id)
	return err
}
