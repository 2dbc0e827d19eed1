package fix

import (
	"context"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/trace"
)

var tracer trace.Tracer

func work(ctx context.Context) (int, error) { return 0, nil }

func named(ctx context.Context) (n int, err error) {
	ctx, span := tracer.Start(ctx, "load")
	span.SetAttributes(attribute.Int("app.n", 1))
	defer span.End()

	n, err = work(ctx)
	if err != nil {
		return // want `an error is returned, and span span is not told`
	}
	if n > 3 {
		return 0, context.Canceled
	}
	return n, nil
}

// The name is hidden by the time.
func hidden(ctx context.Context) (err error) {
	{
		_, err := work(ctx)
		ctx, span := tracer.Start(ctx, "load")
		defer span.End()
		if _, err = work(ctx); err != nil {
			return err // want `span span is not told`
		}
	}
	return nil
}
