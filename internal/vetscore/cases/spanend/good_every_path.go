// No defer, and each of the paths ends the span.
//
// Evidence: R2 look-alike.

package spanend

import "context"

func goodEveryPath(ctx context.Context, id string) error {
	ctx, span := tracer.Start(ctx, "good")
	if !valid(id) {
		span.End()
		return errEmpty
	}
	it, err := load(ctx, id)
	if err != nil {
		span.End()
		return err
	}
	if err := save(ctx, it); err != nil {
		span.End()
		return err
	}
	span.End() // GOOD: the last of the paths
	return nil
}
