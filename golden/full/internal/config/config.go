// Package config is what can be set from outside: environment variables, nothing else.
package config

import (
	"errors"
	"log/slog"
	"time"

	"example.com/acme/payments/v2/internal/env"
	"example.com/acme/payments/v2/internal/telemetry"
)

// Config is the service's configuration.
type Config struct {
	WorkloadAPI              string
	SVIDHint                 string
	HTTPAddress              string
	GRPCAddress              string
	ProbeAddress             string
	MetricsAddress           string
	DebugAddress             string
	CallLedgerAddress        string
	CallFraudCheckAddress    string
	DatabaseURL              func() (string, error)
	WorkerConcurrency        int
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
		HTTPAddress:              r.Address("HTTP_ADDRESS", ":8443", "HTTP over mutual TLS"),
		GRPCAddress:              r.Address("GRPC_ADDRESS", ":9443", "gRPC over mutual TLS"),
		ProbeAddress:             r.Address("PROBE_ADDRESS", ":8081", "probes: /startupz, /livez, /readyz"),
		MetricsAddress:           r.Address("METRICS_ADDRESS", ":9090", "metrics for Prometheus: /metrics"),
		DebugAddress:             r.Loopback("DEBUG_ADDRESS", "profiles, on loopback only; off when empty"),
		CallLedgerAddress:        r.Address("CALL_LEDGER_ADDRESS", "ledger.ledger.svc:9443", "where ledger answers"),
		CallFraudCheckAddress:    r.Address("CALL_FRAUD_CHECK_ADDRESS", "fraud-check.risk.svc:8443", "where fraud-check answers"),
		DatabaseURL:              r.SecretFile("DATABASE_URL", "file with the PostgreSQL URL, such as postgres://…?sslmode=verify-full"),
		WorkerConcurrency:        r.Int("WORKER_CONCURRENCY", 4, 1, 1000, "jobs at once"),
		LameDuck:                 r.Duration("LAME_DUCK", 5*time.Second, "from SIGTERM to the drain, while balancers notice"),
		DrainTimeout:             r.Duration("DRAIN_TIMEOUT", 15*time.Second, "for what is in flight"),
		TelemetryShutdownTimeout: r.Duration("TELEMETRY_SHUTDOWN_TIMEOUT", 2*time.Second, "for the last of the telemetry"),
		LogLevel:                 r.Level("LOG_LEVEL", slog.LevelInfo, "debug, info, warn or error"),
	}
	telemetryErr := telemetry.CheckEnvironment(getenv, telemetry.Linked{
		Signals:  []string{"traces", "metrics", "logs"},
		Protocol: "grpc",
		Address:  "otel-collector.observability.svc:4317",
	})
	return c, r.Settings(), errors.Join(r.Err(), telemetryErr)
}
