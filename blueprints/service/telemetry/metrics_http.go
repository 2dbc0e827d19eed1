package telemetry

import (
	"context"

	"go.opentelemetry.io/otel/exporters/otlp/otlpmetric/otlpmetrichttp"
	sdkmetric "go.opentelemetry.io/otel/sdk/metric"
)

// NewHTTPMetricExporter sends metrics to c by OTLP over HTTP (http/protobuf).
func NewHTTPMetricExporter(ctx context.Context, c Collector) (sdkmetric.Exporter, error) {
	return otlpmetrichttp.New(ctx)
}
