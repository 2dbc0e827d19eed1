// Package facts has functions of which others have to know something.
package facts

import (
	"context"

	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/trace"
)

var tracer = otel.Tracer("facts")

func start(ctx context.Context) (context.Context, trace.Span) { // want start:`result 1 open`
	return tracer.Start(ctx, "x")
}

func startOther(ctx context.Context) (trace.Span, error) { // want startOther:`result 0 open`
	_, span := start(ctx)
	return span, nil
}

func startHeld(ctx context.Context) *held { // want startHeld:`result 0 holder`
	_, span := start(ctx)
	return &held{span}
}

type held struct{ span trace.Span }

func (h *held) stop() { h.span.End() } // want stop:`param -1 ends`

func closer(ctx context.Context) func() { // want closer:`result 0 closer`
	h := startHeld(ctx)
	return h.stop
}

func finish(span trace.Span) { span.End() } // want finish:`param 0 ends`

func write(n int, span trace.Span) { span.SetName("x") } // want write:`param 1 writes`

func look(span trace.Span) bool { return span.IsRecording() } // want look:`param 0 `

func maybe(span trace.Span, on bool) { // want maybe:`param 0 mayend`
	if on {
		finish(span)
	}
}

var all []trace.Span

func keep(span trace.Span) { all = append(all, span) } // want keep:`param 0 keeps`

func pass(span trace.Span) trace.Span { return span } // want pass:`param 0 passes`

func inContext(ctx context.Context) { trace.SpanFromContext(ctx).End() } // want inContext:`param 0 mayend`

// Three that call each other. Nothing is proved in a circle.

func a(span trace.Span, n int) { // want a:`param 0 mayend`
	if n == 0 {
		c(span, 1)
		return
	}
	span.End()
}

func b(span trace.Span, n int) { // want b:`param 0 mayend`
	a(span, n)
}

func c(span trace.Span, n int) { // want c:`param 0 mayend`
	if n == 1 {
		span.End()
		return
	}
	b(span, n-1)
}

// These never come to an end, so there is none to prove.

func ping(span trace.Span) { pong(span) } // want ping:`param 0 `

func pong(span trace.Span) { ping(span) } // want pong:`param 0 `

func loop(ctx context.Context, n int) trace.Span { // want loop:`result 0 open`
	if n > 0 {
		return loop(ctx, n-1)
	}
	_, span := start(ctx)
	return span
}
