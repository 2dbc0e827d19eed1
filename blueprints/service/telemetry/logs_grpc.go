package telemetry

import (
	"context"

	"go.opentelemetry.io/otel/exporters/otlp/otlplog/otlploggrpc"
	sdklog "go.opentelemetry.io/otel/sdk/log"
)

// NewGRPCLogExporter sends log records to c by OTLP over gRPC.
func NewGRPCLogExporter(ctx context.Context, c Collector) (sdklog.Exporter, error) {
	return otlploggrpc.New(ctx)
}
