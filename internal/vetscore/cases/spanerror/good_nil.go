// No error is returned.
//
// Evidence: rule.

package spanerror

import (
	"context"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/trace"
)

func goodNil(ctx context.Context) error {
	ctx, span := tracer.Start(ctx, "good")
	defer span.End()
	if n, err := work(ctx); err != nil {
		span.AddEvent("tried", trace.WithAttributes(attribute.Int("shop.rows", n)))
	}
	return nil // GOOD: nothing has failed
}
