// Package helper starts spans for others.
package helper

import (
	"context"

	"go.opentelemetry.io/otel"
)

var tracer = otel.Tracer("helper")

func Begin(ctx context.Context, name string) (context.Context, func()) {
	ctx, span := tracer.Start(ctx, name)
	return ctx, func() { span.End() }
}

func Within(ctx context.Context, name string, run func(context.Context) error) error {
	ctx, end := Begin(ctx, name)
	defer end()
	return run(ctx)
}

// Work has a span of its own, which is not its caller's.
func Work(ctx context.Context) error {
	_, span := tracer.Start(ctx, "work")
	defer span.End()
	return nil
}
