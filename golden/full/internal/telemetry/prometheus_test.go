package telemetry

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/metric"
	"go.opentelemetry.io/otel/sdk/resource"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
)

func scrape(t *testing.T, h http.Handler, accept string) string {
	t.Helper()
	r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/metrics", nil)
	r.Header.Set("Accept", accept)
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	if w.Code != http.StatusOK {
		t.Errorf("got status %d: %s", w.Code, w.Body)
	}
	return w.Body.String()
}

func TestScrape(t *testing.T) {
	d := quiet()
	reader, handler, err := NewPrometheus(d)
	if err != nil {
		t.Fatal(err)
	}
	mp, err := NewMeterProvider(resource.NewSchemaless(attribute.String("service.name", "orders")), d, reader)
	if err != nil {
		t.Fatal(err)
	}
	d.add("traces", "queue_full", 3)
	duration, err := mp.Meter("test").Float64Histogram("http.server.request.duration", metric.WithUnit("s"), metric.WithExplicitBucketBoundaries(0.1, 1))
	if err != nil {
		t.Fatal(err)
	}
	ctx, span := sdktrace.NewTracerProvider().Tracer("test").Start(t.Context(), "work")
	duration.Record(ctx, 0.5, metric.WithAttributes(attribute.String("http.route", "/v1/greetings/{name}")))
	span.End()

	text := scrape(t, handler, "application/openmetrics-text;version=1.0.0")
	for _, want := range []string{
		`target_info{service_name="orders"} 1`,
		`telemetry_dropped_total{`,
		`http_server_request_duration_seconds_bucket{http_route="/v1/greetings/{name}",otel_scope_name="test"`,
		`le="1.0"} 1 # {`,
		`trace_id="` + span.SpanContext().TraceID().String(),
		`go_goroutine_count{`,
	} {
		if !strings.Contains(text, want) {
			t.Errorf("no %s in\n%s", want, text)
		}
	}
}

// TestOneBadMetricHidesNoOther: and is logged as every fault of telemetry is, once a minute.
func TestOneBadMetricHidesNoOther(t *testing.T) {
	d := quiet()
	reader, handler, err := NewPrometheus(d)
	if err != nil {
		t.Fatal(err)
	}
	mp, err := NewMeterProvider(resource.Empty(), d, reader)
	if err != nil {
		t.Fatal(err)
	}
	counter, err := mp.Meter("test").Int64Counter("orders")
	if err != nil {
		t.Fatal(err)
	}
	counter.Add(t.Context(), 1, metric.WithAttributes(attribute.String("path", "/a\xffb")))
	if text := scrape(t, handler, "text/plain"); !strings.Contains(text, "go_goroutine_count{") {
		t.Errorf("got\n%s", text)
	}
	if total, _ := d.count(loss{}, 0); total == 0 {
		t.Error("nobody was told")
	}
}
