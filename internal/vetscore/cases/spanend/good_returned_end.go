// The function that ends the span is returned, as a method value.
//
// Evidence: rule.

package spanend

import (
	"context"

	"go.opentelemetry.io/otel/trace"
)

func startTimed(ctx context.Context) (context.Context, func(...trace.SpanEndOption)) {
	ctx, span := tracer.Start(ctx, "timed")
	return ctx, span.End // GOOD: the caller has the means
}

func useTimed(ctx context.Context, id string) error {
	ctx, end := startTimed(ctx)
	defer end()
	_, err := load(ctx, id)
	return err
}
