package telemetry

import (
	"context"
	"os"

	"go.opentelemetry.io/otel/exporters/otlp/otlpmetric/otlpmetrichttp"
	sdkmetric "go.opentelemetry.io/otel/sdk/metric"
)

// NewHTTPMetricExporter sends metrics to c by OTLP over HTTP, as protobuf; it connects when there is something to send.
func NewHTTPMetricExporter(ctx context.Context, c Collector) (sdkmetric.Exporter, error) {
	to, err := endpoint(os.Getenv, "metrics", c.Address, c.TLS == nil)
	if err != nil {
		return nil, err
	}
	options := []otlpmetrichttp.Option{otlpmetrichttp.WithEndpointURL(to.String())}
	if to.Scheme == "https" {
		options = append(options, otlpmetrichttp.WithTLSClientConfig(c.TLS))
	}
	return otlpmetrichttp.New(ctx, options...)
}
