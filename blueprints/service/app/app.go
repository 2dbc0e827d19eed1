// Package app puts the service together and runs it.
package app

import (
	"context"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"slices"
	"time"

	"github.com/spiffe/go-spiffe/v2/spiffeid"
	"go.opentelemetry.io/otel/metric"
	"go.opentelemetry.io/otel/trace"

	"github.com/mintwright/mintwright/blueprints/service/api"
	"github.com/mintwright/mintwright/blueprints/service/config"
	"github.com/mintwright/mintwright/blueprints/service/httpclient"
	"github.com/mintwright/mintwright/blueprints/service/httpserver"
	"github.com/mintwright/mintwright/blueprints/service/identity"
	"github.com/mintwright/mintwright/blueprints/service/lifecycle"
	"github.com/mintwright/mintwright/blueprints/service/ops"
	"github.com/mintwright/mintwright/blueprints/service/telemetry"
)

// Name is the service's name, in telemetry too.
const Name = "orders"

// identityTimeout bounds the wait for the first SVID.
const identityTimeout = 30 * time.Second

// ID is the service's own SPIFFE ID.
func ID() spiffeid.ID {
	return spiffeid.RequireFromString("spiffe://acme.example/ns/shop/sa/orders")
}

// Run is the whole service: it takes its identity from the Workload API and serves until ctx
// ends and every request in flight is answered.
func Run(ctx context.Context, c config.Config) error {
	logger := slog.New(slog.NewJSONHandler(os.Stdout, &slog.HandlerOptions{Level: c.LogLevel}))
	probes := ops.NewProbes(logger)
	probeServer, err := ops.Start(c.ProbeAddress, probes.Handler(), logger)
	if err != nil {
		return fmt.Errorf("PROBE_ADDRESS: %w", err)
	}
	defer probeServer.Close()
	if c.DebugAddress != "" {
		debugServer, err := ops.Start(c.DebugAddress, ops.Debug(), logger)
		if err != nil {
			return fmt.Errorf("DEBUG_ADDRESS: %w", err)
		}
		defer debugServer.Close()
	}

	source, err := identity.Open(ctx, identity.Options{
		ID:           ID(),
		Socket:       c.WorkloadAPI,
		StartTimeout: identityTimeout,
		Logger:       logger,
	})
	if err != nil {
		if ctx.Err() != nil {
			return nil // asked to end before there was an identity
		}
		return err
	}
	defer source.Close()
	listener, err := net.Listen("tcp", c.HTTPAddress)
	if err != nil {
		return fmt.Errorf("HTTP_ADDRESS: %w", err)
	}
	return Serve(ctx, c, source, api.Access(), listener, probes)
}

// Serve answers on listener until ctx ends, with an identity from any source, to the callers
// that rules name.
func Serve(ctx context.Context, c config.Config, source identity.Source, rules identity.Rules, listener net.Listener, probes *ops.Probes) error {
	defer listener.Close() // closed already, unless the start failed
	o, err := observe(ctx, c)
	if err != nil {
		return err
	}
	err = serve(ctx, c, source, rules, listener, probes, o)
	if lost := telemetry.Shutdown(c.TelemetryShutdownTimeout, o.providers...); lost != nil {
		o.logger.WarnContext(ctx, "telemetry lost", "error", lost.Error())
	}
	return err
}

// serve puts the parts together and runs them.
func serve(ctx context.Context, c config.Config, source identity.Source, rules identity.Rules, listener net.Listener, probes *ops.Probes, o *observer) error {
	monitor, err := identity.NewMonitor(source, o.logger, o.meters)
	if err != nil {
		return err
	}
	access, err := identity.NewAuthorizer(rules, o.logger, o.meters)
	if err != nil {
		return err
	}
	greetings, err := api.NewGreetings(o.logger, o.tracers, o.meters)
	if err != nil {
		return err
	}
	peers := api.NewPeers(map[string]*httpclient.Client{
		"ledger": httpclient.New(httpclient.Options{
			Address:   c.CallLedgerAddress,
			Server:    spiffeid.RequireFromString("spiffe://acme.example/ns/ledger/sa/ledger"),
			Source:    source,
			Telemetry: o.transport,
		}),
	})
	routes := slices.Concat(greetings.Routes(), peers.Routes())
	if err := rules.Check(httpserver.Targets(routes)...); err != nil {
		return err
	}
	server, err := httpserver.New(httpserver.Options{
		Source:    source,
		Access:    access,
		Telemetry: o.middleware,
		Logger:    o.logger,
	}, routes)
	if err != nil {
		return err
	}

	probes.SetChecks(ops.Check{Name: "identity", Ready: monitor.Ready})
	o.logger.InfoContext(ctx, "serving", "address", listener.Addr().String(), "spiffe_id", ID().String())
	service := lifecycle.Service{
		Servers:      map[net.Listener]lifecycle.Server{listener: server},
		Tasks:        []func(context.Context){monitor.Run},
		NotReady:     probes.Drain,
		LameDuck:     c.LameDuck,
		DrainTimeout: c.DrainTimeout,
		Logger:       o.logger,
	}
	return service.Run(ctx)
}

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
