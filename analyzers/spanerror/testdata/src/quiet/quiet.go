package quiet

import (
	"context"
	"errors"

	"example.com/app/tracing"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/trace"
)

var tracer trace.Tracer

func work(ctx context.Context) error { return nil }

func before(ctx context.Context, s string) error {
	if s == "" {
		return errors.New("empty")
	}
	ctx, span := tracer.Start(ctx, "load")
	defer span.End()
	err := work(ctx)
	if err != nil {
		span.SetStatus(codes.Error, err.Error())
	}
	return err
}

func each(ctx context.Context) error {
	ctx, span := tracer.Start(ctx, "load")
	defer span.End()
	if err := work(ctx); err != nil {
		span.RecordError(err)
		return err
	}
	err := work(ctx)
	switch {
	case err != nil:
		span.SetStatus(codes.Error, err.Error())
		return err
	}
	return nil
}

func deferred(ctx context.Context) (err error) {
	ctx, span := tracer.Start(ctx, "load")
	defer func() {
		if err != nil {
			span.RecordError(err)
		}
		span.End()
	}()
	return work(ctx)
}

func finisher(ctx context.Context) (err error) {
	ctx, span := tracer.Start(ctx, "load")
	defer tracing.Finish(span, &err)
	return work(ctx)
}

func unseen(ctx context.Context, keep func(trace.Span)) error {
	ctx, span := tracer.Start(ctx, "load")
	keep(span)
	return work(ctx)
}

func ended(ctx context.Context) error {
	c, span := tracer.Start(ctx, "load")
	err := work(c)
	if err != nil {
		span.RecordError(err)
	}
	span.End()
	if err != nil {
		return err
	}
	return work(ctx)
}

func factory(ctx context.Context) (context.Context, trace.Span, error) {
	ctx, span := tracer.Start(ctx, "load")
	if ctx.Err() != nil {
		return nil, nil, ctx.Err()
	}
	return ctx, span, nil
}

func isNil(ctx context.Context) error {
	ctx, span := tracer.Start(ctx, "load")
	defer span.End()
	if work(ctx) != nil {
		span.AddEvent("tried")
	}
	return nil
}

func noError(ctx context.Context) bool {
	ctx, span := tracer.Start(ctx, "load")
	defer span.End()
	return work(ctx) == nil
}

func literal(ctx context.Context) error {
	ctx, span := tracer.Start(ctx, "load")
	defer span.End()
	fail := func(err error) error {
		span.RecordError(err)
		return err
	}
	if err := work(ctx); err != nil {
		return fail(err)
	}
	return nil
}

func context_(ctx context.Context) error {
	ctx, span := tracer.Start(ctx, "load")
	defer span.End()
	err := work(ctx)
	if err == nil {
		return err
	}
	tracing.Fail(ctx, err)
	return err
}
