package droppedunsure

import (
	"context"

	"go.opentelemetry.io/otel/trace"
)

var tracer trace.Tracer

func count(ctx context.Context) int { return 0 }

func work(ctx context.Context) error { return nil }

var later []func() error

// What returns no error may be a look-up only; siblings may be meant.
func unsure(ctx context.Context) int {
	_, span := tracer.Start(ctx, "load") // want `.* count gets ctx`
	defer span.End()
	return count(ctx)
}

func siblings(ctx context.Context) {
	_, span := tracer.Start(ctx, "a") // want `.* tracer.Start gets ctx`
	defer span.End()
	_, other := tracer.Start(ctx, "b")
	defer other.End()
}

// The literal may run when the span is over.
func literal(ctx context.Context) {
	_, span := tracer.Start(ctx, "a") // want `work gets ctx`
	defer span.End()
	later = append(later, func() error { return work(ctx) })
}
