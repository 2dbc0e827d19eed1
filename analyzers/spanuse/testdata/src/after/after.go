// Package after tells spans something after their end.
package after

import (
	"context"
	"errors"
	"net/http"

	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/trace"
	"helpers"
)

var tracer = otel.Tracer("after")

func work(context.Context) error { return nil }

// Silent first.

func deferred(ctx context.Context) error {
	ctx, span := tracer.Start(ctx, "x")
	defer span.End()
	err := work(ctx)
	span.RecordError(err)
	return err
}

func twice(ctx context.Context) {
	_, span := tracer.Start(ctx, "x")
	defer span.End()
	span.AddEvent("x")
	span.End()
}

func looks(ctx context.Context) {
	_, span := tracer.Start(ctx, "x")
	span.End()
	_ = span.SpanContext()
	_ = span.IsRecording()
	_ = span.TracerProvider()
	_ = helpers.Look(span)
}

func leaves(ctx context.Context) error {
	ctx, span := tracer.Start(ctx, "x")
	if err := work(ctx); err != nil {
		span.End()
		return err
	}
	span.AddEvent("x")
	span.End()
	return nil
}

func again(ctx context.Context) {
	_, span := tracer.Start(ctx, "x")
	span.End()
	_, span = tracer.Start(ctx, "y")
	span.AddEvent("x")
	span.End()
}

func rounds(ctx context.Context, items []string) {
	for _, item := range items {
		_, span := tracer.Start(ctx, item)
		span.AddEvent("x")
		span.End()
	}
}

func all(spans []trace.Span) {
	for _, span := range spans {
		span.AddEvent("x")
		span.End()
	}
}

func received(ch chan trace.Span) {
	for span := range ch {
		span.AddEvent("x")
		span.End()
	}
	for {
		select {
		case span := <-ch:
			span.AddEvent("x")
			span.End()
		}
	}
}

func flag(ctx context.Context, x bool) {
	_, span := tracer.Start(ctx, "x")
	ended := false
	if x {
		span.End()
		ended = true
	}
	if !ended {
		span.AddEvent("x")
		span.End()
	}
}

func order(ctx context.Context) (err error) {
	ctx, span := tracer.Start(ctx, "x")
	defer span.End()
	defer func() {
		if err != nil {
			span.RecordError(err)
		}
	}()
	return work(ctx)
}

func recovers(ctx context.Context) {
	_, span := tracer.Start(ctx, "x")
	defer func() {
		if r := recover(); r != nil {
			span.AddEvent("panic")
			span.End()
		}
	}()
	span.End()
}

func onlyOnError(ctx context.Context) (err error) {
	ctx, span := tracer.Start(ctx, "x")
	defer func() {
		if err != nil {
			span.RecordError(err)
		}
	}()
	if err := work(ctx); err != nil {
		return err
	}
	span.End()
	return nil
}

func finish(ctx context.Context, span trace.Span) {
	err := work(ctx)
	if errors.Is(err, context.Canceled) {
		helpers.Finish(span, nil)
		return
	}
	helpers.Finish(span, err)
}

func another(ctx context.Context, outer trace.Span) {
	_, span := tracer.Start(ctx, "x")
	span.End()
	outer.AddEvent("x")
	func() {
		_, span := tracer.Start(ctx, "y")
		span.AddEvent("x")
		span.End()
	}()
}

// And what is lost.

func direct(ctx context.Context) {
	_, span := tracer.Start(ctx, "x")
	span.End()
	span.AddEvent("x") // want `span has ended on line \d+: what it is told here is lost`
	span.AddEvent("y")
}

func onBranch(ctx context.Context) error {
	ctx, span := tracer.Start(ctx, "x")
	err := work(ctx)
	span.End()
	if err != nil {
		span.SetStatus(codes.Error, "x") // want `span has ended on line \d+`
	}
	return err
}

func fallsOn(ctx context.Context, x bool) {
	_, span := tracer.Start(ctx, "x")
	if x {
		span.End()
	}
	span.SetName("x") // want `span has ended on line \d+`
	span.End()
}

func nextRound(span trace.Span, n int) {
	for range n {
		span.AddEvent("x") // want `span has ended on line \d+`
		span.End()
	}
}

// As in a forward authentication, where a redirect is captured after the body has been read.
func capture(w http.ResponseWriter, r *http.Request) {
	ctx, forward := tracer.Start(r.Context(), "x")
	res, err := http.DefaultClient.Do(r.WithContext(ctx))
	if err != nil {
		forward.RecordError(err)
		forward.End()
		return
	}
	forward.End()
	if res.StatusCode >= 300 {
		helpers.Capture(forward, res.StatusCode, res.Header) // want `forward has ended on line \d+`
		return
	}
	w.WriteHeader(res.StatusCode)
}

func helper(span trace.Span) {
	helpers.Finish(span, nil)
	span.SetAttributes() // want `span has ended on line \d+`
}

func wrongOrder(ctx context.Context) (err error) {
	ctx, span := tracer.Start(ctx, "x")
	defer func() { // want `span ends before this deferred call runs`
		if err != nil {
			span.RecordError(err)
		}
	}()
	defer span.End()
	return work(ctx)
}

func deferredLate(ctx context.Context) {
	_, span := tracer.Start(ctx, "x")
	defer span.AddEvent("x") // want `span ends before this deferred call runs`
	span.End()
}

func inLiteral(ctx context.Context) func() {
	_, span := tracer.Start(ctx, "x")
	return func() {
		span.End()
		span.AddEvent("x") // want `span has ended on line \d+`
	}
}

func atOnce(ctx context.Context) {
	_, span := tracer.Start(ctx, "x")
	func() { span.End() }()
	span.AddEvent("x") // want `span has ended on line \d+`
}

type own struct{ trace.Span }

func (o *own) Fail(err error) { o.RecordError(err) }

func wrapped(o *own) {
	o.End()
	o.Fail(nil) // want `o has ended on line \d+`
}

func generic[S trace.Span](span S) {
	span.End()
	span.AddEvent("x") // want `span has ended on line \d+`
}
