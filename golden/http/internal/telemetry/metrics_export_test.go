package telemetry

import (
	"context"
	"errors"
	"sync"
	"testing"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/metric"
	sdkmetric "go.opentelemetry.io/otel/sdk/metric"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"
)

// metricSink keeps the last export by name, and fails with err.
type metricSink struct {
	err  error
	mu   sync.Mutex
	last map[string]metricdata.Metrics
}

func (s *metricSink) Temporality(k sdkmetric.InstrumentKind) metricdata.Temporality {
	return sdkmetric.DefaultTemporalitySelector(k)
}

func (s *metricSink) Aggregation(k sdkmetric.InstrumentKind) sdkmetric.Aggregation {
	return sdkmetric.DefaultAggregationSelector(k)
}

func (s *metricSink) Export(_ context.Context, rm *metricdata.ResourceMetrics) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.last = byName(*rm)
	return s.err
}

func (s *metricSink) ForceFlush(context.Context) error { return nil }
func (s *metricSink) Shutdown(context.Context) error   { return nil }

func TestFailedMetricExportIsCounted(t *testing.T) {
	sink, d := &metricSink{err: errors.New("refused")}, quiet()
	mp, _ := newTestMeter(t, d, ExportMetrics(sink, d))
	if err := mp.ForceFlush(t.Context()); err == nil {
		t.Error("flush of a failing exporter returned no error")
	}
	if n := d.totals()[loss{"metrics", "export_failed"}]; n == 0 || n != int64(len(sink.last)) {
		t.Errorf("counted %d, want %d", n, len(sink.last))
	}
}

func TestMetricExporterNone(t *testing.T) {
	t.Setenv("OTEL_METRICS_EXPORTER", "none")
	sink := &metricSink{}
	d := quiet()
	mp, _ := newTestMeter(t, d, ExportMetrics(sink, d))
	if err := mp.ForceFlush(t.Context()); err != nil || sink.last != nil {
		t.Errorf("got %v, %v, want no export", err, sink.last)
	}
}

// TestMetricsAreUTF8: OTLP has no other text, and an export is refused whole.
func TestMetricsAreUTF8(t *testing.T) {
	sink, d := &metricSink{}, quiet()
	mp, _ := newTestMeter(t, d, ExportMetrics(sink, d))
	meter := mp.Meter("test")
	bad := metric.WithAttributes(attribute.String("path", "/a\xffb"), attribute.Bool("ok", true))
	want := attribute.NewSet(attribute.String("path", "/a\uFFFDb"), attribute.Bool("ok", true))
	counter, _ := meter.Int64Counter("counter")
	counter.Add(t.Context(), 1, bad)
	gauge, _ := meter.Float64Gauge("gauge")
	gauge.Record(t.Context(), 1, bad)
	histogram, _ := meter.Float64Histogram("histogram")
	histogram.Record(t.Context(), 1, bad)
	for range 2 { // sums last
		if err := mp.ForceFlush(t.Context()); err != nil {
			t.Fatal(err)
		}
		if got := sink.last["counter"].Data.(metricdata.Sum[int64]).DataPoints[0].Attributes; !got.Equals(&want) {
			t.Errorf("counter: got %v", got.ToSlice())
		}
		if got := sink.last["gauge"].Data.(metricdata.Gauge[float64]).DataPoints[0].Attributes; !got.Equals(&want) {
			t.Errorf("gauge: got %v", got.ToSlice())
		}
		if got := sink.last["histogram"].Data.(metricdata.Histogram[float64]).DataPoints[0].Attributes; !got.Equals(&want) {
			t.Errorf("histogram: got %v", got.ToSlice())
		}
	}
}
