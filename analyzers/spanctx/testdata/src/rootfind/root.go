package rootfind

import (
	"context"
	"net/http"

	"go.opentelemetry.io/otel/trace"
)

var tracer trace.Tracer

func work(ctx context.Context) error { return nil }

func empty(ctx context.Context) {
	_, span := tracer.Start(context.Background(), "job") // want `the span starts a trace of its own: ctx is at hand`
	defer span.End()
}

func todo(ctx context.Context) error {
	c, span := tracer.Start(context.TODO(), "job") // want `ctx is at hand`
	defer span.End()
	return work(c)
}

// No fix: the old context is used below.
func used(ctx context.Context) error {
	_, span := tracer.Start(context.Background(), "job") // want `ctx is at hand`
	defer span.End()
	return work(ctx)
}

func request(w http.ResponseWriter, r *http.Request) {
	ctx, span := tracer.Start(context.Background(), r.Method) // want `r.Context\(\) is at hand`
	defer span.End()
	_ = work(ctx)
}

func variable(w http.ResponseWriter, r *http.Request) {
	ctx := context.Background()
	ctx, span := tracer.Start(ctx, r.Method) // want `r.Context\(\) is at hand`
	defer span.End()
	_ = work(ctx)
}

func declared(ctx context.Context) {
	var c = context.TODO()
	_, span := tracer.Start(c, "job") // want `ctx is at hand`
	defer span.End()
}

func inPlace(ctx context.Context) {
	func() {
		_, span := tracer.Start(context.Background(), "job") // want `ctx is at hand`
		defer span.End()
	}()
}

func group(ctx context.Context, g interface{ Go(func() error) }) {
	g.Go(func() error {
		c, span := tracer.Start(context.Background(), "job") // want `ctx is at hand`
		defer span.End()
		return work(c)
	})
}

// Two are at hand: which one is meant is not ours to say.
func two(ctx context.Context, r *http.Request) {
	_, span := tracer.Start(context.Background(), "job") // want `ctx is at hand`
	defer span.End()
}

func (s *store[T]) load(ctx context.Context, v T) error {
	c, span := s.tracer.Start(context.Background(), "load") // want `ctx is at hand`
	defer span.End()
	return s.f(c, v)
}

type store[T any] struct {
	tracer trace.Tracer
	f      func(context.Context, T) error
}
