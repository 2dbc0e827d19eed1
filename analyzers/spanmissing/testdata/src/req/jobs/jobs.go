// Package jobs has functions that have to have a span.
package jobs

import (
	"context"

	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/trace"

	"req/helper"
)

type worker struct{}

func (w *worker) HandleBad(ctx context.Context) error { return nil } // want `\(\*worker\).HandleBad starts no span though the configuration requires one: a job is the root of its trace`

func (w worker) HandleValue(ctx context.Context) error { return helper.Work(ctx) } // want `worker.HandleValue starts no span`

func (w *worker) HandleTaken(ctx context.Context) error { // want `HandleTaken`
	trace.SpanFromContext(ctx).AddEvent("x")
	return nil
}

func (w *worker) HandleGood(ctx context.Context) error {
	_, span := otel.Tracer("jobs").Start(ctx, "handle")
	defer span.End()
	return nil
}

func (w *worker) HandleByHelper(ctx context.Context) error {
	ctx, end := helper.Begin(ctx, "x")
	defer end()
	return ctx.Err()
}

func (w *worker) HandleWithin(ctx context.Context) error {
	return helper.Within(ctx, "x", func(ctx context.Context) error { return nil })
}

func (w *worker) Other(ctx context.Context) error { return nil }

func HandleFunction(ctx context.Context) error { return nil }

func Run(ctx context.Context) {} // want `Run starts no span`

func RunAll[T any](ctx context.Context, list []T) {}

//lint:ignore spanmissing.required it only waits
func Run2(ctx context.Context) {}
