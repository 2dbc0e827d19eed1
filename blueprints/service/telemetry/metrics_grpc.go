package telemetry

import (
	"context"

	"go.opentelemetry.io/otel/exporters/otlp/otlpmetric/otlpmetricgrpc"
	sdkmetric "go.opentelemetry.io/otel/sdk/metric"
)

// NewGRPCMetricExporter sends metrics to c by OTLP over gRPC.
func NewGRPCMetricExporter(ctx context.Context, c Collector) (sdkmetric.Exporter, error) {
	return otlpmetricgrpc.New(ctx)
}
