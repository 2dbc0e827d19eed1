package telemetry

import (
	"context"
	"os"

	"go.opentelemetry.io/otel/exporters/otlp/otlplog/otlploggrpc"
	sdklog "go.opentelemetry.io/otel/sdk/log"
	"google.golang.org/grpc/credentials"
)

// NewGRPCLogExporter sends logs to c by OTLP over gRPC; it connects later, in the background.
func NewGRPCLogExporter(ctx context.Context, c Collector) (sdklog.Exporter, error) {
	to, err := endpoint(os.Getenv, "logs", c.Address, c.TLS == nil)
	if err != nil {
		return nil, err
	}
	security := otlploggrpc.WithInsecure()
	if to.Scheme == "https" {
		security = otlploggrpc.WithTLSCredentials(credentials.NewTLS(c.TLS))
	}
	return otlploggrpc.New(ctx, otlploggrpc.WithEndpoint(to.Host), security)
}
