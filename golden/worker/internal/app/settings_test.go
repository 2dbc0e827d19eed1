package app

import (
	"context"
	"testing"

	"example.com/acme/mailer/internal/config"
	"example.com/acme/mailer/internal/identity"
	"example.com/acme/mailer/internal/ops"
)

// settings are those of a service that runs in a test.
func settings(testing.TB) map[string]string {
	return map[string]string{
		"LAME_DUCK":                  "0s",
		"TELEMETRY_SHUTDOWN_TIMEOUT": "100ms",
		"LOG_LEVEL":                  "error",
		"NATS_URL":                   "nats://127.0.0.1:1",
	}
}

// run runs the whole service but its probes and its start.
func run(ctx context.Context, c config.Config, source identity.Source, probes *ops.Probes) error {
	return Serve(ctx, c, source, probes)
}
