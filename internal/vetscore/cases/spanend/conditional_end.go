// Ended only when something else holds too.
//
// Evidence: R2.

package spanend

import "context"

func conditionalEnd(ctx context.Context, it item, quiet bool) error {
	ctx, span := tracer.Start(ctx, "conditional") // BAD spanend.leak
	err := save(ctx, it)
	if !quiet {
		span.AddEvent("saved")
		span.End()
	}
	return err
}
