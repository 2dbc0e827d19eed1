// An endless loop; its only ways out end the span.
//
// Evidence: R2 look-alike.

package spanend

import (
	"context"

	"go.opentelemetry.io/otel/codes"
)

func goodSelectLoop(ctx context.Context, in <-chan item) error {
	ctx, span := tracer.Start(ctx, "stream")
	for {
		select {
		case it, ok := <-in:
			if !ok {
				span.End()
				return nil
			}
			if err := save(ctx, it); err != nil {
				span.SetStatus(codes.Error, err.Error())
				span.End()
				return err
			}
		case <-ctx.Done():
			span.End() // GOOD: the last way out
			return ctx.Err()
		}
	}
}
