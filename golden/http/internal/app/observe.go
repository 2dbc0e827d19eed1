package app

import (
	"context"
	"log/slog"
	"net/http"
	"os"

	"github.com/spiffe/go-spiffe/v2/spiffeid"
	"go.opentelemetry.io/otel/metric"
	"go.opentelemetry.io/otel/trace"

	"github.com/acme/orders/internal/config"
	"github.com/acme/orders/internal/identity"
	"github.com/acme/orders/internal/instrument"
	"github.com/acme/orders/internal/ops"
	"github.com/acme/orders/internal/telemetry"
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
	collector := telemetry.Collector{Address: "127.0.0.1:4317"}
	resource, err := telemetry.NewResource(ctx, telemetry.Service{Name: Name, Namespace: "shop", Version: ops.Version()})
	if err != nil {
		return nil, err
	}

	spans, err := telemetry.NewGRPCSpanExporter(ctx, collector)
	if err != nil {
		return nil, err
	}
	tracers := telemetry.NewTracerProvider(resource, spans, 0.1, drops)

	points, err := telemetry.NewGRPCMetricExporter(ctx, collector)
	if err != nil {
		return nil, err
	}
	meters, err := telemetry.NewMeterProvider(resource, drops, telemetry.ExportMetrics(points, drops))
	if err != nil {
		return nil, err
	}

	records, err := telemetry.NewGRPCLogExporter(ctx, collector)
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

// trusted tells whether a caller decides for this service, too, what is sampled: those of the
// own trust domain do, and no other.
func trusted(caller spiffeid.ID, ok bool) bool {
	return ok && caller.TrustDomain().Name() == "acme.example"
}

// middleware observes requests.
func (o *observer) middleware(next http.Handler) (http.Handler, error) {
	return instrument.HTTPServer(next, o.tracers, o.meters, func(r *http.Request) bool {
		return trusted(identity.Caller(r.Context()))
	})
}
