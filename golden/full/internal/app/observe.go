package app

import (
	"context"
	"log/slog"
	"net/http"
	"os"

	"github.com/spiffe/go-spiffe/v2/spiffeid"
	"go.opentelemetry.io/otel/metric"
	"go.opentelemetry.io/otel/trace"
	"google.golang.org/grpc/stats"

	"example.com/acme/payments/v2/internal/config"
	"example.com/acme/payments/v2/internal/identity"
	"example.com/acme/payments/v2/internal/instrument"
	"example.com/acme/payments/v2/internal/ops"
	"example.com/acme/payments/v2/internal/telemetry"
)

// observer is the service's telemetry.
type observer struct {
	logger    *slog.Logger
	tracers   trace.TracerProvider
	meters    metric.MeterProvider
	providers []telemetry.Provider
	metrics   http.Handler
}

// observe makes the providers, which share one resource and send to one collector.
func observe(ctx context.Context, c config.Config, source identity.Source) (*observer, error) {
	stdout := telemetry.NewLogger(os.Stdout, c.LogLevel, identity.LogAttrs)
	drops := telemetry.NewDrops(stdout)
	collector := telemetry.Collector{Address: "otel-collector.observability.svc:4317", TLS: identity.ClientConfig(source, spiffeid.RequireFromString("spiffe://acme.example/ns/observability/sa/otel-collector"))}
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
	scraped, metrics, err := telemetry.NewPrometheus(drops)
	if err != nil {
		return nil, err
	}
	meters, err := telemetry.NewMeterProvider(resource, drops, telemetry.ExportMetrics(points, drops), scraped)
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
		metrics:   metrics,
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

// transport observes calls.
func (o *observer) transport(next http.RoundTripper) (http.RoundTripper, error) {
	return instrument.HTTPClient(next, o.tracers, o.meters)
}

// serverStats observes the calls that this service answers over gRPC.
func (o *observer) serverStats() (stats.Handler, error) {
	return instrument.GRPCServer(o.tracers, o.meters, func(ctx context.Context) bool {
		return trusted(identity.Caller(ctx))
	})
}

// clientStats observes the calls that this service makes over gRPC.
func (o *observer) clientStats() (stats.Handler, error) {
	return instrument.GRPCClient(o.tracers, o.meters)
}
