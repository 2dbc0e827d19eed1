package dropped

import (
	"context"
	"database/sql"
	"net/http"

	"example.com/app/tracing"
	"go.opentelemetry.io/otel/trace"
)

var tracer trace.Tracer

func work(ctx context.Context) error { return nil }

func touch(ctx context.Context) {}

type store struct {
	provider func(context.Context, string) (string, error)
	tracer   trace.Tracer
}

// The old context is derived from, and what comes of it is as old.
func derived(ctx context.Context) error {
	_, span := tracer.Start(ctx, "load") // want `the context that carries span is dropped, and work gets c from before the span`
	defer span.End()
	c, cancel := context.WithCancel(ctx)
	defer cancel()
	return work(c)
}

func derivedInPlace(ctx context.Context) error {
	_, span := tracer.Start(ctx, "load") // want `the context that carries span is dropped, and work gets ctx from before the span`
	defer span.End()
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	return work(ctx)
}

// A middleware that hands the old request on.
func middleware(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, span := tracer.Start(r.Context(), r.Method) // want `the context that carries span is dropped, and next.ServeHTTP gets r from before the span`
		defer span.End()
		next.ServeHTTP(w, r)
	})
}

func handler(w http.ResponseWriter, r *http.Request) {
	_, span := tracer.Start(r.Context(), r.Method) // want `.* work gets r.Context\(\) from before the span`
	defer span.End()
	_ = work(r.Context())
}

// A helper that only annotates does not end the span.
func annotated(ctx context.Context) error {
	span, _ := tracing.StartSpan(ctx, "load") // want `.* work gets ctx`
	tracing.Annotate(span, "1")
	err := work(ctx)
	go touch(ctx)
	tracing.FinishWithError(span, err)
	return err
}

// One branch ends it, the other works on.
func oneBranch(ctx context.Context, cached bool) error {
	_, span := tracer.Start(ctx, "load") // want `.* work gets ctx`
	if cached {
		span.End()
	} else {
		_ = work(ctx)
		span.End()
	}
	return work(ctx)
}

// A goroutine of a group is waited for, and has the old context; no fix for a literal that a
// goroutine may run after the span.
func literal(ctx context.Context, g interface{ Go(func() error) }) {
	_, span := tracer.Start(ctx, "all") // want `.* work gets ctx`
	defer span.End()
	g.Go(func() error { return work(ctx) })
	go func() { _ = work(ctx) }()
}

// Used after the span's end as well: another context there would change the trace.
func usedAfter(ctx context.Context, db *sql.DB) error {
	_, span := tracer.Start(ctx, "query") // want `.* db.ExecContext gets ctx`
	_, err := db.ExecContext(ctx, "select 1")
	span.End()
	if err != nil {
		return err
	}
	return work(ctx)
}

// A loop that assigns would nest the spans of all rounds.
func loop(ctx context.Context, ids []string) {
	var span trace.Span
	for range ids {
		_, span = tracer.Start(ctx, "one") // want `.* work gets ctx`
		_ = work(ctx)
		span.End()
	}
}

// A literal from before would see the variable change.
func shared(ctx context.Context) error {
	again := func() error { return work(ctx) }
	_, span := tracer.Start(ctx, "load") // want `.* work gets ctx`
	defer span.End()
	_ = work(ctx)
	return again()
}

func generic[T any](ctx context.Context, f func(context.Context, T) error, v T) error {
	_, span := tracer.Start(ctx, "generic") // want `.* f gets ctx`
	span.AddEvent("x")
	defer func() { span.End() }()
	go func() { _ = f(ctx, v) }()
	return f(ctx, v)
}

// A type of its own that is a context, as gin's.
type request struct{ context.Context }

func own(c *request) error {
	_, span := tracer.Start(c, "load") // want `work gets c`
	defer span.End()
	return work(c)
}
