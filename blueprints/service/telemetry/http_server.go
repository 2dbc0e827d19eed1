package telemetry

import (
	"net/http"
	"strings"

	"go.opentelemetry.io/contrib/instrumentation/net/http/otelhttp"
	"go.opentelemetry.io/otel/baggage"
	"go.opentelemetry.io/otel/metric"
	semconv "go.opentelemetry.io/otel/semconv/v1.43.0"
	"go.opentelemetry.io/otel/trace"
)

// Middleware gives each request a server span, named by method and route, and the HTTP
// server metrics. It wants the http.ServeMux that finds the route inside next.
//
// Only a trusted caller's span becomes the parent and decides on sampling. Any other gets a
// new root span that links to its own, so that it cannot make the service record, and its
// baggage goes no further.
func Middleware(next http.Handler, tp trace.TracerProvider, mp metric.MeterProvider, trusted func(*http.Request) bool) http.Handler {
	inner := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		routed := r
		if !trusted(r) {
			routed = r.WithContext(baggage.ContextWithoutBaggage(r.Context()))
		}
		defer func() { // the mux has found the route by now; otelhttp reads it from r, and puts it on metrics only
			r.Pattern = routed.Pattern
			span := trace.SpanFromContext(r.Context())
			if i := strings.IndexByte(r.Pattern, '/'); i >= 0 && span.IsRecording() {
				span.SetAttributes(semconv.HTTPRoute(r.Pattern[i:]))
			}
		}()
		next.ServeHTTP(w, routed)
	})
	return otelhttp.NewHandler(inner, "", otelhttp.WithTracerProvider(tp), otelhttp.WithMeterProvider(mp), otelhttp.WithPropagators(Propagator()),
		otelhttp.WithPublicEndpointFn(func(r *http.Request) bool { return !trusted(r) }))
}
