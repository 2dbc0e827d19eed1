// The deferred End comes second and does nothing.
//
// Evidence: R3 look-alike.

package spanuse

import "context"

func goodSecondEnd(ctx context.Context) error {
	ctx, span := tracer.Start(ctx, "good")
	defer span.End() // GOOD: End may be called twice
	n, err := work(ctx)
	if n == 0 {
		span.End()
		return err
	}
	return err
}
