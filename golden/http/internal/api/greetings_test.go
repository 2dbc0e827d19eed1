package api

import (
	"errors"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/spiffe/go-spiffe/v2/spiffeid"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	sdkmetric "go.opentelemetry.io/otel/sdk/metric"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"

	"github.com/acme/orders/internal/httpserver"
	"github.com/acme/orders/internal/identity"
)

// TestGreetings looks at what is answered, traced and counted. Who may ask is the business of
// TestAccess, and the way through the server that of package app.
func TestGreetings(t *testing.T) {
	friend := spiffeid.RequireFromString("spiffe://acme.example/test/friend")
	tests := []struct {
		name    string
		answer  string // "" where the name is refused
		outcome string // of the counter
		status  codes.Code
	}{
		{"Ada", `{"message":"Hello, Ada!","caller":"spiffe://acme.example/test/friend"}`, "composed", codes.Unset},
		{"世界", `{"message":"Hello, 世界!","caller":"spiffe://acme.example/test/friend"}`, "composed", codes.Unset},
		{strings.Repeat("é", maxNameLength), strings.Repeat("é", maxNameLength), "composed", codes.Unset},
		{strings.Repeat("x", maxNameLength+1), "", "refused", codes.Error},
	}
	for _, test := range tests {
		spans, points := tracetest.NewSpanRecorder(), sdkmetric.NewManualReader()
		greetings, err := NewGreetings(slog.New(slog.DiscardHandler),
			sdktrace.NewTracerProvider(sdktrace.WithSpanProcessor(spans)),
			sdkmetric.NewMeterProvider(sdkmetric.WithReader(points)))
		if err != nil {
			t.Fatal(err)
		}
		w, r := httptest.NewRecorder(), httptest.NewRequest(http.MethodGet, "/", nil)
		r.SetPathValue("name", test.name)
		err = greetings.get(w, r.WithContext(identity.WithCaller(t.Context(), friend)))

		var problem *httpserver.Problem
		if refused := errors.As(err, &problem) && problem.Status == http.StatusBadRequest; refused != (test.answer == "") {
			t.Errorf("%s: got error %v", test.name, err)
		}
		if got := w.Body.String(); !strings.Contains(got, test.answer) {
			t.Errorf("%s: got %s, want %s", test.name, got, test.answer)
		}
		if got := spans.Ended(); len(got) != 1 || got[0].Name() != "compose greeting" || got[0].Status().Code != test.status {
			t.Errorf("%s: got spans %v, want one with status %v", test.name, got, test.status)
		}
		if got := counted(t, points); len(got) != 1 || got["greetings.composed outcome="+test.outcome] != 1 {
			t.Errorf("%s: counted %v, want one greeting %s", test.name, got, test.outcome)
		}
	}
}

// counted returns the values of all counters, by name and attributes.
func counted(t *testing.T, points *sdkmetric.ManualReader) map[string]int64 {
	t.Helper()
	var collected metricdata.ResourceMetrics
	if err := points.Collect(t.Context(), &collected); err != nil {
		t.Fatal(err)
	}
	values := map[string]int64{}
	for _, scope := range collected.ScopeMetrics {
		for _, counter := range scope.Metrics {
			for _, point := range counter.Data.(metricdata.Sum[int64]).DataPoints {
				values[counter.Name+" "+point.Attributes.Encoded(attribute.DefaultEncoder())] = point.Value
			}
		}
	}
	return values
}
