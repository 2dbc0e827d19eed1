package unsure

import (
	"context"

	"go.opentelemetry.io/otel/trace"
)

var tracer trace.Tracer

func work(ctx context.Context) error { return nil }

// The function goes on.
func goesOn(ctx context.Context) error {
	ctx, span := tracer.Start(ctx, "load")
	defer span.End()
	if err := work(ctx); err != nil {
		span.RecordError(err) // want `status of span stays unset`
	}
	return work(ctx)
}

// It goes round.
func loop(ctx context.Context) {
	ctx, span := tracer.Start(ctx, "load")
	defer span.End()
	for range 3 {
		if err := work(ctx); err != nil {
			span.RecordError(err) // want `status of span stays unset`
			continue
		}
	}
}

// It returns no error.
func swallowed(ctx context.Context) error {
	ctx, span := tracer.Start(ctx, "load")
	defer span.End()
	if err := work(ctx); err != nil {
		span.RecordError(err) // want `status of span stays unset`
		return nil
	}
	return nil
}

// The caller has the span, and may set what is missing.
func Record(span trace.Span, err error) {
	span.RecordError(err) // want `status of span stays unset`
}

func With(ctx context.Context, run func(context.Context, func(trace.Span) error) error) error {
	return run(ctx, func(span trace.Span) error {
		err := work(ctx)
		if err != nil {
			span.RecordError(err) // want `status of span stays unset`
		}
		return err
	})
}
