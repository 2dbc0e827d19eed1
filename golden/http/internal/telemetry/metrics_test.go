package telemetry

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/metric"
	sdkmetric "go.opentelemetry.io/otel/sdk/metric"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"
	"go.opentelemetry.io/otel/sdk/resource"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/trace/noop"
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
	s.last = make(map[string]metricdata.Metrics)
	for _, scope := range rm.ScopeMetrics {
		for _, m := range scope.Metrics {
			s.last[m.Name] = m
		}
	}
	return s.err
}

func (s *metricSink) ForceFlush(context.Context) error { return nil }
func (s *metricSink) Shutdown(context.Context) error   { return nil }

func newTestMeter(t *testing.T, sink *metricSink, d *Drops) *sdkmetric.MeterProvider {
	t.Helper()
	mp, err := NewMeterProvider(resource.Empty(), sink, d)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = Shutdown(time.Second, mp) })
	return mp
}

func TestClientsDoNotChooseMetricAttributes(t *testing.T) {
	sink := &metricSink{}
	mp := newTestMeter(t, sink, quiet())
	mux := http.NewServeMux()
	mux.HandleFunc("GET /v1/greetings/{name}", func(http.ResponseWriter, *http.Request) {})
	h := Middleware(mux, noop.NewTracerProvider(), mp, func(*http.Request) bool { return false })
	for _, host := range []string{"a.example:1", "b.example:2", "c.example:3"} {
		r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/v1/greetings/ada", nil)
		r.Host = host
		r.Header.Set("User-Agent", host)
		h.ServeHTTP(httptest.NewRecorder(), r)
	}
	s := httptest.NewServer(http.NotFoundHandler())
	defer s.Close()
	client := http.Client{Transport: Transport(s.Client().Transport, noop.NewTracerProvider(), mp)}
	r, _ := http.NewRequestWithContext(t.Context(), http.MethodGet, s.URL, nil)
	response, err := client.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	response.Body.Close()
	if err := mp.ForceFlush(t.Context()); err != nil {
		t.Fatal(err)
	}
	for name, m := range sink.last {
		if !strings.HasPrefix(name, "http.server.") {
			continue
		}
		switch data := m.Data.(type) {
		case metricdata.Histogram[float64]:
			server(t, name, data.DataPoints)
		case metricdata.Histogram[int64]:
			server(t, name, data.DataPoints)
		default:
			t.Errorf("%s is a %T", name, data)
		}
	}
	duration, ok := sink.last["http.client.request.duration"].Data.(metricdata.Histogram[float64])
	if !ok || len(duration.DataPoints) != 1 || !duration.DataPoints[0].Attributes.HasValue("server.address") {
		t.Errorf("a client's server.address is our own choice and must stay: %v", duration)
	}
	if _, ok := sink.last["http.server.request.duration"]; !ok {
		t.Error("no http.server.request.duration")
	}
}

func server[N int64 | float64](t *testing.T, name string, points []metricdata.HistogramDataPoint[N]) {
	t.Helper()
	if len(points) != 1 {
		t.Errorf("%s has %d time series, want 1", name, len(points))
		return
	}
	set := points[0].Attributes
	for _, key := range []attribute.Key{"server.address", "server.port", "user_agent.original", "url.path"} {
		if set.HasValue(key) {
			t.Errorf("%s has %s", name, key)
		}
	}
	if route, _ := set.Value("http.route"); route.AsString() != "/v1/greetings/{name}" {
		t.Errorf("%s: http.route = %q", name, route.AsString())
	}
}

func TestRuntimeMetricsAndDrops(t *testing.T) {
	sink, d := &metricSink{}, quiet()
	mp := newTestMeter(t, sink, d)
	d.add("traces", "queue_full", 3)
	if err := mp.ForceFlush(t.Context()); err != nil {
		t.Fatal(err)
	}
	if _, ok := sink.last["go.goroutine.count"]; !ok {
		t.Error("no metrics of the Go runtime")
	}
	dropped, ok := sink.last["telemetry.dropped"].Data.(metricdata.Sum[int64])
	if !ok || !dropped.IsMonotonic || len(dropped.DataPoints) != 1 || dropped.DataPoints[0].Value != 3 {
		t.Fatalf("telemetry.dropped = %+v", dropped)
	}
	if reason, _ := dropped.DataPoints[0].Attributes.Value("reason"); reason.AsString() != "queue_full" {
		t.Errorf("reason = %q", reason.AsString())
	}
}

func TestFailedMetricExportIsCounted(t *testing.T) {
	sink, d := &metricSink{err: errors.New("refused")}, quiet()
	mp := newTestMeter(t, sink, d)
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
	mp := newTestMeter(t, sink, quiet())
	if err := mp.ForceFlush(t.Context()); err != nil || sink.last != nil {
		t.Errorf("got %v, %v, want no export", err, sink.last)
	}
}

func TestExemplarsPointToSampledSpans(t *testing.T) {
	sink := &metricSink{}
	mp := newTestMeter(t, sink, quiet())
	ctx, span := sdktrace.NewTracerProvider().Tracer("test").Start(t.Context(), "work")
	histogram, err := mp.Meter("test").Float64Histogram("work")
	if err != nil {
		t.Fatal(err)
	}
	histogram.Record(ctx, 1)
	span.End()
	_ = mp.ForceFlush(t.Context())
	work, _ := sink.last["work"].Data.(metricdata.Histogram[float64])
	if len(work.DataPoints) != 1 || len(work.DataPoints[0].Exemplars) != 1 {
		t.Fatalf("got %+v, want one exemplar", work)
	}
	if id := span.SpanContext().SpanID(); string(work.DataPoints[0].Exemplars[0].SpanID) != string(id[:]) {
		t.Error("the exemplar is of another span")
	}
}

func TestCardinalityIsLimited(t *testing.T) {
	sink := &metricSink{}
	mp := newTestMeter(t, sink, quiet())
	counter, err := mp.Meter("test").Int64Counter("orders")
	if err != nil {
		t.Fatal(err)
	}
	for i := range cardinalityLimit * 2 {
		counter.Add(t.Context(), 1, metric.WithAttributes(attribute.Int("id", i)))
	}
	_ = mp.ForceFlush(t.Context())
	orders, _ := sink.last["orders"].Data.(metricdata.Sum[int64])
	if n := len(orders.DataPoints); n != cardinalityLimit {
		t.Errorf("got %d time series, want %d", n, cardinalityLimit)
	}
}
