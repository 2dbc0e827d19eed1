// Package loops defers in loops.
package loops

import (
	"context"
	"lib"

	"go.opentelemetry.io/otel"
)

var tracer = otel.Tracer("loops")

func each(ctx context.Context, items []string) {
	for _, item := range items {
		_, span := tracer.Start(ctx, item)
		defer span.End() // want `the deferred End of span runs when the function returns, not in each round of the loop`
		if item == "" {
			continue
		}
	}
}

func literal(ctx context.Context, n int) {
	for i := 0; i < n; i++ {
		_, span := tracer.Start(ctx, "x")
		defer func() { span.End() }() // want `the deferred End of span runs when`
	}
}

func helper(ctx context.Context, n int) {
	for range n {
		_, span := tracer.Start(ctx, "x")
		defer lib.Finish(span, nil) // want `the deferred End of span runs when`
	}
}

func jump(ctx context.Context, n int) {
again:
	_, span := tracer.Start(ctx, "x")
	defer span.End() // want `the deferred End of span runs when`
	if n--; n > 0 {
		goto again
	}
}

func inside(ctx context.Context, n int) {
	for range n {
		func() {
			_, span := tracer.Start(ctx, "x")
			defer span.End()
		}()
	}
}

func always(ctx context.Context, n int) {
	for range n {
		_, span := tracer.Start(ctx, "x")
		defer span.End()
		break
	}
}

func before(ctx context.Context, n int) {
	_, span := tracer.Start(ctx, "x")
	defer span.End()
	for range n {
		span.AddEvent("x")
	}
}
