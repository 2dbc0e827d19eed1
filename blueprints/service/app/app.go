// Package app puts the service together and runs it.
package app

import (
	"context"
	"fmt"
	"log/slog"
	"net"
	"os"
	"slices"
	"time"

	"github.com/spiffe/go-spiffe/v2/spiffeid"
	"google.golang.org/protobuf/reflect/protoreflect"

	"github.com/mintwright/mintwright/blueprints/service/api"
	"github.com/mintwright/mintwright/blueprints/service/config"
	"github.com/mintwright/mintwright/blueprints/service/greetings"
	"github.com/mintwright/mintwright/blueprints/service/grpcclient"
	"github.com/mintwright/mintwright/blueprints/service/grpcserver"
	"github.com/mintwright/mintwright/blueprints/service/httpclient"
	"github.com/mintwright/mintwright/blueprints/service/httpserver"
	"github.com/mintwright/mintwright/blueprints/service/identity"
	"github.com/mintwright/mintwright/blueprints/service/jobs"
	"github.com/mintwright/mintwright/blueprints/service/lifecycle"
	"github.com/mintwright/mintwright/blueprints/service/ops"
	ledgerv1 "github.com/mintwright/mintwright/blueprints/service/proto/ledger/v1"
	"github.com/mintwright/mintwright/blueprints/service/telemetry"
	"github.com/mintwright/mintwright/blueprints/service/worker"
	"github.com/mintwright/mintwright/blueprints/service/worker/pgqueue"
)

// Name is the service's name, in telemetry too.
const Name = "orders"

// identityTimeout bounds the wait for the first SVID.
const identityTimeout = 30 * time.Second

// jobTimeout bounds one run of a job.
const jobTimeout = time.Minute

// ID is the service's own SPIFFE ID.
func ID() spiffeid.ID {
	return spiffeid.RequireFromString("spiffe://acme.example/ns/shop/sa/orders")
}

// Run is the whole service: it takes its identity from the Workload API and runs until ctx
// ends and everything in flight is done.
func Run(ctx context.Context, c config.Config) error {
	logger := slog.New(slog.NewJSONHandler(os.Stdout, &slog.HandlerOptions{Level: c.LogLevel}))
	ops.TuneMemory(logger)
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
		Hint:         c.SVIDHint,
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
	listeners, err := Listen(c)
	if err != nil {
		return err
	}
	return Serve(ctx, c, source, api.Access(), listeners, probes)
}

// Listeners are where the service answers.
type Listeners struct {
	HTTP, Public, GRPC net.Listener
}

// Listen opens what the configuration says.
func Listen(c config.Config) (Listeners, error) {
	var l Listeners
	var err error
	l.HTTP, err = net.Listen("tcp", c.HTTPAddress)
	if err != nil {
		return l, fmt.Errorf("HTTP_ADDRESS: %w", err)
	}
	l.Public, err = net.Listen("tcp", c.PublicAddress)
	if err != nil {
		return l, fmt.Errorf("PUBLIC_ADDRESS: %w", err)
	}
	l.GRPC, err = net.Listen("tcp", c.GRPCAddress)
	if err != nil {
		return l, fmt.Errorf("GRPC_ADDRESS: %w", err)
	}
	return l, nil
}

// Close closes them; they are closed already, unless the start failed.
func (l Listeners) Close() {
	l.HTTP.Close()
	l.Public.Close()
	l.GRPC.Close()
}

// Serve answers on listeners until ctx ends, with an identity from any source, to the callers
// that rules name.
func Serve(ctx context.Context, c config.Config, source identity.Source, rules identity.Rules, listeners Listeners, probes *ops.Probes) error {
	defer listeners.Close()
	o, err := observe(ctx, c)
	if err != nil {
		return err
	}
	err = serve(ctx, c, source, rules, listeners, probes, o)
	if lost := telemetry.Shutdown(c.TelemetryShutdownTimeout, o.providers...); lost != nil {
		o.logger.WarnContext(ctx, "telemetry lost", "error", lost.Error())
	}
	return err
}

// serve puts the parts together and runs them.
func serve(ctx context.Context, c config.Config, source identity.Source, rules identity.Rules, listeners Listeners, probes *ops.Probes, o *observer) error {
	monitor, err := identity.NewMonitor(source, o.logger, o.meters)
	if err != nil {
		return err
	}
	access, err := identity.NewAuthorizer(rules, o.logger, o.meters)
	if err != nil {
		return err
	}
	metricsServer, err := ops.Start(c.MetricsAddress, o.metrics, o.logger)
	if err != nil {
		return fmt.Errorf("METRICS_ADDRESS: %w", err)
	}
	defer metricsServer.Close()

	db, err := openDatabase(c, o)
	if err != nil {
		return err
	}
	defer db.Close()
	composer, err := greetings.NewComposer(o.logger, o.tracers, o.meters)
	if err != nil {
		return err
	}
	clientStats, err := o.clientStats()
	if err != nil {
		return err
	}
	ledgerClient, err := grpcclient.New(grpcclient.Options{
		Address:   c.CallLedgerAddress,
		Server:    spiffeid.RequireFromString("spiffe://acme.example/ns/ledger/sa/ledger"),
		Source:    source,
		Telemetry: clientStats,
		Files:     []protoreflect.FileDescriptor{ledgerv1.File_ledger_v1_greetings_proto},
	})
	if err != nil {
		return err
	}
	defer ledgerClient.Close()
	billingClient, err := httpclient.New(httpclient.Options{
		Address:   c.CallBillingAddress,
		Server:    spiffeid.RequireFromString("spiffe://acme.example/ns/billing/sa/billing"),
		Source:    source,
		Telemetry: o.transport,
	})
	if err != nil {
		return err
	}
	peers := greetings.Peers{
		"ledger":  askLedger(ledgerClient),
		"billing": greetings.OverHTTP(billingClient),
	}
	archive := greetings.NewArchive(composer, greetings.NewRepository(db))

	routes := slices.Concat(api.Routes(composer), api.ArchiveRoutes(archive), api.PeerRoutes(peers))
	httpServer, err := httpserver.New(httpserver.Options{
		Source:    source,
		Access:    access,
		Telemetry: o.middleware,
		Logger:    o.logger,
	}, routes)
	if err != nil {
		return err
	}
	public := api.Public()
	publicRoutes := httpserver.Public(routes, public)
	if err := public.Check(httpserver.Targets(publicRoutes)...); err != nil {
		return err
	}
	publicAccess, err := identity.NewAuthorizer(public, o.logger, o.meters)
	if err != nil {
		return err
	}
	certificate, err := identity.PublicConfig(c.PublicCertFile, c.PublicKeyFile, o.logger, o.meters)
	if err != nil {
		return err
	}
	publicServer, err := httpserver.NewPublic(httpserver.PublicOptions{
		TLS:       certificate,
		Access:    publicAccess,
		Telemetry: o.middleware,
		Logger:    o.logger,
	}, publicRoutes)
	if err != nil {
		return err
	}
	serverStats, err := o.serverStats()
	if err != nil {
		return err
	}
	grpcServer, err := grpcserver.New(grpcserver.Options{
		Source:    source,
		Access:    access,
		Telemetry: serverStats,
		Logger:    o.logger,
		Ready:     probes.Ready,
	}, api.GreetingService(composer), api.PeerService(peers), api.ArchiveService(archive), grpcserver.Reflection)
	if err != nil {
		return err
	}
	if err := rules.Check(slices.Concat(httpserver.Targets(routes), grpcServer.Targets())...); err != nil {
		return err
	}

	queue := pgqueue.New(db.Pool, jobTimeout)
	pool, err := worker.New(worker.Options{
		Source:      queue,
		Handle:      jobs.Once(jobs.Greet(archive)),
		Concurrency: c.WorkerConcurrency,
		Timeout:     jobTimeout,
		Logger:      o.logger,
		Tracers:     o.tracers,
		Meters:      o.meters,
	})
	if err != nil {
		return err
	}

	probes.SetChecks(
		ops.Check{Name: "identity", Ready: monitor.Ready},
		ops.Check{Name: "database", Ready: ops.Bounded(db.Ready)},
		ops.Check{Name: "worker", Ready: pool.Ready},
	)
	o.logger.LogAttrs(
		ctx, slog.LevelInfo, "serving",
		slog.String("address", listeners.HTTP.Addr().String()),
		slog.String("public_address", listeners.Public.Addr().String()),
		slog.String("grpc_address", listeners.GRPC.Addr().String()),
		slog.String("spiffe_id", ID().String()),
	)
	service := lifecycle.Service{
		Parts: []lifecycle.Part{
			lifecycle.On(listeners.HTTP, httpServer),
			lifecycle.On(listeners.Public, publicServer),
			lifecycle.On(listeners.GRPC, grpcServer),
			pool,
		},
		Tasks:        []func(context.Context){monitor.Run, c.LogLevel.Follow(o.logger)},
		NotReady:     probes.Drain,
		LameDuck:     c.LameDuck,
		DrainTimeout: c.DrainTimeout,
		Logger:       o.logger,
	}
	return service.Run(ctx)
}
