// Started in the header of an if.
//
// Evidence: R2.

package spanend

import "context"

func startedInIf(ctx context.Context, it item) error {
	if ctx, span := tracer.Start(ctx, "if"); span.IsRecording() { // BAD spanend.leak
		err := save(ctx, it)
		span.End()
		return err
	}
	return save(ctx, it)
}
