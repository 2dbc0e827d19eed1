// Package tracing starts and ends spans for the cases, as services' own packages of that name do.
package tracing

import (
	"context"

	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/trace"
)

var tracer = otel.Tracer("example.com/cases")

// StartSpan returns the span first, in the order that buildkit has.
func StartSpan(ctx context.Context, name string, attrs ...attribute.KeyValue) (trace.Span, context.Context) {
	ctx, span := tracer.Start(ctx, name, trace.WithAttributes(attrs...))
	return span, ctx
}

// Begin starts a span and returns what ends it.
func Begin(ctx context.Context, name string) (context.Context, func()) {
	ctx, span := tracer.Start(ctx, name)
	return ctx, func() { span.End() }
}

// Finish ends a span, with the status of err.
func Finish(span trace.Span, err error) {
	if err != nil {
		span.RecordError(err)
		span.SetStatus(codes.Error, err.Error())
	}
	span.End()
}

// FinishNamed is Finish for a deferred call.
func FinishNamed(span trace.Span, err *error) { Finish(span, *err) }

// Fail marks a span and leaves it open.
func Fail(span trace.Span, err error) {
	span.RecordError(err)
	span.SetStatus(codes.Error, err.Error())
}

// Note writes to a span and leaves it open.
func Note(span trace.Span, n int) { span.SetAttributes(attribute.Int("shop.rows", n)) }

// Span is a span of ours, in the way of traefik's.
type Span struct {
	trace.Span
	name string
}

// Tracer starts spans of ours.
type Tracer struct{ inner trace.Tracer }

// Start starts a span of ours.
func (t *Tracer) Start(ctx context.Context, name string) (context.Context, *Span) {
	ctx, span := t.inner.Start(ctx, name)
	return ctx, &Span{Span: span, name: name}
}
