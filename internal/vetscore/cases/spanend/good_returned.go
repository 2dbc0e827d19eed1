// A factory returns the span to its caller.
//
// Evidence: R1 look-alike: dapr, jaeger and buildkit factories.

package spanend

import (
	"context"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/trace"
)

func startQuery(ctx context.Context, query string) (context.Context, trace.Span) {
	ctx, span := tracer.Start(ctx, "query", trace.WithSpanKind(trace.SpanKindClient))
	if span.IsRecording() {
		span.SetAttributes(attribute.Int("shop.query.length", len(query)))
	}
	return ctx, span // GOOD: the caller ends it
}
