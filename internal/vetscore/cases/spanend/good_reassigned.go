// The variable takes the next span after the first has ended.
//
// Evidence: rule.

package spanend

import "context"

func goodReassigned(ctx context.Context, id string) error {
	stepCtx, span := tracer.Start(ctx, "load")
	it, err := load(stepCtx, id)
	span.End()
	if err != nil {
		return err
	}
	stepCtx, span = tracer.Start(ctx, "save") // GOOD: the first has ended
	err = save(stepCtx, it)
	span.End()
	return err
}
