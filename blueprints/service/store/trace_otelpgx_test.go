package store

import (
	"fmt"
	"strings"
	"testing"

	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"

	"github.com/mintwright/mintwright/blueprints/service/store/storetest"
)

func TestContribTracer(t *testing.T) {
	spans := tracetest.NewSpanRecorder()
	o := options(storetest.URL(t))
	o.Tracers = sdktrace.NewTracerProvider(sdktrace.WithSpanProcessor(spans))
	o.Queries = NewContribTracer(o.Tracers, o.Meters)
	s := open(t, o)
	ctx, root := s.tracer.Start(t.Context(), "root")
	defer root.End()
	if _, err := s.Exec(ctx, "SELECT $1::text", "geheim"); err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, span := range spans.Ended() {
		names = append(names, span.Name())
		if got := fmt.Sprint(span.Name(), span.Attributes(), span.Status()); strings.Contains(got, "geheim") {
			t.Errorf("a span shows the value of a parameter: %s", got)
		}
	}
	if got := strings.Join(names, ","); !strings.Contains(got, "SELECT") {
		t.Errorf("got the spans %s, want one of the query", got)
	}
}
