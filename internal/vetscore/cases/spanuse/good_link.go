// A link to an ended span.
//
// Evidence: R3 look-alike.

package spanuse

import (
	"context"

	"go.opentelemetry.io/otel/trace"
)

func goodLink(ctx context.Context) {
	firstCtx, first := tracer.Start(ctx, "first")
	_, _ = work(firstCtx)
	first.End()
	nextCtx, next := tracer.Start(ctx, "next", trace.WithLinks(trace.Link{SpanContext: first.SpanContext()})) // GOOD: the context of a span outlives it
	defer next.End()
	_, _ = work(nextCtx)
}
