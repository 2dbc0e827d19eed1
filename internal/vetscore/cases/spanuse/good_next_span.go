// The variable has a new span by then.
//
// Evidence: R3 look-alike.

package spanuse

import (
	"context"

	"go.opentelemetry.io/otel/attribute"
)

func goodNextSpan(ctx context.Context) {
	for i := range 3 {
		roundCtx, span := tracer.Start(ctx, "round")
		span.SetAttributes(attribute.Int("shop.round", i)) // GOOD: this round's span
		_, _ = work(roundCtx)
		span.End()
	}
}
