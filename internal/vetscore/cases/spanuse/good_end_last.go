// All writes before End.
//
// Evidence: R3 look-alike.

package spanuse

import (
	"context"

	"go.opentelemetry.io/otel/attribute"
)

func goodEndLast(ctx context.Context) error {
	ctx, span := tracer.Start(ctx, "good")
	n, err := work(ctx)
	span.SetAttributes(attribute.Int("shop.rows", n))
	capture(span, n)
	span.End() // GOOD: nothing below it writes
	return err
}
