package telemetry

import (
	"context"
	"os"

	"go.opentelemetry.io/otel/exporters/otlp/otlptrace/otlptracegrpc"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"google.golang.org/grpc/credentials"
)

// NewGRPCSpanExporter sends traces to c by OTLP over gRPC; it connects later, in the background.
func NewGRPCSpanExporter(ctx context.Context, c Collector) (sdktrace.SpanExporter, error) {
	to, err := endpoint(os.Getenv, "traces", c.Address, c.TLS == nil)
	if err != nil {
		return nil, err
	}
	security := otlptracegrpc.WithInsecure()
	if to.Scheme == "https" {
		security = otlptracegrpc.WithTLSCredentials(credentials.NewTLS(c.TLS))
	}
	return otlptracegrpc.New(ctx, otlptracegrpc.WithEndpoint(to.Host), security)
}
