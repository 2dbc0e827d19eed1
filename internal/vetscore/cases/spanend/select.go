// One case of the select leaves without End.
//
// Evidence: R2.

package spanend

import "context"

func waiting(ctx context.Context, in <-chan item, stop <-chan struct{}) error {
	ctx, span := tracer.Start(ctx, "wait") // BAD spanend.leak
	select {
	case it := <-in:
		err := save(ctx, it)
		span.End()
		return err
	case <-stop:
		return errEmpty
	case <-ctx.Done():
		span.End()
		return ctx.Err()
	}
}
