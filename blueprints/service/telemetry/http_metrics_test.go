package telemetry

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/metric"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"
	"go.opentelemetry.io/otel/trace/noop"
)

func TestClientsDoNotChooseMetricAttributes(t *testing.T) {
	mp, collect := newTestMeter(t, quiet(), ServerView())
	mux := http.NewServeMux()
	mux.HandleFunc("GET /v1/greetings/{name}", func(http.ResponseWriter, *http.Request) {})
	h := Middleware(mux, noop.NewTracerProvider(), mp, func(*http.Request) bool { return false })
	for _, host := range []string{"a.example:1", "b.example:2", "c.example:3"} {
		r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/v1/greetings/ada", nil)
		r.Host = host
		r.Header.Set("User-Agent", host)
		h.ServeHTTP(httptest.NewRecorder(), r)
	}
	calls, err := mp.Meter("test").Float64Histogram("http.client.request.duration")
	if err != nil {
		t.Fatal(err)
	}
	calls.Record(t.Context(), 1, metric.WithAttributes(attribute.String("server.address", "ledger.example")))
	metrics := collect()
	for name, m := range metrics {
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
	duration, ok := metrics["http.client.request.duration"].Data.(metricdata.Histogram[float64])
	if !ok || len(duration.DataPoints) != 1 || !duration.DataPoints[0].Attributes.HasValue("server.address") {
		t.Errorf("a client's server.address is our own choice and must stay: %v", duration)
	}
	if _, ok := metrics["http.server.request.duration"]; !ok {
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
