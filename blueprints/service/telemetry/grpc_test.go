package telemetry

import (
	"context"
	"strings"
	"testing"
	"time"

	"go.opentelemetry.io/otel/baggage"
	"go.opentelemetry.io/otel/metric/noop"
	"go.opentelemetry.io/otel/sdk/resource"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"
	"go.opentelemetry.io/otel/trace"
	_ "google.golang.org/grpc/health/grpc_health_v1"
	"google.golang.org/grpc/metadata"
	_ "google.golang.org/grpc/reflection/grpc_reflection_v1" // a .proto with a method
	"google.golang.org/grpc/stats"
)

const method = "grpc.reflection.v1.ServerReflection/ServerReflectionInfo"

// call plays one call with h and returns the context that the method sees.
func call(ctx context.Context, h stats.Handler, fullMethod string) context.Context {
	ctx = h.TagRPC(ctx, &stats.RPCTagInfo{FullMethodName: fullMethod})
	begin := time.Now()
	h.HandleRPC(ctx, &stats.Begin{BeginTime: begin})
	h.HandleRPC(ctx, &stats.End{BeginTime: begin, EndTime: time.Now()})
	return ctx
}

func incoming(t *testing.T, traceparent string) context.Context {
	t.Helper()
	return metadata.NewIncomingContext(t.Context(), metadata.Pairs("traceparent", traceparent, "baggage", "tenant=shop"))
}

func TestCallSpan(t *testing.T) {
	for _, c := range []struct {
		name    string
		trusted bool
	}{{"friend", true}, {"stranger", false}} {
		t.Run(c.name, func(t *testing.T) {
			exp := tracetest.NewInMemoryExporter()
			tp := sdktrace.NewTracerProvider(sdktrace.WithSyncer(exp))
			h := ServerHandler(tp, noop.NewMeterProvider(), func(context.Context) bool { return c.trusted })
			inside := call(incoming(t, traceparent), h, "/"+method)

			ended := exp.GetSpans()
			if len(ended) != 1 {
				t.Fatalf("got %d spans, want 1", len(ended))
			}
			span := ended[0]
			if span.Name != method || span.SpanKind != trace.SpanKindServer {
				t.Errorf("got %s span %q", span.SpanKind, span.Name)
			}
			if trace.SpanContextFromContext(inside).SpanID() != span.SpanContext.SpanID() {
				t.Error("the method saw another span")
			}
			joined := span.SpanContext.TraceID().String() == callerTrace
			linked := len(span.Links) == 1 && span.Links[0].SpanContext.TraceID().String() == callerTrace
			if joined != c.trusted || linked == c.trusted {
				t.Errorf("joined %v, linked %v", joined, linked)
			}
			if bag := baggage.FromContext(inside).String(); (bag == "tenant=shop") != c.trusted {
				t.Errorf("baggage %q", bag)
			}
		})
	}
}

func TestStrangersCannotForceSamplingOfCalls(t *testing.T) {
	exp := tracetest.NewInMemoryExporter()
	tp := NewTracerProvider(resource.Empty(), exp, 0, quiet())
	for _, trusted := range []bool{true, false} {
		call(incoming(t, traceparent), ServerHandler(tp, noop.NewMeterProvider(), func(context.Context) bool { return trusted }), "/"+method)
	}
	_ = tp.ForceFlush(t.Context())
	if n := len(exp.GetSpans()); n != 1 {
		t.Errorf("exported %d spans, want the friend's", n)
	}
}

func TestUnknownMethodsAndHealthChecksStaySmall(t *testing.T) {
	exp := tracetest.NewInMemoryExporter()
	tp := sdktrace.NewTracerProvider(sdktrace.WithSyncer(exp))
	h := ServerHandler(tp, noop.NewMeterProvider(), func(context.Context) bool { return true })
	for _, name := range []string{"/coffee.Pot/Brew", "/coffee.Pot/\xff", "/grpc/reflection.v1.ServerReflection", "/" + method + "/"} {
		call(t.Context(), h, name)
	}
	call(t.Context(), h, "/grpc.health.v1.Health/Check")
	ended := exp.GetSpans()
	if len(ended) != 4 {
		t.Fatalf("got %d spans, want 4, and none of the health check", len(ended))
	}
	for _, span := range ended {
		if span.Name != "_OTHER" || attributeOf(span, "rpc.method") != "_OTHER" {
			t.Errorf("got %q, %v", span.Name, span.Attributes)
		}
	}
}

func TestCallingSpan(t *testing.T) {
	exp := tracetest.NewInMemoryExporter()
	tp := sdktrace.NewTracerProvider(sdktrace.WithSyncer(exp))
	ctx := call(t.Context(), ClientHandler(tp, noop.NewMeterProvider()), "/"+method)
	ended := exp.GetSpans()
	if len(ended) != 1 || ended[0].SpanKind != trace.SpanKindClient || ended[0].Name != method {
		t.Fatalf("got %v, want one client span", ended)
	}
	sent, _ := metadata.FromOutgoingContext(ctx)
	if got := sent.Get("traceparent"); len(got) != 1 || !strings.Contains(got[0], ended[0].SpanContext.SpanID().String()) {
		t.Errorf("traceparent %q is not that of the span", got)
	}
}
