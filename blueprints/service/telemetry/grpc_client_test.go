package telemetry

import (
	"strings"
	"testing"
	"time"

	"go.opentelemetry.io/otel/metric/noop"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"
	"go.opentelemetry.io/otel/trace"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/stats"
)

func TestCallingSpan(t *testing.T) {
	exp := tracetest.NewInMemoryExporter()
	tp := sdktrace.NewTracerProvider(sdktrace.WithSyncer(exp))
	h := ClientHandler(tp, noop.NewMeterProvider())
	ctx := h.TagRPC(t.Context(), &stats.RPCTagInfo{FullMethodName: "/shop.Orders/Get"})
	begin := time.Now()
	h.HandleRPC(ctx, &stats.Begin{Client: true, BeginTime: begin})
	h.HandleRPC(ctx, &stats.End{Client: true, BeginTime: begin, EndTime: time.Now()})
	ended := exp.GetSpans()
	if len(ended) != 1 || ended[0].SpanKind != trace.SpanKindClient || ended[0].Name != "shop.Orders/Get" {
		t.Fatalf("got %v, want one client span", ended)
	}
	sent, _ := metadata.FromOutgoingContext(ctx)
	if got := sent.Get("traceparent"); len(got) != 1 || !strings.Contains(got[0], ended[0].SpanContext.SpanID().String()) {
		t.Errorf("traceparent %q is not that of the span", got)
	}
}
