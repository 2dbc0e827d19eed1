// Package silent does what looks like a leak and is none.
package silent

import (
	"context"
	"errors"
	"fmt"
	"lib"
	"log"
	"net/http"
	"os"
	"sync"
	"testing"

	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/trace"
	"go.opentelemetry.io/otel/trace/noop"
)

var (
	tracer = otel.Tracer("silent")
	errBad = errors.New("bad")
	global trace.Span
)

func work(context.Context) error { return nil }

func deferred(ctx context.Context) error {
	ctx, span := tracer.Start(ctx, "x")
	defer span.End()
	return work(ctx)
}

func deferredLiteral(ctx context.Context) (err error) {
	ctx, span := tracer.Start(ctx, "x")
	defer func() {
		if err != nil {
			span.RecordError(err)
		}
		span.End()
	}()
	return work(ctx)
}

func deferredBefore(ctx context.Context) (err error) {
	var span trace.Span
	defer func() {
		if span != nil {
			span.End()
		}
	}()
	ctx, span = tracer.Start(ctx, "x")
	return work(ctx)
}

func deferredFlag(ctx context.Context) error {
	ctx, span := tracer.Start(ctx, "x")
	ended := false
	defer func() {
		if !ended {
			span.End()
		}
	}()
	if err := work(ctx); err != nil {
		return err
	}
	span.End()
	ended = true
	return work(ctx)
}

func flag(ctx context.Context, x bool) {
	_, span := tracer.Start(ctx, "x")
	done := false
	if x {
		span.End()
		done = true
	}
	if !done {
		span.End()
	}
}

func bothPaths(ctx context.Context) error {
	ctx, span := tracer.Start(ctx, "x")
	if err := work(ctx); err != nil {
		span.End()
		return err
	}
	span.End()
	return nil
}

func methodValue(ctx context.Context) error {
	ctx, span := tracer.Start(ctx, "x")
	end := span.End
	defer end()
	return work(ctx)
}

func closureVariable(ctx context.Context) error {
	ctx, span := tracer.Start(ctx, "x")
	finish := func() { span.End() }
	defer finish()
	return work(ctx)
}

func closureCalled(ctx context.Context) error {
	ctx, span := tracer.Start(ctx, "x")
	finish := func(err error) error {
		span.RecordError(err)
		span.End()
		return err
	}
	if err := work(ctx); err != nil {
		return finish(err)
	}
	return finish(nil)
}

func atOnce(ctx context.Context) {
	_, span := tracer.Start(ctx, "x")
	func() { span.End() }()
}

func returned(ctx context.Context) (context.Context, trace.Span) {
	ctx, span := tracer.Start(ctx, "x")
	span.AddEvent("made")
	return ctx, span
}

func returnedAtOnce(ctx context.Context) (context.Context, trace.Span) {
	return tracer.Start(ctx, "x")
}

func returnedNamed(ctx context.Context) (span trace.Span, err error) {
	_, span = tracer.Start(ctx, "x")
	return
}

func returnedCleanup(ctx context.Context) (context.Context, func()) {
	ctx, span := tracer.Start(ctx, "x")
	return ctx, func() { span.End() }
}

func returnedMethod(ctx context.Context) (context.Context, func(...trace.SpanEndOption)) {
	ctx, span := tracer.Start(ctx, "x")
	return ctx, span.End
}

type task struct {
	span trace.Span
	ctx  context.Context
}

func field(ctx context.Context, t *task) {
	_, span := tracer.Start(ctx, "x")
	t.span = span
}

func fieldAtOnce(ctx context.Context, t *task) {
	t.ctx, t.span = tracer.Start(ctx, "x")
}

func literalReturned(ctx context.Context) *task {
	ctx, span := tracer.Start(ctx, "x")
	return &task{span: span, ctx: ctx}
}

func literalStored(ctx context.Context, ch chan *task) {
	ctx, span := tracer.Start(ctx, "x")
	t := &task{span: span, ctx: ctx}
	ch <- t
}

func channel(ctx context.Context, ch chan<- trace.Span) {
	_, span := tracer.Start(ctx, "x")
	ch <- span
}

func chosen(ctx context.Context, ch chan<- trace.Span) {
	_, span := tracer.Start(ctx, "x")
	select {
	case ch <- span:
	case <-ctx.Done():
		span.End()
	}
}

func toMap(ctx context.Context, m map[string]trace.Span) {
	_, span := tracer.Start(ctx, "x")
	m["x"] = span
}

func toSlice(ctx context.Context) (all []trace.Span) {
	for range 3 {
		_, span := tracer.Start(ctx, "x")
		all = append(all, span)
	}
	return all
}

func toGlobal(ctx context.Context) {
	_, global = tracer.Start(ctx, "x")
}

func goroutine(ctx context.Context) {
	ctx, span := tracer.Start(ctx, "x")
	go func() {
		defer span.End()
		_ = work(ctx)
	}()
}

func goroutineArgument(ctx context.Context) {
	ctx, span := tracer.Start(ctx, "x")
	go func(s trace.Span) {
		defer s.End()
		_ = work(ctx)
	}(span)
}

type group struct{}

func (*group) Go(func() error) {}

func errgroup(ctx context.Context, g *group) {
	ctx, span := tracer.Start(ctx, "x")
	g.Go(func() error {
		defer span.End()
		return work(ctx)
	})
}

func once(ctx context.Context, o *sync.Once) {
	_, span := tracer.Start(ctx, "x")
	o.Do(func() { span.End() })
}

func cleanup(t *testing.T) {
	ctx, span := tracer.Start(context.Background(), "x")
	t.Cleanup(func() { span.End() })
	_ = work(ctx)
}

func unknownArgument(ctx context.Context, f func(trace.Span)) {
	_, span := tracer.Start(ctx, "x")
	f(span)
}

func unknownAny(ctx context.Context) {
	_, span := tracer.Start(ctx, "x")
	fmt.Println(span)
}

type sink interface{ Take(trace.Span) }

func unknownMethod(ctx context.Context, s sink) {
	_, span := tracer.Start(ctx, "x")
	s.Take(span)
}

func helper(ctx context.Context) (err error) {
	ctx, span := tracer.Start(ctx, "x")
	defer func() { lib.Finish(span, err) }()
	return work(ctx)
}

func helperDeferred(ctx context.Context) error {
	ctx, span := tracer.Start(ctx, "x")
	defer lib.FinishDeep(span, nil)
	return work(ctx)
}

func helperRecursive(ctx context.Context) {
	_, span := tracer.Start(ctx, "x")
	lib.Even(span, 7)
}

func helperMaybe(ctx context.Context) {
	_, span := tracer.Start(ctx, "x")
	lib.Maybe(span, true)
}

func helperKeeps(ctx context.Context) {
	_, span := tracer.Start(ctx, "x")
	lib.Keep(span)
}

func helperGeneric(ctx context.Context) {
	_, span := tracer.Start(ctx, "x")
	defer lib.End(span)
}

func helperInterface(ctx context.Context) {
	_, span := tracer.Start(ctx, "x")
	defer lib.EndAny(span)
}

func methodExpression(ctx context.Context) {
	_, span := tracer.Start(ctx, "x")
	defer trace.Span.End(span)
}

func throughContext(ctx context.Context) {
	ctx, span := tracer.Start(ctx, "x")
	span.AddEvent("x")
	defer lib.FinishContext(ctx)
}

func factories(ctx context.Context) error {
	span, ctx := lib.StartSpan(ctx, "x")
	defer span.End()
	ctx, other := lib.Start(ctx, "y")
	defer other.End()
	checked, err := lib.Checked(ctx, "z")
	if err != nil {
		return err
	}
	defer checked.End()
	_, wrapped := lib.NewSpan(ctx)
	defer wrapped.End()
	t := lib.NewTimer(ctx, "t")
	defer t.Stop()
	t.Mark()
	ctx, end := lib.Trace(ctx, "u")
	defer end()
	ctx, endErr := lib.TraceErr(ctx, "v")
	err = work(ctx)
	endErr(err)
	_, value := lib.TraceValue(ctx)
	value()
	return err
}

func getters(ctx context.Context) {
	span := lib.Getter(ctx)
	span.AddEvent("x")
	other := trace.SpanFromContext(ctx)
	other.AddEvent("y")
	ended := lib.Ended(ctx)
	_ = ended.SpanContext()
}

func checkedAs(ctx context.Context) error {
	span, err := lib.Checked(ctx, "x")
	if errors.Is(err, errBad) {
		return nil
	}
	if err == nil {
		defer span.End()
	}
	return err
}

func checkedSwitch(ctx context.Context) error {
	span, err := lib.Checked(ctx, "x")
	switch {
	case err != nil && errors.Is(err, errBad):
		return nil
	case err != nil:
		return err
	default:
		span.End()
	}
	return nil
}

func exits(ctx context.Context, n int) {
	_, span := tracer.Start(ctx, "x")
	switch n {
	case 1:
		panic("one")
	case 2:
		os.Exit(2)
	case 3:
		log.Fatal("three")
	case 4:
		stop()
	case 5:
		select {}
	}
	span.End()
}

func stop() { os.Exit(1) }

func fails(t *testing.T) {
	ctx, span := tracer.Start(context.Background(), "x")
	if err := work(ctx); err != nil {
		t.Fatal(err)
	}
	span.End()
}

func conditional(ctx context.Context, traced bool) error {
	var span trace.Span
	if traced {
		ctx, span = tracer.Start(ctx, "x")
	}
	err := work(ctx)
	if span != nil {
		span.End()
	}
	return err
}

func correlated(ctx context.Context, traced bool) error {
	var span trace.Span
	if traced {
		ctx, span = tracer.Start(ctx, "x")
	}
	err := work(ctx)
	if traced {
		span.End()
	}
	return err
}

type config struct{ trace bool }

func (c *config) on() bool { return c.trace }

func correlatedField(ctx context.Context, c *config) error {
	var span trace.Span
	if c.trace && ctx != nil {
		ctx, span = tracer.Start(ctx, "x")
	}
	if err := work(ctx); err != nil {
		if c.trace {
			span.RecordError(err)
			span.End()
		}
		return err
	}
	if c.trace {
		span.End()
	}
	return nil
}

func correlatedCall(ctx context.Context, c *config) {
	var span trace.Span
	if c.on() {
		ctx, span = tracer.Start(ctx, "x")
	}
	_ = work(ctx)
	if c.on() {
		span.End()
	}
}

func correlatedTwice(ctx context.Context, a, b bool) {
	_, span := tracer.Start(ctx, "x")
	if a || b {
		span.End()
	}
	if !a && !b {
		span.End()
	}
}

func eachRound(ctx context.Context, items []string) {
	for _, item := range items {
		_, span := tracer.Start(ctx, item)
		if item == "" {
			span.End()
			continue
		}
		span.End()
	}
}

func roundLiteral(ctx context.Context, items []string) {
	for _, item := range items {
		func() {
			_, span := tracer.Start(ctx, item)
			defer span.End()
		}()
	}
}

func lastRound(ctx context.Context, items []string) error {
	for _, item := range items {
		if item == "x" {
			ctx, span := tracer.Start(ctx, item)
			defer span.End()
			return work(ctx)
		}
	}
	return nil
}

func reassigned(ctx context.Context) {
	ctx, span := tracer.Start(ctx, "x")
	_ = work(ctx)
	span.End()
	ctx, span = tracer.Start(ctx, "y")
	_ = work(ctx)
	span.End()
}

func labels(ctx context.Context, n int) {
outer:
	for i := range n {
		_, span := tracer.Start(ctx, "x")
		for j := range n {
			if j > i {
				span.End()
				continue outer
			}
			if j == 3 {
				span.End()
				break outer
			}
		}
		span.End()
	}
}

func jumps(ctx context.Context, n int) {
	_, span := tracer.Start(ctx, "x")
	if n > 1 {
		goto end
	}
	n++
end:
	span.End()
}

func falls(ctx context.Context, n int) {
	_, span := tracer.Start(ctx, "x")
	switch n {
	case 1:
		n++
		fallthrough
	case 2:
		span.End()
	default:
		span.End()
	}
}

func alias(ctx context.Context) {
	_, span := tracer.Start(ctx, "x")
	s := span
	defer s.End()
}

func address(ctx context.Context, f func(*trace.Span)) {
	_, span := tracer.Start(ctx, "x")
	f(&span)
}

func middleware(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		ctx, span := tracer.Start(r.Context(), "x")
		defer span.End()
		next.ServeHTTP(w, r.WithContext(ctx))
	})
}

func captured(ctx context.Context) {
	var span trace.Span
	func() { _, span = tracer.Start(ctx, "x") }()
	span.End()
}

func hold(ctx context.Context) {
	t := &task{}
	t.ctx, t.span = tracer.Start(ctx, "x")
	t.span.End()
}

func asserted(ctx context.Context) {
	_, span := tracer.Start(ctx, "x")
	if ro, ok := span.(interface{ Name() string }); ok {
		_ = ro.Name()
	}
	span.End()
}

func infinite(ctx context.Context) {
	_, span := tracer.Start(ctx, "x")
	for {
		span.AddEvent("x")
	}
}

func generic[T any](ctx context.Context, f func(context.Context) (T, error)) (T, error) {
	ctx, span := tracer.Start(ctx, "x")
	defer span.End()
	return f(ctx)
}

func recursive(ctx context.Context, n int) {
	_, span := tracer.Start(ctx, "x")
	var again func()
	again = func() {
		if n--; n > 0 {
			again()
		}
		span.End()
	}
	again()
}

// Nothing is exported that could be lost.
func nothingBehind(ctx context.Context) {
	_, span := noop.NewTracerProvider().Tracer("x").Start(ctx, "x")
	span.SetName("y")
}
