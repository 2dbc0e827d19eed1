// Package app puts the service together and runs it.
package app

import (
	"context"
	"fmt"
	"log/slog"
	"net"
	"os"
	"time"

	"github.com/spiffe/go-spiffe/v2/spiffeid"

	"github.com/acme/orders/internal/api"
	"github.com/acme/orders/internal/config"
	"github.com/acme/orders/internal/greetings"
	"github.com/acme/orders/internal/httpserver"
	"github.com/acme/orders/internal/identity"
	"github.com/acme/orders/internal/lifecycle"
	"github.com/acme/orders/internal/ops"
	"github.com/acme/orders/internal/telemetry"
)

// Name is the service's name, in telemetry too.
const Name = "orders"

// identityTimeout bounds the wait for the first SVID.
const identityTimeout = 30 * time.Second

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
	HTTP net.Listener
}

// Listen opens what the configuration says.
func Listen(c config.Config) (Listeners, error) {
	var l Listeners
	var err error
	l.HTTP, err = net.Listen("tcp", c.HTTPAddress)
	if err != nil {
		return l, fmt.Errorf("HTTP_ADDRESS: %w", err)
	}
	return l, nil
}

// Close closes them; they are closed already, unless the start failed.
func (l Listeners) Close() {
	l.HTTP.Close()
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

	composer, err := greetings.NewComposer(o.logger, o.tracers, o.meters)
	if err != nil {
		return err
	}

	routes := api.Routes(composer)
	httpServer, err := httpserver.New(httpserver.Options{
		Source:    source,
		Access:    access,
		Telemetry: o.middleware,
		Logger:    o.logger,
	}, routes)
	if err != nil {
		return err
	}
	if err := rules.Check(httpserver.Targets(routes)...); err != nil {
		return err
	}

	probes.SetChecks(ops.Check{Name: "identity", Ready: monitor.Ready})
	o.logger.LogAttrs(
		ctx, slog.LevelInfo, "serving",
		slog.String("address", listeners.HTTP.Addr().String()),
		slog.String("spiffe_id", ID().String()),
	)
	service := lifecycle.Service{
		Parts:        []lifecycle.Part{lifecycle.On(listeners.HTTP, httpServer)},
		Tasks:        []func(context.Context){monitor.Run, c.LogLevel.Follow(o.logger)},
		NotReady:     probes.Drain,
		LameDuck:     c.LameDuck,
		DrainTimeout: c.DrainTimeout,
		Logger:       o.logger,
	}
	return service.Run(ctx)
}
