// An unknown implementation takes the span: a hand-over.
//
// Evidence: rule.

package spanend

import (
	"context"

	"go.opentelemetry.io/otel/trace"
)

type observer interface {
	observe(ctx context.Context, span trace.Span)
}

func goodInterface(ctx context.Context, o observer) {
	ctx, span := tracer.Start(ctx, "observed")
	o.observe(ctx, span) // GOOD: it may end it
}
