// The same key on two spans.
//
// Evidence: rule.

package semconvkey

import (
	"context"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/trace"
)

func goodTwoSpans(ctx context.Context, outer trace.Span, tenant string) error {
	outer.SetAttributes(attribute.String("shop.tenant", tenant))
	ctx, inner := tracer.Start(ctx, "inner")
	defer inner.End()
	inner.SetAttributes(attribute.String("shop.tenant", tenant)) // GOOD: another span
	return work(ctx)
}
