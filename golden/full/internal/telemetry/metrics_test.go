package telemetry

import (
	"context"
	"testing"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/metric"
	sdkmetric "go.opentelemetry.io/otel/sdk/metric"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"
	"go.opentelemetry.io/otel/sdk/resource"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
)

// newTestMeter returns a provider and a look at its metrics by name.
func newTestMeter(t *testing.T, d *Drops, options ...sdkmetric.Option) (*sdkmetric.MeterProvider, func() map[string]metricdata.Metrics) {
	t.Helper()
	reader := sdkmetric.NewManualReader()
	mp, err := NewMeterProvider(resource.Empty(), d, append(options, sdkmetric.WithReader(reader))...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = mp.Shutdown(context.Background()) })
	return mp, func() map[string]metricdata.Metrics {
		t.Helper()
		var rm metricdata.ResourceMetrics
		if err := reader.Collect(t.Context(), &rm); err != nil {
			t.Fatal(err)
		}
		return byName(rm)
	}
}

func byName(rm metricdata.ResourceMetrics) map[string]metricdata.Metrics {
	named := map[string]metricdata.Metrics{}
	for _, scope := range rm.ScopeMetrics {
		for _, m := range scope.Metrics {
			named[m.Name] = m
		}
	}
	return named
}

func TestRuntimeMetricsAndDrops(t *testing.T) {
	d := quiet()
	_, collect := newTestMeter(t, d)
	d.add("traces", "queue_full", 3)
	metrics := collect()
	if _, ok := metrics["go.goroutine.count"]; !ok {
		t.Error("no metrics of the Go runtime")
	}
	dropped, ok := metrics["telemetry.dropped"].Data.(metricdata.Sum[int64])
	if !ok || !dropped.IsMonotonic || len(dropped.DataPoints) != 1 || dropped.DataPoints[0].Value != 3 {
		t.Fatalf("telemetry.dropped = %+v", dropped)
	}
	if reason, _ := dropped.DataPoints[0].Attributes.Value("reason"); reason.AsString() != "queue_full" {
		t.Errorf("reason = %q", reason.AsString())
	}
}

func TestExemplarsPointToSampledSpans(t *testing.T) {
	mp, collect := newTestMeter(t, quiet())
	ctx, span := sdktrace.NewTracerProvider().Tracer("test").Start(t.Context(), "work")
	histogram, err := mp.Meter("test").Float64Histogram("work")
	if err != nil {
		t.Fatal(err)
	}
	histogram.Record(ctx, 1)
	span.End()
	work, _ := collect()["work"].Data.(metricdata.Histogram[float64])
	if len(work.DataPoints) != 1 || len(work.DataPoints[0].Exemplars) != 1 {
		t.Fatalf("got %+v, want one exemplar", work)
	}
	if id := span.SpanContext().SpanID(); string(work.DataPoints[0].Exemplars[0].SpanID) != string(id[:]) {
		t.Error("the exemplar is of another span")
	}
}

func TestCardinalityIsLimited(t *testing.T) {
	mp, collect := newTestMeter(t, quiet())
	counter, err := mp.Meter("test").Int64Counter("orders")
	if err != nil {
		t.Fatal(err)
	}
	for i := range cardinalityLimit * 2 {
		counter.Add(t.Context(), 1, metric.WithAttributes(attribute.Int("id", i)))
	}
	orders, _ := collect()["orders"].Data.(metricdata.Sum[int64])
	if n := len(orders.DataPoints); n != cardinalityLimit {
		t.Errorf("got %d time series, want %d", n, cardinalityLimit)
	}
}
