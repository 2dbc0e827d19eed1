package rootsilent

import (
	"context"
	"net/http"
	"time"

	"go.opentelemetry.io/otel/trace"
)

var tracer trace.Tracer

func work(ctx context.Context) error { return nil }

// Nothing is at hand.
func nothing() {
	ctx, span := tracer.Start(context.Background(), "job")
	defer span.End()
	_ = work(ctx)
}

func own() {
	ctx := context.Background()
	ctx, span := tracer.Start(ctx, "job")
	defer span.End()
	_ = work(ctx)
}

// The caller had none.
func orEmpty(ctx context.Context) {
	if ctx == nil {
		ctx = context.Background()
	}
	ctx, span := tracer.Start(ctx, "job")
	defer span.End()
	_ = work(ctx)
}

func unnamed(_ context.Context) {
	_, span := tracer.Start(context.Background(), "job")
	defer span.End()
}

func main() {
	ctx, span := tracer.Start(context.Background(), "main")
	defer span.End()
	_ = work(ctx)
}

// Detached work has a trace of its own.
func detached(ctx context.Context) {
	go func() {
		_, span := tracer.Start(context.Background(), "job")
		defer span.End()
	}()
}

func detachedValues(ctx context.Context) {
	ctx, span := tracer.Start(context.WithoutCancel(ctx), "job")
	defer span.End()
	_ = work(ctx)
}

func newRoot(ctx context.Context) {
	_, span := tracer.Start(context.Background(), "audit", trace.WithNewRoot())
	defer span.End()
}

func linked(ctx context.Context) {
	_, span := tracer.Start(context.Background(), "audit", trace.WithLinks(trace.LinkFromContext(ctx)))
	defer span.End()
}

// Cleaning up has to go on when the context is over.
func cleanup(ctx context.Context) error {
	defer func() {
		_, span := tracer.Start(context.Background(), "cleanup")
		defer span.End()
	}()
	return work(ctx)
}

func (s *server) Shutdown(ctx context.Context) error {
	_, span := tracer.Start(context.Background(), "shutdown")
	defer span.End()
	return nil
}

type server struct{}

func (s *server) Run(ctx context.Context) error {
	<-ctx.Done()
	_, span := tracer.Start(context.Background(), "drain")
	defer span.End()
	return nil
}

func timeout(ctx context.Context) error {
	c, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	c, span := tracer.Start(c, "flush")
	defer span.End()
	return work(c)
}

// Each round of an endless loop is a job of its own.
func loop(ctx context.Context, jobs chan int) {
	for range jobs {
		_, span := tracer.Start(context.Background(), "job")
		span.End()
	}
	for {
		_, span := tracer.Start(context.Background(), "round")
		span.End()
	}
}

// The context of who makes a handler is not that of a request.
func handler(ctx context.Context) func() {
	return func() {
		_, span := tracer.Start(context.Background(), "job")
		defer span.End()
	}
}

func timer(ctx context.Context) {
	time.AfterFunc(time.Second, func() {
		_, span := tracer.Start(context.Background(), "late")
		defer span.End()
	})
}

// The span of a context is asked for, none is started.
func asks(ctx context.Context) trace.Span {
	return trace.SpanFromContext(context.Background())
}

func right(w http.ResponseWriter, r *http.Request) {
	ctx, span := tracer.Start(r.Context(), "serve")
	defer span.End()
	_ = work(ctx)
}

// Which of the two it is depends.
func either(ctx context.Context, fresh bool) {
	c := ctx
	if fresh {
		c = context.Background()
	}
	_, span := tracer.Start(c, "job")
	defer span.End()
}

func linkedLater(ctx context.Context) {
	own, span := tracer.Start(context.Background(), "audit")
	defer span.End()
	trace.SpanFromContext(ctx).AddLink(trace.LinkFromContext(own))
}
