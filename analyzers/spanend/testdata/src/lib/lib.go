// Package lib starts and ends spans for others.
package lib

import (
	"context"
	"errors"
	"net/http"

	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/trace"
)

var tracer = otel.Tracer("lib")

// The span is the first result.
func StartSpan(ctx context.Context, name string) (trace.Span, context.Context) {
	ctx, span := tracer.Start(ctx, name)
	span.SetName(name)
	return span, ctx
}

func Start(ctx context.Context, name string) (context.Context, trace.Span) {
	return tracer.Start(ctx, name)
}

// By way of another factory, and with an error.
func Checked(ctx context.Context, name string) (span trace.Span, err error) {
	if name == "" {
		return nil, errors.New("no name")
	}
	span, _ = StartSpan(ctx, name)
	return span, nil
}

func Bare(ctx context.Context) (_ context.Context, span trace.Span) {
	ctx, span = tracer.Start(ctx, "bare")
	_ = ctx
	return
}

// Span wraps.
type Span struct{ trace.Span }

func (s *Span) Fail(err error) { s.RecordError(err); s.SetStatus(codes.Error, err.Error()) }

func NewSpan(ctx context.Context) (context.Context, *Span) {
	ctx, s := tracer.Start(ctx, "wrapped")
	return ctx, &Span{s}
}

// Timer holds a span and is none.
type Timer struct {
	inner trace.Span
	name  string
}

func NewTimer(ctx context.Context, name string) *Timer {
	_, s := tracer.Start(ctx, name)
	t := &Timer{name: name}
	t.inner = s
	return t
}

func (t *Timer) Stop() { t.inner.SetName(t.name); t.inner.End() }
func (t *Timer) Mark() { t.inner.AddEvent("mark") }

// A cleanup function.
func Trace(ctx context.Context, name string) (context.Context, func()) {
	ctx, span := tracer.Start(ctx, name)
	return ctx, func() { span.End() }
}

func TraceErr(ctx context.Context, name string) (context.Context, func(error)) {
	ctx, span := tracer.Start(ctx, name)
	end := func(err error) {
		if err != nil {
			span.RecordError(err)
		}
		span.End()
	}
	return ctx, end
}

func TraceValue(ctx context.Context) (context.Context, func(...trace.SpanEndOption)) {
	ctx, span := tracer.Start(ctx, "v")
	return ctx, span.End
}

func Finish(span trace.Span, err error) {
	if span == nil {
		return
	}
	defer span.End()
	if err != nil {
		span.RecordError(err)
	}
}

func FinishDeep(span trace.Span, err error) { Finish(span, err) }

func FinishContext(ctx context.Context) { trace.SpanFromContext(ctx).End() }

func Note(span trace.Span, r *http.Request) { span.AddEvent("note") }

func Maybe(span trace.Span, ok bool) {
	if ok {
		span.End()
	}
}

var kept []trace.Span

func Keep(span trace.Span) { kept = append(kept, span) }

// Even and Odd call each other.
func Even(span trace.Span, n int) {
	if n == 0 {
		span.End()
		return
	}
	Odd(span, n-1)
}

func Odd(span trace.Span, n int) {
	if n == 0 {
		span.End()
		return
	}
	Even(span, n-1)
}

func End[S trace.Span](span S) { span.End() }

// Getter starts nothing.
func Getter(ctx context.Context) trace.Span { return trace.SpanFromContext(ctx) }

// Ended returns a span that has ended.
func Ended(ctx context.Context) trace.Span {
	_, span := tracer.Start(ctx, "x")
	defer span.End()
	return span
}

type ender interface{ End(...trace.SpanEndOption) }

func EndAny(e ender) { e.End() }
