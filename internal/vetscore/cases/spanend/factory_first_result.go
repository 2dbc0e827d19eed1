// The span is the first result of a function in another package.
//
// Evidence: R1.

package spanend

import (
	"context"

	"example.com/cases/internal/tracing"
	"go.opentelemetry.io/otel/attribute"
)

func factoryFirst(ctx context.Context, id string) error {
	span, ctx := tracing.StartSpan(ctx, "factory") // BAD spanend.leak
	it, err := load(ctx, id)
	if err != nil {
		return err
	}
	span.SetAttributes(attribute.String("shop.item", it.id))
	span.End()
	return nil
}
