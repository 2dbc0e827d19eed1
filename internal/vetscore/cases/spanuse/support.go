// Package spanuse has cases of spans that are used after their end, or ended by who did not start them.
package spanuse

import (
	"context"

	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/trace"
)

var tracer = otel.Tracer("example.com/cases/spanuse")

func work(ctx context.Context) (int, error) { return 1, ctx.Err() }

// capture writes to the span.
func capture(span trace.Span, code int) {
	span.SetAttributes(attribute.Int("shop.code", code))
}

// sampled only asks.
func sampled(span trace.Span) bool { return span.SpanContext().IsSampled() }
