package telemetry

import (
	"context"
	"errors"
	"maps"
	"net/http"
	"net/http/httptest"
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/metric/noop"
	"go.opentelemetry.io/otel/sdk/resource"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"
)

// spanSink fails with err, once it is let through gate.
type spanSink struct {
	gate chan struct{}
	err  error
	n    atomic.Int64
}

func (s *spanSink) ExportSpans(_ context.Context, spans []sdktrace.ReadOnlySpan) error {
	<-s.gate
	s.n.Add(int64(len(spans)))
	return s.err
}

func (s *spanSink) Shutdown(context.Context) error { return nil }

func spans(t *testing.T, tp *sdktrace.TracerProvider, n int) {
	t.Helper()
	for range n {
		_, span := tp.Tracer("test").Start(t.Context(), "work")
		span.End()
	}
}

func TestFullSpanQueueIsCounted(t *testing.T) {
	t.Setenv("OTEL_BSP_MAX_QUEUE_SIZE", "100")
	d, sink := quiet(), &spanSink{gate: make(chan struct{})}
	tp := NewTracerProvider(resource.Empty(), sink, 1, d)
	spans(t, tp, 1000)
	if got, want := d.totals(), (map[loss]int64{{"traces", "queue_full"}: 900}); !maps.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
	close(sink.gate)
	if err := Shutdown(5*time.Second, tp); err != nil {
		t.Error(err)
	}
	if n := sink.n.Load(); n != 100 {
		t.Errorf("exported %d, want the 100 that were admitted", n)
	}
}

func TestFailedSpanExportIsCounted(t *testing.T) {
	d, sink := quiet(), &spanSink{gate: make(chan struct{}), err: errors.New("refused")}
	close(sink.gate)
	tp := NewTracerProvider(resource.Empty(), sink, 1, d)
	spans(t, tp, 7)
	if err := tp.ForceFlush(t.Context()); err == nil {
		t.Error("flush of a failing exporter returned no error")
	}
	if got, want := d.totals(), (map[loss]int64{{"traces", "export_failed"}: 7}); !maps.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

// TestSpansAreUTF8: OTLP has no other text, and a batch is refused whole.
func TestSpansAreUTF8(t *testing.T) {
	d, exporter := quiet(), tracetest.NewInMemoryExporter()
	tp := NewTracerProvider(resource.Empty(), exporter, 1, d)
	_, span := tp.Tracer("test").Start(t.Context(), "work")
	span.SetAttributes(attribute.String("url.path", "/a\xffb"), attribute.Int("n", 1), attribute.String("whole", "ü"))
	span.End()
	if err := tp.ForceFlush(t.Context()); err != nil {
		t.Fatal(err)
	}
	got := exporter.GetSpans()[0].Attributes
	want := []attribute.KeyValue{attribute.String("url.path", "/a\uFFFDb"), attribute.Int("n", 1), attribute.String("whole", "ü")}
	if !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

func TestSpansLeftAtShutdownAreCounted(t *testing.T) {
	d, sink := quiet(), &spanSink{gate: make(chan struct{})}
	defer close(sink.gate)
	tp := NewTracerProvider(resource.Empty(), sink, 1, d)
	spans(t, tp, 7)
	if err := Shutdown(50*time.Millisecond, tp); err == nil {
		t.Error("got no error")
	}
	if got, want := d.totals(), (map[loss]int64{{"traces", "shutdown"}: 7}); !maps.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

func TestUnsampledSpansAreNotDropped(t *testing.T) {
	d, sink := quiet(), &spanSink{}
	tp := NewTracerProvider(resource.Empty(), sink, 0, d)
	spans(t, tp, 5000)
	if err := Shutdown(5*time.Second, tp); err != nil || len(d.totals()) > 0 {
		t.Errorf("got %v, %v", err, d.totals())
	}
}

func TestSamplerAndExporterOfTheEnvironment(t *testing.T) {
	t.Setenv("OTEL_TRACES_SAMPLER", "always_on")
	exp := tracetest.NewInMemoryExporter()
	tp := NewTracerProvider(resource.Empty(), exp, 0, quiet())
	spans(t, tp, 3)
	_ = tp.ForceFlush(t.Context())
	if n := len(exp.GetSpans()); n != 3 {
		t.Errorf("exported %d spans with always_on, want 3", n)
	}
	t.Setenv("OTEL_TRACES_EXPORTER", "none")
	exp = tracetest.NewInMemoryExporter()
	tp = NewTracerProvider(resource.Empty(), exp, 1, quiet())
	_, span := tp.Tracer("test").Start(t.Context(), "work")
	if !span.SpanContext().IsSampled() {
		t.Error("the span does not exist")
	}
	span.End()
	if err := Shutdown(time.Second, tp); err != nil || len(exp.GetSpans()) > 0 {
		t.Errorf("exported %d spans with none, %v", len(exp.GetSpans()), err)
	}
}

func TestStrangersCannotForceSampling(t *testing.T) {
	const sampled, unsampled = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00"
	for _, c := range []struct {
		name, traceparent string
		trusted           bool
		ratio             float64
		want              int
	}{
		{"friend asks", sampled, true, 0, 1},
		{"friend asks not to", unsampled, true, 1, 0},
		{"stranger asks", sampled, false, 0, 0},
		{"stranger asks not to", unsampled, false, 1, 1},
	} {
		t.Run(c.name, func(t *testing.T) {
			exp := tracetest.NewInMemoryExporter()
			tp := NewTracerProvider(resource.Empty(), exp, c.ratio, quiet())
			h := Middleware(http.NewServeMux(), tp, noop.NewMeterProvider(), func(*http.Request) bool { return c.trusted })
			r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/", nil)
			r.Header.Set("Traceparent", c.traceparent)
			h.ServeHTTP(httptest.NewRecorder(), r)
			_ = tp.ForceFlush(t.Context())
			if n := len(exp.GetSpans()); n != c.want {
				t.Errorf("exported %d spans, want %d", n, c.want)
			}
		})
	}
}
