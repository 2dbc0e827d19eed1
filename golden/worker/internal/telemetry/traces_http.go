package telemetry

import (
	"context"
	"os"

	"go.opentelemetry.io/otel/exporters/otlp/otlptrace/otlptracehttp"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
)

// NewHTTPSpanExporter sends traces to c by OTLP over HTTP, as protobuf; it connects when there is something to send.
func NewHTTPSpanExporter(ctx context.Context, c Collector) (sdktrace.SpanExporter, error) {
	to, err := endpoint(os.Getenv, "traces", c.Address, c.TLS == nil)
	if err != nil {
		return nil, err
	}
	options := []otlptracehttp.Option{otlptracehttp.WithEndpointURL(to.String())}
	if to.Scheme == "https" {
		options = append(options, otlptracehttp.WithTLSClientConfig(c.TLS))
	}
	return otlptracehttp.New(ctx, options...)
}
