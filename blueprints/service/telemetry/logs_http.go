package telemetry

import (
	"context"

	"go.opentelemetry.io/otel/exporters/otlp/otlplog/otlploghttp"
	sdklog "go.opentelemetry.io/otel/sdk/log"
)

// NewHTTPLogExporter sends log records to c by OTLP over HTTP (http/protobuf).
func NewHTTPLogExporter(ctx context.Context, c Collector) (sdklog.Exporter, error) {
	return otlploghttp.New(ctx)
}
