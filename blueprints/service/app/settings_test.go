package app

import (
	"context"
	"maps"
	"testing"

	"github.com/mintwright/mintwright/blueprints/service/api"
	"github.com/mintwright/mintwright/blueprints/service/config"
	"github.com/mintwright/mintwright/blueprints/service/identity"
	"github.com/mintwright/mintwright/blueprints/service/ops"
)

// settings are those of a service that runs in a test.
func settings(tb testing.TB) map[string]string {
	tb.Helper()
	settings := map[string]string{
		"LAME_DUCK":                  "0s",
		"TELEMETRY_SHUTDOWN_TIMEOUT": "100ms",
		"LOG_LEVEL":                  "error",
		"HTTP_ADDRESS":               "127.0.0.1:0",
		"PUBLIC_ADDRESS":             "127.0.0.1:0",
		"GRPC_ADDRESS":               "127.0.0.1:0",
		"METRICS_ADDRESS":            "127.0.0.1:0",
	}
	maps.Copy(settings, certificate(tb))
	return settings
}

// run runs the whole service but its probes and its start.
func run(ctx context.Context, c config.Config, source identity.Source, probes *ops.Probes) error {
	listeners, err := Listen(c)
	if err != nil {
		return err
	}
	return Serve(ctx, c, source, api.Access(), listeners, probes)
}
