// Ended in the first round, written to in the second.
//
// Evidence: R3.

package spanuse

import (
	"context"

	"go.opentelemetry.io/otel/attribute"
)

func afterLoop(ctx context.Context) error {
	ctx, span := tracer.Start(ctx, "after")
	for i := 0; ; i++ {
		span.SetAttributes(attribute.Int("shop.round", i)) // BAD spanuse.after
		_, err := work(ctx)
		span.End()
		if err != nil {
			return err
		}
	}
}
