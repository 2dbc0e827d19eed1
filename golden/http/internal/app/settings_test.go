package app

import (
	"context"
	"testing"

	"github.com/acme/orders/internal/api"
	"github.com/acme/orders/internal/config"
	"github.com/acme/orders/internal/identity"
	"github.com/acme/orders/internal/ops"
)

// settings are those of a service that runs in a test.
func settings(testing.TB) map[string]string {
	return map[string]string{
		"LAME_DUCK":                  "0s",
		"TELEMETRY_SHUTDOWN_TIMEOUT": "100ms",
		"LOG_LEVEL":                  "error",
		"HTTP_ADDRESS":               "127.0.0.1:0",
	}
}

// run runs the whole service but its probes and its start.
func run(ctx context.Context, c config.Config, source identity.Source, probes *ops.Probes) error {
	listeners, err := Listen(c)
	if err != nil {
		return err
	}
	return Serve(ctx, c, source, api.Access(), listeners, probes)
}
