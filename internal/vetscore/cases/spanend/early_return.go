// The check between the start and End returns.
//
// Evidence: R2, peers: spancheck end.

package spanend

import "context"

func earlyReturn(ctx context.Context, id string) error {
	ctx, span := tracer.Start(ctx, "early") // BAD spanend.leak
	if !valid(id) {
		return errEmpty
	}
	it, err := load(ctx, id)
	if err == nil {
		err = save(ctx, it)
	}
	span.End()
	return err
}
