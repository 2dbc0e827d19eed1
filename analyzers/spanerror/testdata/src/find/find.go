package find

import (
	"context"
	"errors"
	"fmt"

	"example.com/app/tracing"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/trace"
)

var tracer trace.Tracer

var errSmall = errors.New("small")

func work(ctx context.Context) (int, error) { return 0, nil }

func returned(ctx context.Context) error {
	ctx, span := tracer.Start(ctx, "load")
	defer span.End()
	_, err := work(ctx)
	if err != nil {
		return err // want `an error is returned, and span span is not told: call RecordError and SetStatus`
	}
	return nil
}

func second(ctx context.Context) error {
	ctx, span := tracer.Start(ctx, "load")
	defer span.End()
	_, err := work(ctx)
	if err != nil {
		span.RecordError(err)
		span.SetStatus(codes.Error, err.Error())
		return err
	}
	_, err = work(ctx)
	return err // want `span span is not told`
}

func wrapped(ctx context.Context) (int, error) {
	ctx, span := tracer.Start(ctx, "load")
	defer span.End()
	n, err := work(ctx)
	if err != nil {
		return 0, fmt.Errorf("working: %w", err) // want `span span is not told`
	}
	if n < 3 {
		return 0, errSmall
	}
	return n, nil
}

func passed(ctx context.Context) (int, error) {
	ctx, span := tracer.Start(ctx, "load")
	defer span.End()
	return work(ctx) // want `span span is not told`
}

func decorated(ctx context.Context, wrap func(error) error) (int, error) {
	ctx, span := tracer.Start(ctx, "load")
	defer span.End()
	n, e := work(ctx)
	return n, wrap(e) // want `span span is not told`
}

// Told on one branch only.
func branch(ctx context.Context, loud bool) error {
	ctx, span := tracer.Start(ctx, "load")
	defer span.End()
	_, err := work(ctx)
	if loud && err != nil {
		span.RecordError(err)
	}
	tracing.Describe(span, "done")
	return err // want `span span is not told`
}

// What is registered later does not see the first error.
func late(ctx context.Context) (err error) {
	ctx, span := tracer.Start(ctx, "load")
	if _, err = work(ctx); err != nil {
		span.AddEvent("failed")
		return err // want `span span is not told`
	}
	defer tracing.Finish(span, &err)
	_, err = work(ctx)
	return err
}

func inLiteral(ctx context.Context) func() error {
	return func() error {
		_, span := tracer.Start(ctx, "load")
		defer span.End()
		for i := range 3 {
			if i == 2 {
				return errSmall // want `span span is not told`
			}
		}
		return nil
	}
}

func generic[T any](ctx context.Context, f func(context.Context) (T, error)) (T, error) {
	ctx, span := tracer.Start(ctx, "load")
	defer span.End()
	return f(ctx) // want `span span is not told`
}
