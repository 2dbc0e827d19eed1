package stalefind

import (
	"context"

	"example.com/app/tracing"
	"go.opentelemetry.io/otel/trace"
)

var tracer trace.Tracer

func work(ctx context.Context) error { return nil }

func old(ctx context.Context) error {
	c, span := tracer.Start(ctx, "load")
	defer span.End()
	if err := work(c); err != nil {
		return err
	}
	return work(ctx) // want `work gets ctx from before span span, not c, which carries it`
}

func group(ctx context.Context, with func(context.Context) (error, context.Context)) error {
	_, ctx2 := with(ctx)
	make := func(name string) error {
		span, ctx := tracing.StartSpan(ctx, "create "+name)
		defer span.End()
		if err := work(ctx2); err != nil { // want `work gets ctx2 from before span span, not ctx`
			return err
		}
		return work(ctx)
	}
	return make("a")
}

func right(ctx context.Context) error {
	ctx, span := tracer.Start(ctx, "load")
	defer span.End()
	c, cancel := context.WithCancel(ctx)
	defer cancel()
	return work(c)
}

func after(ctx context.Context) error {
	c, span := tracer.Start(ctx, "load")
	err := work(c)
	span.End()
	if err != nil {
		return err
	}
	return work(ctx)
}
