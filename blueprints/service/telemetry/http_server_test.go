package telemetry

import (
	"net/http"
	"net/http/httptest"
	"testing"

	"go.opentelemetry.io/otel/baggage"
	"go.opentelemetry.io/otel/metric/noop"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"
	"go.opentelemetry.io/otel/trace"
)

func TestServerSpan(t *testing.T) {
	for _, c := range []struct {
		name    string
		trusted bool
	}{{"friend", true}, {"stranger", false}} {
		t.Run(c.name, func(t *testing.T) {
			exp := tracetest.NewInMemoryExporter()
			tp := sdktrace.NewTracerProvider(sdktrace.WithSyncer(exp))
			var inside trace.SpanContext
			var bag string
			mux := http.NewServeMux()
			mux.HandleFunc("GET /v1/greetings/{name}", func(_ http.ResponseWriter, r *http.Request) {
				inside = trace.SpanContextFromContext(r.Context())
				bag = baggage.FromContext(r.Context()).String()
			})
			h := Middleware(mux, tp, noop.NewMeterProvider(), func(*http.Request) bool { return c.trusted })
			r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/v1/greetings/ada", nil)
			r.Header.Set("Traceparent", traceparent)
			r.Header.Set("Baggage", "tenant=shop")
			h.ServeHTTP(httptest.NewRecorder(), r)

			ended := exp.GetSpans()
			if len(ended) != 1 {
				t.Fatalf("got %d spans, want 1", len(ended))
			}
			span := ended[0]
			if span.Name != "GET /v1/greetings/{name}" || span.SpanKind != trace.SpanKindServer {
				t.Errorf("got %s span %q", span.SpanKind, span.Name)
			}
			if route := attributeOf(span, "http.route"); route != "/v1/greetings/{name}" {
				t.Errorf("http.route = %q", route)
			}
			if inside.SpanID() != span.SpanContext.SpanID() {
				t.Error("the handler saw another span")
			}
			joined := span.SpanContext.TraceID().String() == callerTrace
			linked := len(span.Links) == 1 && span.Links[0].SpanContext.TraceID().String() == callerTrace
			if joined != c.trusted || linked == c.trusted {
				t.Errorf("joined %v, linked %v", joined, linked)
			}
			if (bag == "tenant=shop") != c.trusted {
				t.Errorf("baggage %q", bag)
			}
		})
	}
}

func TestUnknownMethodAndRouteStaySmall(t *testing.T) {
	exp := tracetest.NewInMemoryExporter()
	tp := sdktrace.NewTracerProvider(sdktrace.WithSyncer(exp))
	h := Middleware(http.NewServeMux(), tp, noop.NewMeterProvider(), func(*http.Request) bool { return true })
	h.ServeHTTP(httptest.NewRecorder(), httptest.NewRequestWithContext(t.Context(), "BREW", "/coffee", nil))
	span := exp.GetSpans()[0]
	if span.Name != "HTTP" || attributeOf(span, "http.request.method") != "_OTHER" || attributeOf(span, "http.route") != "" {
		t.Errorf("got %q, %v", span.Name, span.Attributes)
	}
}

func TestStrangersCannotForceSampling(t *testing.T) {
	const sampled, unsampled = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00"
	for _, c := range []struct {
		name, traceparent string
		trusted           bool
		ratio             float64
		want              int
	}{
		{"friend asks", sampled, true, 0, 1},
		{"friend asks not to", unsampled, true, 1, 0},
		{"stranger asks", sampled, false, 0, 0},
		{"stranger asks not to", unsampled, false, 1, 1},
	} {
		t.Run(c.name, func(t *testing.T) {
			exp := tracetest.NewInMemoryExporter()
			tp := sdktrace.NewTracerProvider(sdktrace.WithSyncer(exp), sdktrace.WithSampler(sdktrace.ParentBased(sdktrace.TraceIDRatioBased(c.ratio))))
			h := Middleware(http.NewServeMux(), tp, noop.NewMeterProvider(), func(*http.Request) bool { return c.trusted })
			r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/", nil)
			r.Header.Set("Traceparent", c.traceparent)
			h.ServeHTTP(httptest.NewRecorder(), r)
			if n := len(exp.GetSpans()); n != c.want {
				t.Errorf("exported %d spans, want %d", n, c.want)
			}
		})
	}
}
