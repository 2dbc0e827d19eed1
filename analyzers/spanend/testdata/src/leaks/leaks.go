// Package leaks has spans that are not ended.
package leaks

import (
	"context"
	"errors"
	"lib"
	"net/http"

	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/trace"
)

var tracer = otel.Tracer("leaks")

func work(context.Context) error { return nil }

func bare(ctx context.Context) {
	ctx, span := tracer.Start(ctx, "x") // want `span is not ended on a path to the return on line 22`
	if err := work(ctx); err != nil {
		span.RecordError(err)
		return
	}
	span.End()
}

func returnNil(ctx context.Context) error {
	ctx, span := tracer.Start(ctx, "x") // want `span is not ended on a path to the return on line 30`
	if ctx.Err() != nil {
		return nil
	}
	span.End()
	return nil
}

func fallsOff(ctx context.Context) {
	ctx, span := tracer.Start(ctx, "x") // want `span is not ended on a path to the end of the function`
	if ctx.Err() != nil {
		span.End()
	}
}

func endedEarly(ctx context.Context) error {
	ctx, span := tracer.Start(ctx, "x") // want `span is not ended on a path to the return on line 49`
	if ctx.Err() != nil {
		span.End()
		return ctx.Err()
	}
	return work(ctx)
}

func continues(ctx context.Context, items []string) {
	for _, item := range items {
		_, span := tracer.Start(ctx, item) // want `span is not ended before the loop makes the next one`
		if item == "" {
			continue
		}
		span.End()
	}
}

func breaks(ctx context.Context, items []string) {
	for _, item := range items {
		_, span := tracer.Start(ctx, item) // want `span is not ended on a path to the end of the function`
		if item == "" {
			break
		}
		span.End()
	}
}

func continuesLabel(ctx context.Context, n int) {
outer:
	for range n {
		_, span := tracer.Start(ctx, "x") // want `span is not ended before the loop makes the next one`
		for j := range n {
			if j == 3 {
				continue outer
			}
		}
		span.End()
	}
}

func jumps(ctx context.Context, n int) {
	_, span := tracer.Start(ctx, "x") // want `span is not ended on a path to the end of the function`
	if n > 1 {
		goto end
	}
	span.End()
end:
	n++
}

func switches(ctx context.Context, n int) {
	_, span := tracer.Start(ctx, "x") // want `span is not ended on a path to the end of the function`
	switch n {
	case 1:
		span.End()
	case 2:
		fallthrough
	case 3:
		n++
	default:
		span.End()
	}
}

func selects(ctx context.Context, ch chan int) {
	_, span := tracer.Start(ctx, "x") // want `span is not ended on a path to the end of the function`
	select {
	case <-ch:
	case <-ctx.Done():
		span.End()
	}
}

func sends(ctx context.Context, ch chan trace.Span) {
	_, span := tracer.Start(ctx, "x") // want `span is not ended on a path to the end of the function`
	select {
	case ch <- span:
	case <-ctx.Done():
	}
}

func deferredLate(ctx context.Context) error {
	ctx, span := tracer.Start(ctx, "x") // want `span is not ended on a path to the return on line 129`
	if ctx.Err() != nil {
		return ctx.Err()
	}
	defer span.End()
	return work(ctx)
}

func deferredOnBranch(ctx context.Context, x bool) {
	_, span := tracer.Start(ctx, "x") // want `span is not ended on a path to the end of the function`
	if x {
		defer span.End()
	}
}

// The 400 leaves before the literal that ends the span is there.
func beforeHandOver(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		span, ctx := startSpan(r) // want `span is not ended on a path to the return on line 148`
		if r.Header.Get("baggage") == "" {
			http.Error(w, "bad", 400)
			return
		}
		end := func() { span.End() }
		defer end()
		next.ServeHTTP(w, r.WithContext(ctx))
	})
}

func startSpan(r *http.Request) (trace.Span, context.Context) {
	ctx, span := tracer.Start(r.Context(), "x")
	return span, ctx
}

func beforeField(ctx context.Context, t *task) error {
	ctx, span := tracer.Start(ctx, "x") // want `span is not ended on a path to the return on line 164`
	if err := work(ctx); err != nil {
		return err
	}
	t.span = span
	return nil
}

type task struct{ span trace.Span }

func beforeReturn(ctx context.Context) (trace.Span, error) {
	ctx, span := tracer.Start(ctx, "x") // want `span is not ended on a path to the return on line 175`
	if err := work(ctx); err != nil {
		return nil, err
	}
	return span, nil
}

func namedResult(ctx context.Context) (span trace.Span, err error) {
	ctx, span = tracer.Start(ctx, "x") // want `span is not ended on a path to the return on line 183`
	if err := work(ctx); err != nil {
		return nil, err
	}
	return
}

func beforeGo(ctx context.Context) {
	ctx, span := tracer.Start(ctx, "x") // want `span is not ended on a path to the return on line 191`
	if ctx.Err() != nil {
		return
	}
	go func() { defer span.End() }()
}

func overwritten(ctx context.Context) {
	ctx, span := tracer.Start(ctx, "x") // want `span is not ended before it gets another value on line 199`
	_ = work(ctx)
	ctx, span = tracer.Start(ctx, "y")
	_ = work(ctx)
	span.End()
}

func factories(ctx context.Context) error {
	span, ctx := lib.StartSpan(ctx, "x") // want `span is never ended`
	span.AddEvent("x")
	ctx, other := lib.Start(ctx, "x") // want `other is never ended`
	lib.Note(other, nil)
	_, wrapped := lib.NewSpan(ctx) // want `wrapped is never ended`
	wrapped.Fail(nil)
	timer := lib.NewTimer(ctx, "t") // want `timer is not ended on a path to the return on line 214`
	timer.Mark()
	if ctx.Err() != nil {
		return nil
	}
	timer.Stop()
	_, bare := lib.Bare(ctx) // want `bare is never ended`
	bare.AddEvent("x")
	return nil
}

func closers(ctx context.Context) error {
	ctx, end := lib.Trace(ctx, "x") // want `end is not called on a path to the return on line 225`
	if ctx.Err() != nil {
		return ctx.Err()
	}
	defer end()
	ctx, endErr := lib.TraceErr(ctx, "x") // want `endErr is not called on a path to the return on line 231`
	err := work(ctx)
	if err != nil {
		return err
	}
	endErr(nil)
	return nil
}

func checked(ctx context.Context) error {
	span, err := lib.Checked(ctx, "x") // want `span is not ended on a path to the return on line 243`
	if err != nil {
		return err
	}
	if err = work(ctx); err != nil {
		return err
	}
	span.End()
	return nil
}

// A closure that only looks at the span does not end it.
func onlyLooks(ctx context.Context, g func(func())) {
	_, span := tracer.Start(ctx, "x") // want `span is never ended`
	g(func() { span.AddEvent("x") })
}

func helperMaybe(ctx context.Context, x bool) {
	_, span := tracer.Start(ctx, "x") // want `span is not ended on a path to the end of the function`
	if x {
		lib.Finish(span, nil)
	}
}

func deferredNothing(ctx context.Context) (err error) {
	ctx, span := tracer.Start(ctx, "x") // want `span is never ended`
	defer func() {
		if err != nil {
			span.RecordError(err)
		}
	}()
	return work(ctx)
}

func literal(ctx context.Context) func() error {
	return func() error {
		ctx, span := tracer.Start(ctx, "x") // want `span is not ended on a path to the return on line 276`
		if err := work(ctx); err != nil {
			return err
		}
		span.End()
		return nil
	}
}

type maker interface {
	StartSpan(ctx context.Context, name string) trace.Span
	Traced(ctx context.Context) (trace.Span, context.Context)
}

func throughInterface(ctx context.Context, m maker) {
	span := m.StartSpan(ctx, "x") // want `span is never ended`
	span.AddEvent("x")
	other, _ := m.Traced(ctx) // want `other is never ended`
	other.AddEvent("x")
}

func throughValue(ctx context.Context, start func(context.Context) (context.Context, trace.Span)) {
	_, span := start(ctx) // want `span is never ended`
	span.AddEvent("x")
}

type service[T any] struct {
	get func(context.Context) (T, error)
}

func (s *service[T]) Get(ctx context.Context) (t T, err error) {
	ctx, span := tracer.Start(ctx, "x") // want `span is not ended on a path to the return on line 308`
	t, err = s.get(ctx)
	if errors.Is(err, context.Canceled) {
		return t, err
	}
	span.End()
	return t, err
}

func initialised(ctx context.Context) bool {
	if ctx, span := tracer.Start(ctx, "x"); span.IsRecording() { // want `span is never ended`
		_ = ctx
		return true
	}
	return false
}

func declared(ctx context.Context) {
	c, span := tracer.Start(ctx, "x") // want `span is never ended`
	_, _ = c, span
}

// Somebody may take it out of the context.
func contextReturned(ctx context.Context) context.Context {
	ctx, span := tracer.Start(ctx, "x") // want `span is never ended here; is it ended through the context\?`
	span.AddEvent("x")
	return ctx
}

var handler = func(ctx context.Context) error {
	ctx, span := tracer.Start(ctx, "x") // want `span is not ended on a path to the return on line \d+`
	if ctx.Err() != nil {
		return ctx.Err()
	}
	span.End()
	return nil
}

type options struct {
	name string
	span trace.Span
}

func look(o options) { o.span.SetName(o.name) }

func inArgument(ctx context.Context) {
	_, span := tracer.Start(ctx, "x") // want `span is never ended`
	look(options{"x", span})
}

func afterSwitch(ctx context.Context, v any) {
	_, span := tracer.Start(ctx, "x") // want `span is not ended on a path to the end of the function`
	switch v := v.(type) {
	case error:
		span.RecordError(v)
	case nil:
		span.End()
	default:
		span.End()
	}
}

func capturedError(ctx context.Context, g func(func())) error {
	span, err := lib.Checked(ctx, "x") // want `span is not ended on a path to the return on line \d+`
	if err != nil {
		return err
	}
	g(func() { err = work(ctx) })
	if ctx.Err() != nil {
		return err
	}
	span.End()
	return nil
}
