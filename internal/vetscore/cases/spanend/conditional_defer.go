// The defer stands under a condition.
//
// Evidence: R2.

package spanend

import "context"

func conditionalDefer(ctx context.Context, it item, remote bool) error {
	ctx, span := tracer.Start(ctx, "conditional") // BAD spanend.leak
	if remote {
		defer span.End()
	}
	return save(ctx, it)
}
