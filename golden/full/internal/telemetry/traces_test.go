package telemetry

import (
	"context"
	"errors"
	"maps"
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/sdk/resource"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"
	"go.opentelemetry.io/otel/trace"
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
	const bad, good = "a\xffb", "a\uFFFDb"
	d, exporter := quiet(), tracetest.NewInMemoryExporter()
	tp := NewTracerProvider(resource.Empty(), exporter, 1, d)
	tracer := tp.Tracer("test")
	link := trace.Link{
		SpanContext: trace.NewSpanContext(trace.SpanContextConfig{TraceID: trace.TraceID{1}, SpanID: trace.SpanID{1}}),
		Attributes:  []attribute.KeyValue{attribute.String("link", bad)},
	}
	_, span := tracer.Start(t.Context(), bad, trace.WithLinks(link))
	span.SetAttributes(attribute.String("url.path", bad), attribute.Int("n", 1), attribute.String("whole", "ü"))
	span.AddEvent(bad, trace.WithAttributes(attribute.String("event", bad)))
	span.SetStatus(codes.Error, bad)
	span.End()
	spans(t, tp, 1)
	if err := tp.ForceFlush(t.Context()); err != nil {
		t.Fatal(err)
	}
	got := exporter.GetSpans()
	if len(got) != 2 || got[1].Name != "work" {
		t.Fatalf("got %v, want two spans, the second untouched", got)
	}
	want := []attribute.KeyValue{attribute.String("url.path", good), attribute.Int("n", 1), attribute.String("whole", "ü")}
	if s := got[0]; s.Name != good || !slices.Equal(s.Attributes, want) || s.Status.Description != good {
		t.Errorf("got %q, %v, %q, want %q, %v, %q", s.Name, s.Attributes, s.Status.Description, good, want, good)
	}
	if e := got[0].Events[0]; e.Name != good || e.Attributes[0] != attribute.String("event", good) {
		t.Errorf("got event %q, %v", e.Name, e.Attributes)
	}
	if l := got[0].Links[0]; l.Attributes[0] != attribute.String("link", good) {
		t.Errorf("got link %v", l.Attributes)
	}
}

// TestEndingASpanCostsWhatTheSDKCosts: what this package adds to it allocates nothing.
func TestEndingASpanCostsWhatTheSDKCosts(t *testing.T) {
	cost := func(tp *sdktrace.TracerProvider) float64 {
		defer tp.Shutdown(context.WithoutCancel(t.Context())) //nolint:errcheck // nothing is sent
		tracer := tp.Tracer("test")
		return testing.AllocsPerRun(500, func() {
			_, span := tracer.Start(t.Context(), "work")
			span.SetAttributes(attribute.String("url.path", "/v1/greetings/Ada"))
			span.End()
		})
	}
	sink := &spanSink{gate: make(chan struct{})}
	close(sink.gate)
	want := cost(sdktrace.NewTracerProvider(sdktrace.WithBatcher(sink)))
	if got := cost(NewTracerProvider(resource.Default(), sink, 1, quiet())); got > want {
		t.Errorf("got %v allocations a span, want the SDK's %v", got, want)
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
