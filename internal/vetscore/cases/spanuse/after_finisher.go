// The finisher of another package has ended it.
//
// Evidence: R3.

package spanuse

import (
	"context"

	"example.com/cases/internal/tracing"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/trace"
)

func afterFinisher(ctx context.Context) error {
	span, ctx := tracing.StartSpan(ctx, "after")
	n, err := work(ctx)
	tracing.Finish(span, err)
	span.AddEvent("worked", trace.WithAttributes(attribute.Int("shop.rows", n))) // BAD spanuse.after
	return err
}
