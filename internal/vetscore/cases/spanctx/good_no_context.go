// No context is at hand.
//
// Evidence: rule.

package spanctx

import "context"

type job struct{ id string }

func (j job) Run() {
	ctx, span := tracer.Start(context.Background(), "job") // GOOD: the scheduler gives none
	defer span.End()
	_, _ = fetch(ctx, j.id)
}
