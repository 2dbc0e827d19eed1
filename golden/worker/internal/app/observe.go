package app

import (
	"context"
	"log/slog"
	"os"

	"go.opentelemetry.io/otel/metric"
	"go.opentelemetry.io/otel/trace"

	"example.com/acme/mailer/internal/config"
	"example.com/acme/mailer/internal/identity"
	"example.com/acme/mailer/internal/ops"
	"example.com/acme/mailer/internal/telemetry"
)

// observer is the service's telemetry.
type observer struct {
	logger    *slog.Logger
	tracers   trace.TracerProvider
	meters    metric.MeterProvider
	providers []telemetry.Provider
}

// observe makes the providers, which share one resource and send to one collector.
func observe(ctx context.Context, c config.Config) (*observer, error) {
	stdout := telemetry.NewLogger(os.Stdout, c.LogLevel, identity.LogAttrs)
	drops := telemetry.NewDrops(stdout)
	collector := telemetry.Collector{Address: "127.0.0.1:4318"}
	resource, err := telemetry.NewResource(ctx, telemetry.Service{Name: Name, Namespace: "shop", Version: ops.Version()})
	if err != nil {
		return nil, err
	}

	spans, err := telemetry.NewHTTPSpanExporter(ctx, collector)
	if err != nil {
		return nil, err
	}
	tracers := telemetry.NewTracerProvider(resource, spans, 0.1, drops)

	points, err := telemetry.NewHTTPMetricExporter(ctx, collector)
	if err != nil {
		return nil, err
	}
	meters, err := telemetry.NewMeterProvider(resource, drops, telemetry.ExportMetrics(points, drops))
	if err != nil {
		return nil, err
	}

	records, err := telemetry.NewHTTPLogExporter(ctx, collector)
	if err != nil {
		return nil, err
	}
	logs := telemetry.NewLoggerProvider(resource, records, drops)

	return &observer{
		logger:    telemetry.NewLogger(os.Stdout, c.LogLevel, identity.LogAttrs, telemetry.NewLogHandler(logs, Name)),
		tracers:   tracers,
		meters:    meters,
		providers: []telemetry.Provider{tracers, meters, logs},
	}, nil
}
