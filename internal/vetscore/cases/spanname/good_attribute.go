// What varies is an attribute.
//
// Evidence: R9 look-alike.

package spanname

import (
	"context"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/trace"
)

func goodAttribute(ctx context.Context, ref string) error {
	ctx, span := tracer.Start(ctx, "resolve", trace.WithAttributes(attribute.String("shop.ref", "ref "+ref))) // GOOD: a constant name
	defer span.End()
	return work(ctx)
}
