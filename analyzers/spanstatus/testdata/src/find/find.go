package find

import (
	"context"
	"errors"
	"io"
	"net/http"

	"example.com/app/tracing"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/trace"
)

var tracer trace.Tracer

func work(ctx context.Context) error { return nil }

type result struct {
	isError bool
	text    string
}

// The other branch does it right.
func branch(ctx context.Context, call func(context.Context) (result, error)) (result, error) {
	ctx, span := tracer.Start(ctx, "call")
	defer span.End()
	res, err := call(ctx)
	if err != nil {
		span.RecordError(err)
		span.SetStatus(codes.Error, err.Error())
		return res, err
	}
	if res.isError {
		span.RecordError(errors.New(res.text)) // want `the error is recorded, but the status of span stays unset`
	}
	return res, nil
}

// The status goes to the other span.
func other(ctx context.Context) error {
	ctx, outer := tracer.Start(ctx, "outer")
	defer outer.End()
	ctx, inner := tracer.Start(ctx, "inner")
	defer inner.End()
	err := work(ctx)
	if err != nil {
		inner.RecordError(wrap(err)) // want `status of inner stays unset`
		outer.SetStatus(codes.Error, err.Error())
	}
	return err
}

func wrap(err error) error { return err }

// A panic is another matter.
func panics(ctx context.Context) (err error) {
	ctx, span := tracer.Start(ctx, "load")
	defer func() {
		if r := recover(); r != nil {
			span.SetStatus(codes.Error, "panic")
		}
		span.End()
	}()
	if err := work(ctx); err != nil {
		span.RecordError(wrap(err)) // want `status of span stays unset`
		return err
	}
	return nil
}

// Recorded by another package's helper, which does no more.
func helper(ctx context.Context) error {
	ctx, span := tracer.Start(ctx, "load")
	defer span.End()
	tracing.Describe(span, "loading")
	err := work(ctx)
	tracing.Record(span, err) // want `status of span stays unset`
	return err
}

// Expected errors are set aside, this is another one.
func unexpected(ctx context.Context) error {
	ctx, span := tracer.Start(ctx, "load")
	defer span.End()
	err := work(ctx)
	if err != nil && !errors.Is(err, io.EOF) {
		span.RecordError(wrap(err)) // want `status of span stays unset`
	}
	if err == io.EOF {
		return nil
	} else if err != nil {
		span.RecordError(wrap(err)) // want `status of span stays unset`
	}
	return err
}

type holder struct{ span trace.Span }

func (h *holder) fail(err error) {
	h.span.RecordError(wrap(err)) // want `status of h.span stays unset`
	h.span.End()
}

func (s *server[T]) serve(w http.ResponseWriter, r *http.Request) {
	ctx, span := s.tracer.Start(r.Context(), "serve")
	defer span.End()
	if err := s.do(ctx); err != nil {
		span.RecordError(wrap(err), trace.WithStackTrace(true)) // want `status of span stays unset`
		http.Error(w, "failed", http.StatusInternalServerError)
		return
	}
}

type server[T any] struct {
	tracer trace.Tracer
	do     func(context.Context) error
}

// Ok is no failure.
func ok(ctx context.Context) error {
	ctx, span := tracer.Start(ctx, "load")
	defer span.End()
	if err := work(ctx); err != nil {
		span.RecordError(wrap(err)) // want `status of span stays unset`
		return err
	}
	span.SetStatus(codes.Ok, "")
	return nil
}

func labels(ctx context.Context, n int) error {
	ctx, span := tracer.Start(ctx, "load")
	defer span.End()
again:
	err := work(ctx)
	if n--; n > 0 && err != nil {
		goto again
	}
	select {
	case <-ctx.Done():
		span.RecordError(wrap(err)) // want `status of span stays unset`
		return err
	default:
	}
	return err
}
