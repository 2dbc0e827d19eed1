// Package config is what can be set from outside: environment variables, nothing else.
package config

import (
	"errors"
	"log/slog"
	"time"

	"example.com/acme/stock/internal/env"
	"example.com/acme/stock/internal/telemetry"
)

// Config is the service's configuration.
type Config struct {
	WorkloadAPI              string
	SVIDHint                 string
	GRPCAddress              string
	ProbeAddress             string
	DebugAddress             string
	CallLedgerAddress        string
	LameDuck                 time.Duration
	DrainTimeout             time.Duration
	TelemetryShutdownTimeout time.Duration
	LogLevel                 *env.LogLevel
}

// Load reads the configuration and returns with it each setting as it was read.
// Its error names every variable that is wrong.
func Load(getenv func(string) string) (Config, []env.Setting, error) {
	r := env.NewReader(getenv)
	c := Config{
		WorkloadAPI:              r.Text("SPIFFE_ENDPOINT_SOCKET", "", "Workload API, such as unix:///spiffe-workload-api/spire-agent.sock"),
		SVIDHint:                 r.Text("SPIFFE_SVID_HINT", "", "of several SVIDs with the service's ID, the one with this hint"),
		GRPCAddress:              r.Address("GRPC_ADDRESS", ":9443", "gRPC over mutual TLS"),
		ProbeAddress:             r.Address("PROBE_ADDRESS", ":8081", "probes: /startupz, /livez, /readyz"),
		DebugAddress:             r.Loopback("DEBUG_ADDRESS", "profiles, on loopback only; off when empty"),
		CallLedgerAddress:        r.Address("CALL_LEDGER_ADDRESS", "ledger.ledger.svc:9443", "where ledger answers"),
		LameDuck:                 r.Duration("LAME_DUCK", 5*time.Second, "from SIGTERM to the drain, while balancers notice"),
		DrainTimeout:             r.Duration("DRAIN_TIMEOUT", 15*time.Second, "for what is in flight"),
		TelemetryShutdownTimeout: r.Duration("TELEMETRY_SHUTDOWN_TIMEOUT", 2*time.Second, "for the last of the telemetry"),
		LogLevel:                 r.Level("LOG_LEVEL", slog.LevelInfo, "debug, info, warn or error"),
	}
	telemetryErr := telemetry.CheckEnvironment(getenv, telemetry.Linked{
		Signals:   []string{"traces", "metrics", "logs"},
		Protocol:  "grpc",
		Address:   "127.0.0.1:4317",
		Plaintext: true,
	})
	return c, r.Settings(), errors.Join(r.Err(), telemetryErr)
}
