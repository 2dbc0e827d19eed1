// The function started the span that it takes from the context.
//
// Evidence: R8 look-alike.

package spanuse

import (
	"context"

	"go.opentelemetry.io/otel/trace"
)

func goodOwn(ctx context.Context) error {
	ctx, span := tracer.Start(ctx, "own")
	defer span.End()
	_, err := work(ctx)
	trace.SpanFromContext(ctx).AddEvent("worked") // GOOD: its own span
	return err
}
