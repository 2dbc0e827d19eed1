package telemetry

import (
	"context"
	"os"

	"go.opentelemetry.io/otel/exporters/otlp/otlpmetric/otlpmetricgrpc"
	sdkmetric "go.opentelemetry.io/otel/sdk/metric"
	"google.golang.org/grpc/credentials"
)

// NewGRPCMetricExporter sends metrics to c by OTLP over gRPC; it connects later, in the background.
func NewGRPCMetricExporter(ctx context.Context, c Collector) (sdkmetric.Exporter, error) {
	to, err := endpoint(os.Getenv, "metrics", c.Address, c.TLS == nil)
	if err != nil {
		return nil, err
	}
	security := otlpmetricgrpc.WithInsecure()
	if to.Scheme == "https" {
		security = otlpmetricgrpc.WithTLSCredentials(credentials.NewTLS(c.TLS))
	}
	return otlpmetricgrpc.New(ctx, otlpmetricgrpc.WithEndpoint(to.Host), security)
}
