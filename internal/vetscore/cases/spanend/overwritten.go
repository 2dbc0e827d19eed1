// The variable takes a second span while the first is open.
//
// Evidence: rule.

package spanend

import "context"

func twoSteps(ctx context.Context, id string) error {
	stepCtx, span := tracer.Start(ctx, "load") // BAD spanend.leak
	it, err := load(stepCtx, id)
	if err != nil {
		span.End()
		return err
	}
	stepCtx, span = tracer.Start(ctx, "save")
	err = save(stepCtx, it)
	span.End()
	return err
}
