// Package check is what the tests inside the cases stand on. It writes down the spans that a
// decorator made, a line each, so that a test says what it wants in the words of a reader:
//
//	spans := check.New(t)
//	s := TraceStore(fake{}, spans)
//	s.Get(t.Context(), "a")
//	spans.Want(`store.Store/Get user.id="a"`)
//
// It is copied into the module in which the cases are compiled, as package check of its root.
package check

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"
	"go.opentelemetry.io/otel/trace"
)

// Recorder is a provider whose spans are all recorded.
type Recorder struct {
	trace.TracerProvider
	t     testing.TB
	spans *tracetest.SpanRecorder
}

// New returns a provider with no spans.
func New(t testing.TB) *Recorder {
	spans := tracetest.NewSpanRecorder()
	return &Recorder{sdktrace.NewTracerProvider(sdktrace.WithSpanProcessor(spans)), t, spans}
}

// Want fails the test unless exactly these spans have ended since the last Want, in this order,
// and no other is open. A span is written as
//
//	name [kind=server] [parent=name] [error="description"] [key=value...] [event=name...]
//
// where the kind is left out when it is internal, attributes are sorted by their keys, and values
// have quotes when they are strings.
func (r *Recorder) Want(lines ...string) {
	r.t.Helper()
	r.want(0, lines)
}

// WantOpen is Want where n spans have to be open.
func (r *Recorder) WantOpen(n int, lines ...string) {
	r.t.Helper()
	r.want(n, lines)
}

// Open returns how many spans have been started and not ended.
func (r *Recorder) Open() int { return len(r.spans.Started()) - len(r.spans.Ended()) }

func (r *Recorder) want(open int, lines []string) {
	r.t.Helper()
	ended := r.spans.Ended()
	if n := r.Open(); n != open {
		r.t.Errorf("%d spans are open, want %d", n, open)
	}
	var have []string
	for _, s := range ended {
		have = append(have, r.line(s))
	}
	if !slices.Equal(have, lines) {
		r.t.Errorf("spans:\nwant %s\nhave %s", strings.Join(lines, "\n     "), strings.Join(have, "\n     "))
	}
	if open == 0 {
		r.spans.Reset()
	}
}

func (r *Recorder) line(s sdktrace.ReadOnlySpan) string {
	var b strings.Builder
	b.WriteString(s.Name())
	if k := s.SpanKind(); k != trace.SpanKindInternal {
		fmt.Fprintf(&b, " kind=%s", k)
	}
	if p := s.Parent(); p.IsValid() {
		fmt.Fprintf(&b, " parent=%s", r.name(p.SpanID()))
	}
	if st := s.Status(); st.Code == codes.Error {
		fmt.Fprintf(&b, " error=%q", st.Description)
	} else if st.Code == codes.Ok {
		b.WriteString(" ok")
	}
	attributes := slices.SortedFunc(slices.Values(s.Attributes()), func(a, b attribute.KeyValue) int {
		return strings.Compare(string(a.Key), string(b.Key))
	})
	for _, kv := range attributes {
		fmt.Fprintf(&b, " %s=%s", kv.Key, value(kv.Value))
	}
	for _, e := range s.Events() {
		fmt.Fprintf(&b, " event=%s", e.Name)
	}
	return b.String()
}

func (r *Recorder) name(id trace.SpanID) string {
	for _, s := range r.spans.Started() {
		if s.SpanContext().SpanID() == id {
			return s.Name()
		}
	}
	return "another"
}

func value(v attribute.Value) string {
	if v.Type() == attribute.STRING {
		return fmt.Sprintf("%q", v.AsString())
	}
	if v.Type() == attribute.FLOAT64 {
		return fmt.Sprintf("%gf", v.AsFloat64())
	}
	return fmt.Sprint(v.AsInterface())
}

// Name returns the name of the span that a context holds, "" when it holds none.
func Name(ctx context.Context) string {
	if s, ok := trace.SpanFromContext(ctx).(sdktrace.ReadOnlySpan); ok {
		return s.Name()
	}
	return ""
}

// Panic returns what f panics with, nil when it returns.
func Panic(f func()) (value any) {
	defer func() { value = recover() }()
	f()
	return nil
}
