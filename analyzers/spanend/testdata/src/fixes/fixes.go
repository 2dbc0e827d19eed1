// Package fixes has spans that a deferred End can end.
package fixes

import (
	"context"
	"errors"

	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/trace"
)

var tracer = otel.Tracer("fixes")

func work(context.Context) error { return nil }

func never(ctx context.Context) error {
	ctx, span := tracer.Start(ctx, "x") // want `span is never ended`
	span.AddEvent("x")
	return work(ctx)
}

func nested(ctx context.Context, on bool) error {
	if on {
		c, span := tracer.Start(ctx, "x") // want `span is never ended`
		span.AddEvent("x")
		ctx = c
	}
	return work(ctx)
}

func clause(ctx context.Context, n int) {
	switch n {
	case 1:
		_, span := tracer.Start(ctx, "x") // want `span is never ended`
		span.AddEvent("x")
	}
}

func made(ctx context.Context) (trace.Span, error) {
	if ctx.Err() != nil {
		return nil, errors.New("late")
	}
	_, span := tracer.Start(ctx, "x")
	return span, nil
}

func checked(ctx context.Context) error {
	span, err := made(ctx) // want `span is never ended`
	if err != nil {
		return err
	}
	span.AddEvent("x")
	return nil
}

func unchecked(ctx context.Context) {
	span, _ := made(ctx) // want `span is never ended`
	span.AddEvent("x")
}

func cleanup(ctx context.Context) func() {
	_, span := tracer.Start(ctx, "x")
	return func() { span.End() }
}

func closer(ctx context.Context) {
	end := cleanup(ctx) // want `end is never called`
	if end == nil {
		return
	}
}

func dropped(ctx context.Context) error {
	ctx, _ = tracer.Start(ctx, "x") // want `the span is dropped`
	return work(ctx)
}

func droppedNew(ctx context.Context) error {
	c, _ := tracer.Start(ctx, "x") // want `the span is dropped`
	return work(c)
}

func droppedStatement(ctx context.Context) {
	tracer.Start(ctx, "x") // want `the span is dropped`
}

func droppedBlank(ctx context.Context) {
	_, _ = tracer.Start(ctx, "x") // want `the span is dropped`
}

func taken(ctx context.Context, span string) {
	tracer.Start(ctx, span) // want `the span is dropped`
}

func loop(ctx context.Context, items []string) {
	for _, item := range items {
		_, span := tracer.Start(ctx, item) // want `span is not ended before|span is never ended`
		span.AddEvent("x")
	}
}

func head(ctx context.Context) {
	if _, span := tracer.Start(ctx, "x"); span.IsRecording() { // want `span is never ended`
		span.AddEvent("x")
	}
}

func captured(ctx context.Context) func() {
	_, span := tracer.Start(ctx, "x") // want `span is never ended`
	return func() { span.AddEvent("x") }
}
