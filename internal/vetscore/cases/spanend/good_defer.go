// The habit.
//
// Evidence: rule.

package spanend

import "context"

func goodDefer(ctx context.Context, id string) error {
	ctx, span := tracer.Start(ctx, "good")
	defer span.End() // GOOD: every path, panics too
	it, err := load(ctx, id)
	if err != nil {
		return err
	}
	return save(ctx, it)
}
