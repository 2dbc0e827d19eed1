package app

import (
	"context"
	"log/slog"
	"net/http"
	"os"
	"time"

	"go.opentelemetry.io/otel/metric"
	"go.opentelemetry.io/otel/trace"

	"github.com/mintwright/mintwright/blueprints/service/config"
	"github.com/mintwright/mintwright/blueprints/service/identity"
	"github.com/mintwright/mintwright/blueprints/service/ops"
	"github.com/mintwright/mintwright/blueprints/service/telemetry"
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
	meters, err := telemetry.NewMeterProvider(resource, points, drops)
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

// shutdown sends the last of the telemetry; each signal has the whole timeout for it.
func (o *observer) shutdown(timeout time.Duration) error {
	return telemetry.Shutdown(timeout, o.providers...)
}

// middleware observes requests. A caller of the own trust domain decides for this service,
// too, what is sampled; no other caller does.
func (o *observer) middleware(next http.Handler) http.Handler {
	return telemetry.Middleware(next, o.tracers, o.meters, func(r *http.Request) bool {
		caller, ok := identity.Caller(r.Context())
		return ok && caller.MemberOf(ID().TrustDomain())
	})
}

// transport observes calls.
func (o *observer) transport(next http.RoundTripper) http.RoundTripper {
	return telemetry.Transport(next, o.tracers, o.meters)
}
