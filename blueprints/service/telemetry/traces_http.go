package telemetry

import (
	"context"

	"go.opentelemetry.io/otel/exporters/otlp/otlptrace/otlptracehttp"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
)

// NewHTTPSpanExporter sends spans to c by OTLP over HTTP (http/protobuf).
func NewHTTPSpanExporter(ctx context.Context, c Collector) (sdktrace.SpanExporter, error) {
	return otlptracehttp.New(ctx)
}
