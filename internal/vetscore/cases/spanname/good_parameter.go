// The name is a parameter: the callers', who have constants.
//
// Evidence: R9 look-alike.

package spanname

import "context"

func goodParameter(ctx context.Context, name string, f func(context.Context) error) error {
	ctx, span := tracer.Start(ctx, name) // GOOD: unknown here
	defer span.End()
	return f(ctx)
}
