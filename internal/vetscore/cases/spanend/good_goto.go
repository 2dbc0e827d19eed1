// All jumps lead to the one End.
//
// Evidence: R2 look-alike.

package spanend

import "context"

func goodGoto(ctx context.Context, id string) (err error) {
	var it item
	ctx, span := tracer.Start(ctx, "good")
	if it, err = load(ctx, id); err != nil {
		goto done
	}
	err = save(ctx, it)
done:
	span.End() // GOOD: both come here
	return err
}
