// The defer stands below the return.
//
// Evidence: R2.

package spanend

import "context"

func deferredLate(ctx context.Context, id string) error {
	ctx, span := tracer.Start(ctx, "late") // BAD spanend.leak
	it, err := load(ctx, id)
	if err != nil {
		return err
	}
	defer span.End()
	return save(ctx, it)
}
