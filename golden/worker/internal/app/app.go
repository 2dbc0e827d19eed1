// Package app puts the service together and runs it.
package app

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"time"

	"github.com/spiffe/go-spiffe/v2/spiffeid"

	"example.com/acme/mailer/internal/config"
	"example.com/acme/mailer/internal/greetings"
	"example.com/acme/mailer/internal/identity"
	"example.com/acme/mailer/internal/jobs"
	"example.com/acme/mailer/internal/lifecycle"
	"example.com/acme/mailer/internal/ops"
	"example.com/acme/mailer/internal/telemetry"
	"example.com/acme/mailer/internal/worker"
	"example.com/acme/mailer/internal/worker/natsqueue"
)

// Name is the service's name, in telemetry too.
const Name = "mailer"

// identityTimeout bounds the wait for the first SVID.
const identityTimeout = 30 * time.Second

// jobTimeout bounds one run of a job.
const jobTimeout = time.Minute

// ID is the service's own SPIFFE ID.
func ID() spiffeid.ID {
	return spiffeid.RequireFromString("spiffe://acme.example/ns/shop/sa/mailer")
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
	return Serve(ctx, c, source, probes)
}

// Serve works until ctx ends, with an identity from any source.
func Serve(ctx context.Context, c config.Config, source identity.Source, probes *ops.Probes) error {
	o, err := observe(ctx, c)
	if err != nil {
		return err
	}
	err = serve(ctx, c, source, probes, o)
	if lost := telemetry.Shutdown(c.TelemetryShutdownTimeout, o.providers...); lost != nil {
		o.logger.WarnContext(ctx, "telemetry lost", "error", lost.Error())
	}
	return err
}

// serve puts the parts together and runs them.
func serve(ctx context.Context, c config.Config, source identity.Source, probes *ops.Probes, o *observer) error {
	monitor, err := identity.NewMonitor(source, o.logger, o.meters)
	if err != nil {
		return err
	}

	composer, err := greetings.NewComposer(o.logger, o.tracers, o.meters)
	if err != nil {
		return err
	}

	queue, err := natsqueue.Open(natsqueue.Options{
		URL:     c.NATSURL,
		Server:  spiffeid.RequireFromString("spiffe://acme.example/ns/nats/sa/nats"),
		Source:  source,
		Name:    Name,
		Timeout: jobTimeout,
		Logger:  o.logger,
	})
	if err != nil {
		return err
	}
	defer queue.Close()
	pool, err := worker.New(worker.Options{
		Source:      queue,
		Handle:      jobs.Greet(composer),
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
		ops.Check{Name: "worker", Ready: pool.Ready},
	)
	o.logger.LogAttrs(
		ctx, slog.LevelInfo, "serving",
		slog.String("spiffe_id", ID().String()),
	)
	service := lifecycle.Service{
		Parts:        []lifecycle.Part{pool},
		Tasks:        []func(context.Context){monitor.Run, c.LogLevel.Follow(o.logger)},
		NotReady:     probes.Drain,
		LameDuck:     c.LameDuck,
		DrainTimeout: c.DrainTimeout,
		Logger:       o.logger,
	}
	return service.Run(ctx)
}
