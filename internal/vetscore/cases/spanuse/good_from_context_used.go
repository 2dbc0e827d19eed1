// Taken from the context, written to, not ended.
//
// Evidence: R8 look-alike.

package spanuse

import (
	"context"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/trace"
)

func goodFromContextUsed(ctx context.Context, n int) {
	span := trace.SpanFromContext(ctx)
	if span.IsRecording() {
		span.SetAttributes(attribute.Int("shop.rows", n)) // GOOD: the caller ends it
	}
}
