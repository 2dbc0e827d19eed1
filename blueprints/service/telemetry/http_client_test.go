package telemetry

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"go.opentelemetry.io/otel/metric/noop"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"
	"go.opentelemetry.io/otel/trace"
)

func TestClientSpan(t *testing.T) {
	exp := tracetest.NewInMemoryExporter()
	tp := sdktrace.NewTracerProvider(sdktrace.WithSyncer(exp))
	var got string
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		got = r.Header.Get("Traceparent")
		_, _ = io.WriteString(w, "hello")
	}))
	defer s.Close()
	client := http.Client{Transport: Transport(s.Client().Transport, tp, noop.NewMeterProvider())}
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, s.URL, nil)
	if err != nil {
		t.Fatal(err)
	}
	response, err := client.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	if n := len(exp.GetSpans()); n != 0 {
		t.Error("the span ended before the body was read")
	}
	_, _ = io.Copy(io.Discard, response.Body)
	ended := exp.GetSpans()
	if len(ended) != 1 || ended[0].SpanKind != trace.SpanKindClient {
		t.Fatalf("got %v, want one client span", ended)
	}
	if !strings.Contains(got, ended[0].SpanContext.SpanID().String()) {
		t.Errorf("traceparent %q is not that of the span", got)
	}
}
