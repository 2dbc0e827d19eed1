package droppedsilent

import (
	"context"
	"log/slog"
	"net/http"
	"os/exec"
	"time"

	"example.com/app/tracing"
	"go.opentelemetry.io/otel/trace"
)

var tracer trace.Tracer

func work(ctx context.Context) error { return nil }

func use(any) {}

// A leaf: nothing below takes a context.
func leaf(ctx context.Context, rows []string) int {
	_, span := tracer.Start(ctx, "sum")
	defer span.End()
	return len(rows)
}

// A factory: the span goes to the caller.
func factory(ctx context.Context) trace.Span {
	_, span := tracer.Start(ctx, "factory")
	use(time.Now())
	return span
}

// What follows the end is not part of the span.
func afterEnd(ctx context.Context) error {
	_, span := tracer.Start(ctx, "parse")
	use(1)
	span.End()
	return work(ctx)
}

// A helper ends the span, known by its fact.
func afterFinish(ctx context.Context) error {
	span, _ := tracing.StartSpan(ctx, "parse")
	tracing.FinishWithError(span, nil)
	return work(ctx)
}

// Who keeps the span may end it.
func afterKeep(ctx context.Context, keep func(trace.Span)) error {
	_, span := tracer.Start(ctx, "parse")
	keep(span)
	return work(ctx)
}

// The context is used right.
func right(ctx context.Context) error {
	ctx, span := tracer.Start(ctx, "load")
	defer span.End()
	return work(ctx)
}

// The span is put into a context by hand.
func byHand(ctx context.Context) error {
	_, span := tracer.Start(ctx, "load")
	defer span.End()
	ctx = trace.ContextWithSpan(ctx, span)
	return work(ctx)
}

func byHandInPlace(ctx context.Context) error {
	_, span := tracer.Start(ctx, "load")
	defer span.End()
	return work(trace.ContextWithSpan(ctx, span))
}

// Values, logs, locks and the end of a context make no spans.
func values(ctx context.Context) {
	_, span := tracer.Start(ctx, "load")
	defer span.End()
	slog.InfoContext(ctx, "loading")
	_, _ = userFromContext(ctx)
	use(trace.SpanFromContext(ctx))
	<-ctx.Done()
	_ = exec.CommandContext(ctx, "true").Run()
}

func userFromContext(ctx context.Context) (string, error) { return "", nil }

// A goroutine and a deferred call are not the span's work.
func others(ctx context.Context) {
	_, span := tracer.Start(ctx, "load")
	defer span.End()
	go work(ctx)
	go func() { _ = work(ctx) }()
	defer work(ctx)
	defer func() { _ = work(ctx) }()
}

// A new trace on purpose.
func newRoot(ctx context.Context) error {
	_, span := tracer.Start(ctx, "audit", trace.WithNewRoot())
	defer span.End()
	return work(ctx)
}

// The old context is another one by then.
func assigned(ctx, other context.Context) error {
	_, span := tracer.Start(ctx, "load")
	defer span.End()
	ctx = other
	return work(ctx)
}

// The request's context is another one by then.
func request(w http.ResponseWriter, r *http.Request, next http.Handler, ctx context.Context) {
	_, span := tracer.Start(r.Context(), "serve")
	defer span.End()
	r = r.WithContext(ctx)
	next.ServeHTTP(w, r)
}

// The branch with the work has no span.
func branch(ctx context.Context, traced bool) error {
	if traced {
		_, span := tracer.Start(ctx, "load")
		span.End()
		return nil
	}
	return work(ctx)
}
