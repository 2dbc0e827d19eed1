// One of few constants.
//
// Evidence: R9 look-alike.

package spanname

import "context"

func goodSwitch(ctx context.Context, write bool) error {
	name := "read"
	if write {
		name = "write"
	}
	ctx, span := tracer.Start(ctx, name) // GOOD: two names
	defer span.End()
	return work(ctx)
}
