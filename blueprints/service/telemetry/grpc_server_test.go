package telemetry

import (
	"context"
	"testing"
	"time"

	"go.opentelemetry.io/otel/baggage"
	"go.opentelemetry.io/otel/metric/noop"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"
	"go.opentelemetry.io/otel/trace"
	_ "google.golang.org/grpc/health/grpc_health_v1"
	"google.golang.org/grpc/metadata"
	_ "google.golang.org/grpc/reflection/grpc_reflection_v1" // a .proto with a method
	"google.golang.org/grpc/stats"
)

const method = "grpc.reflection.v1.ServerReflection/ServerReflectionInfo"

// serve plays one call with h and returns the context that the method sees.
func serve(ctx context.Context, h stats.Handler, fullMethod string) context.Context {
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
			inside := serve(incoming(t, traceparent), h, "/"+method)

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
	tp := sdktrace.NewTracerProvider(sdktrace.WithSyncer(exp), sdktrace.WithSampler(sdktrace.ParentBased(sdktrace.NeverSample())))
	for _, trusted := range []bool{true, false} {
		serve(incoming(t, traceparent), ServerHandler(tp, noop.NewMeterProvider(), func(context.Context) bool { return trusted }), "/"+method)
	}
	if n := len(exp.GetSpans()); n != 1 {
		t.Errorf("exported %d spans, want the friend's", n)
	}
}

func TestUnknownMethodsAndHealthChecksStaySmall(t *testing.T) {
	exp := tracetest.NewInMemoryExporter()
	tp := sdktrace.NewTracerProvider(sdktrace.WithSyncer(exp))
	h := ServerHandler(tp, noop.NewMeterProvider(), func(context.Context) bool { return true })
	for _, name := range []string{"/coffee.Pot/Brew", "/coffee.Pot/\xff", "/grpc/reflection.v1.ServerReflection", "/" + method + "/"} {
		serve(t.Context(), h, name)
	}
	serve(t.Context(), h, "/grpc.health.v1.Health/Check")
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
