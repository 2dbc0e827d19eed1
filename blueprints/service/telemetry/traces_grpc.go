package telemetry

import (
	"context"

	"go.opentelemetry.io/otel/exporters/otlp/otlptrace/otlptracegrpc"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
)

// NewGRPCSpanExporter sends spans to c by OTLP over gRPC.
func NewGRPCSpanExporter(ctx context.Context, c Collector) (sdktrace.SpanExporter, error) {
	return otlptracegrpc.New(ctx)
}
