// Package foreign ends spans of others.
package foreign

import (
	"context"
	"net/http"
	"time"

	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/trace"
)

var tracer = otel.Tracer("foreign")

func begin(ctx context.Context) context.Context {
	ctx, _ = tracer.Start(ctx, "x")
	return ctx
}

// Silent first.

func adds(ctx context.Context) {
	span := trace.SpanFromContext(ctx)
	span.AddEvent("x")
}

func own(ctx context.Context) {
	ctx, _ = tracer.Start(ctx, "x")
	defer trace.SpanFromContext(ctx).End()
}

func ownElsewhere(ctx context.Context) {
	ctx = begin(ctx)
	span := trace.SpanFromContext(ctx)
	defer span.End()
}

func handedOver(ctx context.Context) {
	trace.SpanFromContext(ctx).End()
}

func finishSpan(ctx context.Context) {
	span := trace.SpanFromContext(ctx)
	defer span.End()
	span.AddEvent("x")
}

func started(ctx context.Context) {
	parent := trace.SpanFromContext(ctx)
	_, span := tracer.Start(ctx, "x")
	defer span.End()
	parent.AddEvent("x")
}

func (h hook) AfterQuery(ctx context.Context) {
	span := trace.SpanFromContext(ctx)
	defer span.End()
	span.AddEvent("x")
}

// And what belongs to others.

func ends(ctx context.Context) {
	span := trace.SpanFromContext(ctx)
	defer span.End() // want `the span of the caller's context is ended`
	span.AddEvent("x")
}

func endsAtOnce(ctx context.Context) {
	defer trace.SpanFromContext(ctx).End() // want `the span of the caller's context is ended`
}

func endsInLiteral(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, time.Second)
	defer cancel()
	span := trace.SpanFromContext(ctx)
	defer func() { span.End() }() // want `the span of the caller's context is ended`
}

func handler(w http.ResponseWriter, r *http.Request) {
	span := trace.SpanFromContext(r.Context())
	defer span.End() // want `the span of the caller's context is ended`
}

// A hook before the query starts it: not sure enough to be shown.
type hook struct{}

func (hook) BeforeQuery(ctx context.Context) context.Context {
	ctx, _ = tracer.Start(ctx, "x")
	return ctx
}

func (hook) ProcessQuery(ctx context.Context) {
	span := trace.SpanFromContext(ctx)
	defer span.End()
}
