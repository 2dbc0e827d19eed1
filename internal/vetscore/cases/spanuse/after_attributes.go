// Attributes set after End are lost.
//
// Evidence: R3.

package spanuse

import (
	"context"

	"go.opentelemetry.io/otel/attribute"
)

func afterAttributes(ctx context.Context) error {
	ctx, span := tracer.Start(ctx, "after")
	n, err := work(ctx)
	span.End()
	span.SetAttributes(attribute.Int("shop.rows", n)) // BAD spanuse.after
	return err
}
