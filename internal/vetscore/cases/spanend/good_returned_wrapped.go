// Wrapped in a type of ours and returned.
//
// Evidence: R1 look-alike: traefik's tracer.

package spanend

import (
	"context"

	"go.opentelemetry.io/otel/trace"
)

type named struct {
	trace.Span
	name string
}

func startNamed(ctx context.Context, name string) (context.Context, trace.Span) {
	ctx, span := tracer.Start(ctx, name)
	return ctx, &named{Span: span, name: name} // GOOD: the caller ends it
}
