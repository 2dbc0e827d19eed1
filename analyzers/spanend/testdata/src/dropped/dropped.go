// Package dropped drops spans.
package dropped

import (
	"context"
	"dropped/store"
	"lib"
	"net/http"
	"time"

	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/trace"
)

var tracer = otel.Tracer("dropped")

func work(context.Context) error { return nil }

func statement(ctx context.Context) {
	tracer.Start(ctx, "x") // want `the span is dropped: nobody can end it`
}

func blanks(ctx context.Context) {
	_, _ = tracer.Start(ctx, "x") // want `the span is dropped: nobody can end it`
}

func ordinary(ctx context.Context) error {
	ctx, _ = tracer.Start(ctx, "x") // want `the span is dropped: nobody can end it`
	return work(ctx)
}

func request(next http.Handler, w http.ResponseWriter, r *http.Request) {
	ctx, _ := tracer.Start(r.Context(), "x") // want `the span is dropped: nobody can end it`
	next.ServeHTTP(w, r.WithContext(ctx))
}

func derived(ctx context.Context) error {
	ctx, _ = tracer.Start(ctx, "x") // want `the span is dropped: nobody can end it`
	below, cancel := context.WithTimeout(ctx, time.Second)
	defer cancel()
	return work(below)
}

func returned(ctx context.Context) context.Context {
	ctx, _ = tracer.Start(ctx, "x") // want `the span is dropped; is it ended through the context\?`
	return ctx
}

func returnedThrough(ctx context.Context) context.Context {
	ctx, _ = tracer.Start(ctx, "x") // want `the span is dropped; is it ended through the context\?`
	return inject(context.WithValue(ctx, watcher{}, 1))
}

func inject(ctx context.Context) context.Context { return ctx }

func behind(ctx context.Context, s store.Stream) error {
	ctx, _ = tracer.Start(ctx, "x") // want `the span is dropped; is it ended through the context\?`
	return s.Watch(ctx, "key")
}

type watcher struct{ ctx context.Context }

func stored(ctx context.Context, w *watcher) {
	ctx, _ = tracer.Start(ctx, "x") // want `the span is dropped; is it ended through the context\?`
	w.ctx = ctx
}

func factory(ctx context.Context) {
	_, ctx = lib.StartSpan(ctx, "x") // want `the span is dropped: nobody can end it`
	_ = work(ctx)
	lib.Trace(ctx, "x") // want `the function that ends the span is dropped`
}

func looked(ctx context.Context) {
	lib.NewSpan(ctx)                // want `the span is dropped`
	_ = lib.NewTimer(ctx, "nobody") // a timer may serve without
}

// Silent from here on.

func takenOut(ctx context.Context) error {
	ctx, _ = tracer.Start(ctx, "x")
	defer trace.SpanFromContext(ctx).End()
	return work(ctx)
}

func takenOutLater(ctx context.Context) error {
	ctx, _ = tracer.Start(ctx, "x")
	err := work(ctx)
	span := trace.SpanFromContext(ctx)
	span.RecordError(err)
	span.End()
	return err
}

func takenOutElsewhere(ctx context.Context) error {
	ctx, _ = tracer.Start(ctx, "x")
	defer lib.FinishContext(ctx)
	return work(ctx)
}

func takenOutBelow(ctx context.Context) error {
	ctx, _ = tracer.Start(ctx, "x")
	defer func() { lib.FinishContext(ctx) }()
	return work(ctx)
}

func deferredAtOnce(ctx context.Context) {
	defer one(ctx).End()
	t := lib.NewTimer(ctx, "x")
	defer t.Stop()
}

func one(ctx context.Context) trace.Span {
	_, span := tracer.Start(ctx, "x")
	return span
}

func cleanedUp(ctx context.Context) {
	defer cleanup(ctx)()
}

func cleanup(ctx context.Context) func() {
	_, span := tracer.Start(ctx, "x")
	return func() { span.End() }
}
