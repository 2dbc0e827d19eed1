// The mistake inside a generic function.
//
// Evidence: R2.

package spanend

import "context"

func traced[T any](ctx context.Context, name string, f func(context.Context) (T, error)) (T, error) {
	ctx, span := tracer.Start(ctx, name) // BAD spanend.leak
	v, err := f(ctx)
	if err != nil {
		var zero T
		return zero, err
	}
	span.End()
	return v, nil
}
