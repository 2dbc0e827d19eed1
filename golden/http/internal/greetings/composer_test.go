package greetings

import (
	"errors"
	"log/slog"
	"strings"
	"testing"

	"github.com/spiffe/go-spiffe/v2/spiffeid"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	sdkmetric "go.opentelemetry.io/otel/sdk/metric"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"

	"github.com/acme/orders/internal/identity"
)

// TestCompose looks at what is composed, traced and counted.
func TestCompose(t *testing.T) {
	friend := spiffeid.RequireFromString("spiffe://acme.example/test/friend")
	tests := []struct {
		name    string
		message string
		outcome string // of the counter
		status  codes.Code
	}{
		{"Ada", "Hello, Ada!", "composed", codes.Unset},
		{"世界", "Hello, 世界!", "composed", codes.Unset},
		{strings.Repeat("é", maxNameLength), "Hello, " + strings.Repeat("é", maxNameLength) + "!", "composed", codes.Unset},
		{strings.Repeat("x", maxNameLength+1), "", "refused", codes.Error},
		{"A\x00da", "", "refused", codes.Error},
		{"Ada\xff", "", "refused", codes.Error},
	}
	for _, test := range tests {
		spans, points := tracetest.NewSpanRecorder(), sdkmetric.NewManualReader()
		composer, err := NewComposer(slog.New(slog.DiscardHandler),
			sdktrace.NewTracerProvider(sdktrace.WithSpanProcessor(spans)),
			sdkmetric.NewMeterProvider(sdkmetric.WithReader(points)))
		if err != nil {
			t.Fatal(err)
		}
		got, err := composer.Compose(identity.WithCaller(t.Context(), friend), test.name)
		if refused := errors.Is(err, ErrBadName); refused != (test.message == "") {
			t.Errorf("%s: got error %v", test.name, err)
		}
		if err == nil && got != (Greeting{Message: test.message, Caller: friend.String()}) {
			t.Errorf("%s: got %+v, want %s for %s", test.name, got, test.message, friend)
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
