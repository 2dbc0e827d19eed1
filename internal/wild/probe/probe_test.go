package probe_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
	"strings"
	"testing"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/trace"

	"github.com/mintwright/mintwright/internal/wild/probe"
)

type store interface {
	Get(ctx context.Context, key string) (*int, error)
	List(ctx context.Context) iter.Seq2[string, error]
	Watch(ctx context.Context) (stream, error)
	Close() error
}

type stream interface {
	Recv() (string, error)
}

// fake is like those that are emitted.
type fake struct{ t *probe.T }

func (f *fake) Get(ctx context.Context, key string) (r0 *int, r1 error) {
	f.t.Called("Get", []any{ctx, key}, &r0, &r1)
	return r0, r1
}

func (f *fake) List(ctx context.Context) (r0 iter.Seq2[string, error]) {
	f.t.Called("List", []any{ctx}, &r0)
	return r0
}

func (f *fake) Watch(ctx context.Context) (r0 stream, r1 error) {
	if f.t.OK() {
		r0 = &fakeStream{f.t}
	}
	f.t.Called("Watch", []any{ctx}, &r0, &r1)
	return r0, r1
}

func (f *fake) Close() (r0 error) {
	f.t.Called("Close", nil, &r0)
	return r0
}

type fakeStream struct{ t *probe.T }

func (s *fakeStream) Recv() (r string, err error) {
	s.t.Received(&err, &r)
	return r, err
}

// traced is a decorator with one mistake, or none.
type traced struct {
	next    store
	tracer  trace.Tracer
	mistake string
}

func (t *traced) is(mistake string) bool { return t.mistake == mistake }

func (t *traced) failed(span trace.Span, err error) {
	if err == nil || errors.Is(err, io.EOF) || errors.Is(err, context.Canceled) && !t.is("a canceled call has failed") {
		return
	}
	if !t.is("no status") {
		span.SetStatus(codes.Error, err.Error())
	}
	if !t.is("no error.type") {
		span.SetAttributes(attribute.String("error.type", fmt.Sprintf("%T", err)))
	}
	if t.is("an event") {
		span.RecordError(err)
	}
}

func (t *traced) Get(ctx context.Context, key string) (*int, error) {
	if t.is("panic is hidden") {
		defer func() { _ = recover() }()
	}
	//lint:ignore spanend.leak one of the mistakes that the probe has to see
	inner, span := t.tracer.Start(ctx, "store/Get")
	if t.is("no defer") {
		value, err := t.next.Get(inner, key)
		t.failed(span, err)
		span.End()
		return value, err
	}
	if !t.is("no end") {
		defer span.End()
	}
	if t.is("the caller's context") {
		inner = ctx
	}
	if t.is("a context of its own") {
		inner = trace.ContextWithSpan(context.Background(), span)
	}
	if t.is("another argument") {
		key = strings.ToUpper(key)
	}
	if t.is("called twice") {
		_, _ = t.next.Get(inner, key)
	}
	value, err := t.next.Get(inner, key)
	t.failed(span, err)
	if t.is("a wrapped error") && err != nil {
		err = fmt.Errorf("get: %w", err)
	}
	if t.is("a copy") && value != nil {
		value = new(*value)
	}
	return value, err
}

func (t *traced) List(ctx context.Context) iter.Seq2[string, error] {
	if t.is("a span before the iteration") {
		ctx, _ = t.tracer.Start(ctx, "store/List")
		return t.next.List(ctx)
	}
	return func(yield func(string, error) bool) {
		//lint:ignore spanend.leak one of the mistakes that the probe has to see
		ctx, span := t.tracer.Start(ctx, "store/List")
		if !t.is("no defer in an iteration") {
			defer span.End()
		}
		for key, err := range t.next.List(ctx) {
			t.failed(span, err)
			if !yield(key, err) && !t.is("no break") {
				return
			}
		}
		if t.is("no defer in an iteration") {
			span.End()
		}
	}
}

func (t *traced) Watch(ctx context.Context) (stream, error) {
	ctx, span := t.tracer.Start(ctx, "store/Watch")
	opened := false
	defer func() {
		if !opened {
			span.End()
		}
	}()
	s, err := t.next.Watch(ctx)
	t.failed(span, err)
	if err != nil || t.is("a stream as a call") {
		return s, err
	}
	opened = true
	end := func(err error) {
		t.failed(span, err)
		span.End()
	}
	stop := func() bool { return true }
	if !t.is("the end of the context is missed") {
		stop = context.AfterFunc(ctx, func() { end(ctx.Err()) })
	}
	return &tracedStream{s, stop, end}, nil
}

type tracedStream struct {
	stream
	stop func() bool
	end  func(error)
}

func (s *tracedStream) Recv() (string, error) {
	value, err := s.stream.Recv()
	if err != nil && s.stop() {
		s.end(err)
	}
	return value, err
}

func (t *traced) Close() error {
	if t.is("a span without a context") {
		_, span := t.tracer.Start(context.Background(), "store/Close")
		defer span.End()
	}
	return t.next.Close()
}

// watch is what is said of the decorator with a mistake.
func watch(t *testing.T, mistake string) probe.Result {
	t.Helper()
	var out bytes.Buffer
	probe.Run(&out, probe.Case{Name: "store", Check: func(p *probe.T) {
		s := &traced{&fake{p}, p.Provider().Tracer("test"), mistake}
		p.Method("Get", 0, true, func() []any {
			a0, a1 := probe.Arg[context.Context](p), probe.Arg[string](p)
			r0, r1 := s.Get(a0, a1)
			return []any{r0, r1}
		})
		p.Method("List", 0, true, func() []any { return []any{s.List(probe.Arg[context.Context](p))} })
		p.Method("Watch", 0, true, func() []any {
			r0, r1 := s.Watch(probe.Arg[context.Context](p))
			return []any{r0, r1}
		})
		p.Method("Close", -1, true, func() []any { return []any{s.Close()} })
	}})
	var r probe.Result
	if err := json.Unmarshal(out.Bytes(), &r); err != nil {
		t.Fatal(err)
	}
	return r
}

func TestRight(t *testing.T) {
	r := watch(t, "")
	if len(r.Faults) > 0 {
		t.Errorf("a decorator without a mistake has faults: %q", r.Faults)
	}
	if r.Methods != 3 || r.Streams == 0 || r.Ranges == 0 {
		t.Errorf("not all of it was watched: %+v", r)
	}
}

func TestMistakes(t *testing.T) {
	for _, mistake := range []string{
		"no end", "no defer", "no status", "no error.type", "an event", "a canceled call has failed", "panic is hidden",
		"the caller's context", "a context of its own", "another argument", "called twice", "a wrapped error", "a copy",
		"a span before the iteration", "no defer in an iteration", "no break",
		"a stream as a call", "the end of the context is missed", "a span without a context",
	} {
		t.Run(mistake, func(t *testing.T) {
			if r := watch(t, mistake); len(r.Faults) == 0 {
				t.Error("nobody sees it")
			}
		})
	}
}
