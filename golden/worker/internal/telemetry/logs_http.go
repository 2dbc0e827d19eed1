package telemetry

import (
	"context"
	"os"

	"go.opentelemetry.io/otel/exporters/otlp/otlplog/otlploghttp"
	sdklog "go.opentelemetry.io/otel/sdk/log"
)

// NewHTTPLogExporter sends logs to c by OTLP over HTTP, as protobuf; it connects when there is something to send.
func NewHTTPLogExporter(ctx context.Context, c Collector) (sdklog.Exporter, error) {
	to, err := endpoint(os.Getenv, "logs", c.Address, c.TLS == nil)
	if err != nil {
		return nil, err
	}
	options := []otlploghttp.Option{otlploghttp.WithEndpointURL(to.String())}
	if to.Scheme == "https" {
		options = append(options, otlploghttp.WithTLSClientConfig(c.TLS))
	}
	return otlploghttp.New(ctx, options...)
}
