// The end stands in a closure that is called last.
//
// Evidence: R3 look-alike.

package spanuse

import (
	"context"

	"go.opentelemetry.io/otel/attribute"
)

func goodClosedLater(ctx context.Context) error {
	ctx, span := tracer.Start(ctx, "later")
	end := func() { span.End() }
	n, err := work(ctx)
	span.SetAttributes(attribute.Int("shop.rows", n)) // GOOD: end is called below
	end()
	return err
}
