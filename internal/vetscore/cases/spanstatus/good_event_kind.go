// An error that is no failure: it is an event, not an exception.
//
// Evidence: rule.

package spanstatus

import (
	"context"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/trace"
)

func goodEvent(ctx context.Context) error {
	ctx, span := tracer.Start(ctx, "good")
	defer span.End()
	if err := work(ctx); err != nil {
		span.AddEvent("cache miss", trace.WithAttributes(attribute.String("shop.reason", err.Error()))) // GOOD: not recorded as an error
	}
	return nil
}
