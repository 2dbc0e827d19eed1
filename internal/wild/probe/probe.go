// Package probe calls a decorator and watches what comes of it.
//
// It is copied into the module of the decorators, where emitted code gives it a fake of each
// interface. A method is called in every way that a call can end in: it returns, it fails, its
// context was canceled, it panics; an iterator is ranged over to its end, left after one round,
// and left by a panic; a stream comes to its end, breaks off, or is left alone until its context
// ends. The fake has to be called once, with the same arguments and a context that holds the
// call's span; the caller has to get the very results of the fake, or the same panic; and a call
// with a context has to leave exactly one span, ended, with the status that the outcome asks for,
// one duration, and a record when it failed. Calls without a context leave none. Where spans are
// not recorded everything else has to be the same.
package probe

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"reflect"
	"slices"
	"strings"
	"sync"
	"time"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/metric"
	sdkmetric "go.opentelemetry.io/otel/sdk/metric"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/trace"
	"go.opentelemetry.io/otel/trace/noop"
)

// Case is a decorator to watch.
type Case struct {
	Name  string
	Check func(*T)
}

// Result is what is said of a case.
type Result struct {
	Name            string
	Methods         int // with a context
	Calls           int // of all methods, in all ways
	Spans           int // that were recorded and ended
	Streams, Ranges int // results whose span lasts longer than the call
	Faults          []string
}

// Run watches all cases and writes a Result a line.
func Run(w io.Writer, cases ...Case) {
	for _, c := range cases {
		r := Result{Name: c.Name}
		for _, sampling := range []string{"recorded", "unsampled", "noop"} {
			t := newT(sampling)
			t.guard(c.Check)
			if sampling == "recorded" {
				r.Methods, r.Spans, r.Streams, r.Ranges = t.methods, t.state().ended, t.streams, t.ranges
			}
			r.Calls += t.calls
			for _, f := range t.faults {
				r.Faults = append(r.Faults, sampling+": "+f)
			}
		}
		line, err := json.Marshal(r)
		if err != nil {
			panic(err)
		}
		fmt.Fprintln(w, string(line))
	}
}

// Failure is the error that fakes return.
type Failure struct{ text string }

func (f *Failure) Error() string { return f.text }

// The ways in which a call ends.
const (
	returns  = "returns"
	fails    = "fails"
	canceled = "is canceled"
	panics   = "panics"
	breaks   = "breaks off"    // what it returns is a stream that fails
	leaves   = "is left alone" // a stream, and the context ends
)

// parcels is how much a stream has.
const parcels = 2

type contextKey int

// T watches one decorator.
type T struct {
	sampling string
	spans    *spans
	provider trace.TracerProvider
	reader   *sdkmetric.ManualReader
	meters   metric.MeterProvider
	logs     *counter
	measured bool // durations and failures are recorded too
	records  int  // of durations

	way     string
	ctx     context.Context
	cancel  context.CancelFunc
	index   int // of the context among the arguments, -1 for none
	failure error
	called  []string
	args    []any
	results []any
	yielded [][]any
	parcels int // that streams still hand out
	seed    int

	methods, calls, streams, ranges int
	method                          string
	faults                          []string
}

func newT(sampling string) *T {
	t := &T{sampling: sampling, spans: &spans{}, logs: &counter{}}
	t.reader = sdkmetric.NewManualReader(sdkmetric.WithTemporalitySelector(func(sdkmetric.InstrumentKind) metricdata.Temporality {
		return metricdata.DeltaTemporality
	}))
	t.meters = sdkmetric.NewMeterProvider(sdkmetric.WithReader(t.reader))
	sampler := sdktrace.AlwaysSample()
	if sampling == "unsampled" {
		sampler = sdktrace.NeverSample()
	}
	t.provider = sdktrace.NewTracerProvider(sdktrace.WithSampler(sampler), sdktrace.WithSpanProcessor(t.spans))
	if sampling == "noop" {
		t.provider = noop.NewTracerProvider()
	}
	return t
}

// Provider is what the decorator gets its tracer from.
func (t *T) Provider() trace.TracerProvider { return t.provider }

// Meters is what the decorator gets its instruments from.
func (t *T) Meters() metric.MeterProvider {
	t.measured = true
	return t.meters
}

// Logger is what the decorator tells failures.
func (t *T) Logger() *slog.Logger { return slog.New(t.logs) }

// Must panics when err is not nil.
func (t *T) Must(err error) {
	if err != nil {
		panic(err)
	}
}

// spans counts spans.
type spans struct {
	mu             sync.Mutex
	started, ended int
	open           trace.SpanID          // that was started last
	last           sdktrace.ReadOnlySpan // that was ended last
}

func (s *spans) OnStart(_ context.Context, span sdktrace.ReadWriteSpan) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.started++
	s.open = span.SpanContext().SpanID()
}

func (s *spans) OnEnd(span sdktrace.ReadOnlySpan) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.ended++
	s.last = span
}

func (s *spans) counts() (started, ended int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.started, s.ended
}

func (s *spans) Shutdown(context.Context) error   { return nil }
func (s *spans) ForceFlush(context.Context) error { return nil }

// counter counts records.
type counter struct{ records int }

func (c *counter) Enabled(context.Context, slog.Level) bool { return true }
func (c *counter) Handle(context.Context, slog.Record) error {
	c.records++
	return nil
}
func (c *counter) WithAttrs([]slog.Attr) slog.Handler { return c }
func (c *counter) WithGroup(string) slog.Handler      { return c }

func (t *T) fault(format string, args ...any) {
	text := fmt.Sprintf(format, args...)
	if t.method != "" {
		text = t.method + " " + t.way + ": " + text
	}
	t.faults = append(t.faults, text)
}

// guard turns a panic of a check into a fault.
func (t *T) guard(check func(*T)) {
	defer func() {
		if p := recover(); p != nil {
			t.fault("panic: %v", p)
		}
	}()
	check(t)
}

// RefusesNil checks that a constructor panics when there is nothing to call.
func (t *T) RefusesNil(construct func()) {
	defer func() {
		if recover() == nil {
			t.fault("nil is taken for something to call")
		}
	}()
	construct()
}

// HidesNext notes that a decorator does not give back what it calls.
func (t *T) HidesNext() { t.fault("it does not unwrap to what it calls") }

// Method checks one method by call, in every way. index is that of the context among its
// parameters, -1 when it has none; fallible says that it returns an error.
func (t *T) Method(name string, index int, fallible bool, call func() []any) {
	t.method = name
	if index >= 0 {
		t.methods++
	}
	ways := []string{returns, panics}
	if fallible {
		ways = append(ways, fails, canceled)
	}
	streams := t.streams
	for _, way := range ways {
		t.once(way, index, call)
	}
	if t.streams > streams {
		t.once(breaks, index, call)
		t.once(leaves, index, call)
	}
	t.method = ""
}

// state is what has been recorded so far.
type state struct{ started, ended, logged, measured int }

func (t *T) state() state {
	started, ended := t.spans.counts()
	return state{started, ended, t.logs.records, t.durations()}
}

// durations counts what the histograms have.
func (t *T) durations() int {
	if !t.measured {
		return 0
	}
	var all metricdata.ResourceMetrics
	t.Must(t.reader.Collect(context.Background(), &all))
	for _, scope := range all.ScopeMetrics {
		for _, m := range scope.Metrics {
			if h, ok := m.Data.(metricdata.Histogram[float64]); ok {
				for _, point := range h.DataPoints {
					t.records += int(point.Count)
				}
			}
		}
	}
	return t.records
}

// once makes one call and judges it.
func (t *T) once(way string, index int, call func() []any) {
	t.way, t.index, t.calls = way, index, t.calls+1
	t.called, t.args, t.results, t.yielded, t.parcels = nil, nil, nil, nil, parcels
	t.ctx, t.cancel = context.WithCancel(context.Background())
	defer t.cancel()
	switch way {
	case fails, breaks:
		t.failure = &Failure{fmt.Sprintf("failure %d", t.calls)}
	case canceled:
		t.failure = fmt.Errorf("call %d: %w", t.calls, context.Canceled)
	default:
		t.failure = nil
	}

	before := t.state()
	got, panicked := t.caught(call)
	if len(t.called) == 0 && panicked == nil && len(got) == 1 && isIterator(got[0]) {
		t.lazy(before, got[0])
		return
	}
	if !t.isCalled() {
		return
	}
	if way == panics {
		t.wants(panicked, t)
		t.judge(before, 1)
		return
	}
	if panicked != nil {
		t.fault("panic: %v", panicked)
		return
	}
	t.compare(before, got)
}

// isCalled checks that the fake was called once.
func (t *T) isCalled() bool {
	if len(t.called) == 1 && t.called[0] == t.method {
		return true
	}
	t.fault("called of the other: %v", t.called)
	return false
}

func (t *T) wants(panicked, want any) {
	if panicked != want {
		t.fault("panic %v", panicked)
	}
}

func (t *T) caught(call func() []any) (results []any, panicked any) {
	defer func() { panicked = recover() }()
	return call(), nil
}

// compare holds the results against those of the fake, and consumes what outlives the call.
func (t *T) compare(before state, got []any) {
	if len(got) != len(t.results) {
		t.fault("%d results", len(got))
		return
	}
	var stream any
	var ranges []int
	for i, want := range t.results {
		switch {
		case isIterator(want) && got[i] != nil:
			ranges = append(ranges, i)
		case same(reflect.ValueOf(want), reflect.ValueOf(got[i])):
			if t.index >= 0 && hasRecv(want) {
				t.fault("the span does not last as long as the stream")
			}
		case hasRecv(got[i]):
			stream = got[i]
		default:
			t.fault("result %d is %v, want %v", i, got[i], want)
		}
	}
	switch {
	case len(ranges) > 0:
		t.iterate(before, got[ranges[0]])
	case stream != nil:
		t.drain(before, reflect.ValueOf(stream))
	default:
		t.judge(before, 1)
	}
}

// judge checks what a call, now over, has left since before.
func (t *T) judge(before state, want int) {
	if t.index < 0 {
		want = 0
	}
	now := t.state()
	if t.measured && t.way != panics && now.measured-before.measured != want {
		t.fault("durations: %d, want %d", now.measured-before.measured, want)
	}
	logs := 0
	if (t.way == fails || t.way == breaks) && t.measured {
		logs = want
	}
	if now.logged-before.logged != logs && t.way != panics {
		t.fault("records of failures: %d, want %d", now.logged-before.logged, logs)
	}
	if t.sampling != "recorded" {
		return
	}
	if now.started-before.started != want || now.ended-before.ended != want {
		t.fault("spans: %d started, %d ended, want %d", now.started-before.started, now.ended-before.ended, want)
		return
	}
	if want == 1 {
		t.status(t.spans.last)
	}
}

// status checks what a span says of the outcome.
func (t *T) status(span sdktrace.ReadOnlySpan) {
	if !strings.HasSuffix(span.Name(), "/"+t.method) {
		t.fault("span %q", span.Name())
	}
	kind, hasKind := attribute.Value{}, false
	for _, a := range span.Attributes() {
		if a.Key == "error.type" {
			kind, hasKind = a.Value, true
		}
	}
	switch t.way {
	case fails, breaks:
		if span.Status().Code != codes.Error || span.Status().Description != t.failure.Error() {
			t.fault("status %v", span.Status())
		}
		if kind.AsString() != "*probe.Failure" {
			t.fault("error.type %q", kind.AsString())
		}
	case returns, canceled, leaves:
		if span.Status().Code != codes.Unset {
			t.fault("status %v", span.Status())
		}
		if hasKind {
			t.fault("error.type %q", kind.AsString())
		}
	}
	if len(span.Events()) > 0 && t.way != panics {
		t.fault("events")
	}
}

// lazy ranges over an iterator that calls the fake only then.
func (t *T) lazy(before state, iterator any) {
	t.ranges++
	if t.state() != before {
		t.fault("something is recorded of an iterator that nobody has used")
	}
	if t.way == panics {
		_, panicked := t.caught(func() []any { t.loop(iterator, 0); return nil })
		t.wants(panicked, t)
		t.judge(before, 1)
		return
	}
	for _, stop := range t.stops() {
		t.called = nil
		t.pass(iterator, stop, 1)
		t.isCalled()
	}
}

// iterate ranges over an iterator that a call has returned.
func (t *T) iterate(before state, iterator any) {
	t.ranges++
	t.judge(before, 1)
	for _, stop := range t.stops() {
		t.pass(iterator, stop, 1)
	}
}

// What ends a loop besides the end of its iterator.
const (
	toTheEnd  = -1
	withPanic = -2 // of its body
)

// stops are after how many rounds loops end.
func (t *T) stops() []int {
	if t.OK() {
		return []int{toTheEnd, 1, withPanic}
	}
	return []int{toTheEnd}
}

// pass ranges once and judges it.
func (t *T) pass(iterator any, stop, spans int) {
	base, way := t.state(), t.way
	var got [][]any
	_, panicked := t.caught(func() []any { got = t.loop(iterator, stop); return nil })
	if stop == withPanic {
		t.wants(panicked, errBody)
		t.way = panics
	} else {
		t.wants(panicked, nil)
		t.elements(got)
		if !slices.Contains(slices.Collect(reflect.TypeOf(iterator).In(0).Ins()), reflect.TypeFor[error]()) {
			t.way = returns
		}
	}
	t.judge(base, spans)
	t.way = way
}

// elements compares what an iterator gives with what that of the fake gave.
func (t *T) elements(got [][]any) {
	if len(got) != len(t.yielded) {
		t.fault("%d iterations, want %d", len(got), len(t.yielded))
		return
	}
	for i := range got {
		for j := range got[i] {
			if !same(reflect.ValueOf(got[i][j]), reflect.ValueOf(t.yielded[i][j])) {
				t.fault("iteration %d gives %v, want %v", i, got[i][j], t.yielded[i][j])
			}
		}
	}
}

// errBody is what the body of a loop panics with.
var errBody = errors.New("the body of the loop")

// loop ranges over an iterator and returns what it gives.
func (t *T) loop(iterator any, stop int) (got [][]any) {
	t.yielded = nil
	f := reflect.ValueOf(iterator)
	yield := reflect.MakeFunc(f.Type().In(0), func(args []reflect.Value) []reflect.Value {
		if stop == withPanic {
			panic(errBody)
		}
		if len(got) == stop {
			t.fault("the iteration goes on after its loop")
		}
		got = append(got, anys(args))
		return []reflect.Value{reflect.ValueOf(len(got) != stop)}
	})
	f.Call([]reflect.Value{yield})
	return got
}

// drain receives what a stream has, and looks for the end of its span.
func (t *T) drain(before state, stream reflect.Value) {
	t.streams++
	if now := t.state(); t.sampling == "recorded" && (now.started-before.started != 1 || now.ended != before.ended) {
		t.fault("spans of a stream at its begin: %d started, %d ended", now.started-before.started, now.ended-before.ended)
	}
	if t.way == leaves {
		t.cancel()
	} else {
		t.receive(stream)
	}
	for deadline := time.Now().Add(2 * time.Second); !t.isOver(before) && time.Now().Before(deadline); {
		time.Sleep(time.Millisecond)
	}
	t.judge(before, 1)
}

// isOver reports whether what a call leaves is there, as far as anything is recorded.
func (t *T) isOver(before state) bool {
	now := t.state()
	switch {
	case t.index < 0:
		return true
	case t.sampling == "recorded":
		return now.ended > before.ended
	}
	return !t.measured || now.measured > before.measured
}

// receive receives all that a stream has, and looks at its last error.
func (t *T) receive(stream reflect.Value) {
	want := error(io.EOF)
	if t.way == breaks {
		want = t.failure
	}
	recv, n := stream.MethodByName("Recv"), parcels
	if !recv.IsValid() {
		if recv, n = stream.MethodByName("CloseAndRecv"), 0; t.way == returns {
			want = nil
		}
	}
	for range n {
		if out := recv.Call(nil); !out[1].IsNil() {
			t.fault("%v comes early", out[1])
		}
	}
	if err, _ := recv.Call(nil)[1].Interface().(error); err != want {
		t.fault("the end of the stream is %v", err)
	}
}

func hasRecv(v any) bool {
	return v != nil && (reflect.ValueOf(v).MethodByName("Recv").IsValid() || reflect.ValueOf(v).MethodByName("CloseAndRecv").IsValid())
}

// OK reports whether the call that a fake is in shall succeed.
func (t *T) OK() bool { return t.way == returns || t.way == breaks || t.way == leaves }

// Called is the body of the methods of fakes: it looks at the arguments and fills the results,
// which are given by pointers. What is not nil already stays.
func (t *T) Called(name string, args []any, results ...any) {
	t.called = append(t.called, name)
	if len(args) != len(t.args) {
		t.fault("%d arguments, want %d", len(args), len(t.args))
		return
	}
	for i := range args {
		switch {
		case i == t.index:
			t.inside(args[i].(context.Context), i)
		case !same(reflect.ValueOf(args[i]), reflect.ValueOf(t.args[i])):
			t.fault("argument %d is %v, want %v", i, args[i], t.args[i])
		}
	}
	if t.way == panics {
		panic(t)
	}
	for _, r := range results {
		v := reflect.ValueOf(r).Elem()
		if v.Type() == reflect.TypeFor[error]() {
			if t.failure != nil && t.way != breaks {
				v.Set(reflect.ValueOf(t.failure))
			}
		} else if v.IsZero() {
			t.fill(v, 0)
		}
		t.results = append(t.results, v.Interface())
	}
}

// inside checks the context that a fake is called with.
func (t *T) inside(ctx context.Context, i int) {
	if ctx == nil || ctx.Value(contextKey(i)) != any(t) {
		t.fault("the context is not the caller's")
		return
	}
	if t.sampling != "recorded" {
		return
	}
	if trace.SpanContextFromContext(ctx).SpanID() != t.spans.open {
		t.fault("the context does not hold the span")
	}
}

// Received is the body of the Recv of fakes.
func (t *T) Received(err *error, results ...any) {
	if t.parcels--; t.parcels < 0 {
		*err = io.EOF
		if t.way == breaks {
			*err = t.failure
		}
		return
	}
	for _, r := range results {
		t.fill(reflect.ValueOf(r).Elem(), 0)
	}
}

// Closed is the body of the CloseAndRecv of fakes.
func (t *T) Closed(err *error, result any) {
	if t.way == breaks {
		*err = t.failure
		return
	}
	t.fill(reflect.ValueOf(result).Elem(), 0)
}

// Arg makes the next argument of a call.
func Arg[A any](t *T) A {
	var a A
	if p, ok := any(&a).(*context.Context); ok {
		*p = context.WithValue(t.ctx, contextKey(len(t.args)), t)
	} else {
		t.fill(reflect.ValueOf(&a).Elem(), 0)
	}
	t.args = append(t.args, a)
	return a
}

// fill gives a variable a value that no other has, as far as its type allows.
func (t *T) fill(v reflect.Value, depth int) {
	t.seed++
	switch v.Kind() {
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		v.SetInt(int64(t.seed % 100))
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64, reflect.Uintptr:
		v.SetUint(uint64(t.seed % 100))
	case reflect.Float32, reflect.Float64:
		v.SetFloat(float64(t.seed))
	case reflect.Complex64, reflect.Complex128:
		v.SetComplex(complex(float64(t.seed), 1))
	case reflect.String:
		v.SetString(fmt.Sprintf("value %d", t.seed))
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 1, 1))
		if depth < 2 {
			t.fill(v.Index(0), depth+1)
		}
	case reflect.Map:
		v.Set(reflect.MakeMap(v.Type()))
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
	case reflect.Chan:
		v.Set(reflect.MakeChan(reflect.ChanOf(reflect.BothDir, v.Type().Elem()), 1).Convert(v.Type()))
	case reflect.Func:
		v.Set(t.function(v.Type()))
	case reflect.Array:
		if v.Len() > 0 && depth < 2 {
			t.fill(v.Index(0), depth+1)
		}
	case reflect.Struct:
		for _, f := range v.Fields() {
			if f.CanSet() && depth < 2 {
				t.fill(f, depth+1)
			}
		}
	case reflect.Interface:
		if v.NumMethod() == 0 {
			v.Set(reflect.ValueOf(fmt.Sprintf("value %d", t.seed)))
		} else if v.Type() == reflect.TypeFor[context.Context]() {
			v.Set(reflect.ValueOf(context.WithValue(t.ctx, contextKey(-t.seed), t)))
		}
	}
}

// function makes a function: an iterator yields three times, another returns zeros.
func (t *T) function(f reflect.Type) reflect.Value {
	return reflect.MakeFunc(f, func(args []reflect.Value) []reflect.Value {
		if !isIteratorType(f) {
			return zeros(f)
		}
		yield := args[0].Type()
		for round := range 3 {
			var values []reflect.Value
			for in := range yield.Ins() {
				v := reflect.New(in).Elem()
				if in != reflect.TypeFor[error]() {
					t.fill(v, 0)
				} else if round == 2 && t.failure != nil {
					v.Set(reflect.ValueOf(t.failure))
				}
				values = append(values, v)
			}
			t.yielded = append(t.yielded, anys(values))
			if !args[0].Call(values)[0].Bool() {
				break
			}
		}
		return nil
	})
}

func zeros(f reflect.Type) []reflect.Value {
	var list []reflect.Value
	for out := range f.Outs() {
		list = append(list, reflect.Zero(out))
	}
	return list
}

func anys(values []reflect.Value) []any {
	var list []any
	for _, v := range values {
		list = append(list, v.Interface())
	}
	return list
}

func isIterator(v any) bool { return v != nil && isIteratorType(reflect.TypeOf(v)) }

func isIteratorType(f reflect.Type) bool {
	if f.Kind() != reflect.Func || f.NumIn() != 1 || f.NumOut() != 0 || f.In(0).Kind() != reflect.Func {
		return false
	}
	yield := f.In(0)
	return yield.NumOut() == 1 && yield.Out(0).Kind() == reflect.Bool && yield.NumIn() <= 2
}

// same reports whether two values are one: pointers, maps, channels, slices and functions have to
// be identical, not only equal.
func same(a, b reflect.Value) bool {
	if !a.IsValid() || !b.IsValid() {
		return a.IsValid() == b.IsValid()
	}
	if a.Type() != b.Type() {
		return false
	}
	switch a.Kind() {
	case reflect.Pointer, reflect.Map, reflect.Chan, reflect.Func, reflect.UnsafePointer:
		return a.Pointer() == b.Pointer()
	case reflect.Slice:
		return a.Len() == b.Len() && a.Pointer() == b.Pointer()
	case reflect.Interface:
		return same(a.Elem(), b.Elem())
	case reflect.Struct:
		for i := range a.NumField() {
			if !same(a.Field(i), b.Field(i)) {
				return false
			}
		}
		return true
	case reflect.Array:
		for i := range a.Len() {
			if !same(a.Index(i), b.Index(i)) {
				return false
			}
		}
		return true
	}
	return a.Equal(b)
}
