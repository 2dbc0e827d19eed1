package telemetry

import (
	"log/slog"

	"go.opentelemetry.io/contrib/bridges/otelslog"
	sdklog "go.opentelemetry.io/otel/sdk/log"
	"go.opentelemetry.io/otel/sdk/resource"
)

// NewLoggerProvider exports log records; what it cannot deliver is counted in drops.
func NewLoggerProvider(res *resource.Resource, exp sdklog.Exporter, drops *Drops) *sdklog.LoggerProvider {
	return sdklog.NewLoggerProvider(sdklog.WithResource(res), sdklog.WithProcessor(sdklog.NewBatchProcessor(exp)))
}

// NewLogHandler sends slog records to lp; give it to NewLogger. name is the instrumentation scope.
func NewLogHandler(lp *sdklog.LoggerProvider, name string) slog.Handler {
	return otelslog.NewHandler(name, otelslog.WithLoggerProvider(lp))
}
