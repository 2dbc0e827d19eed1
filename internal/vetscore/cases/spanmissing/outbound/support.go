// Package outbound has clients without instrumentation.
package outbound

import (
	"context"

	"go.opentelemetry.io/otel"
)

var tracer = otel.Tracer("example.com/cases/outbound")

// Reload is traced.
func Reload(ctx context.Context) error {
	_, span := tracer.Start(ctx, "reload")
	defer span.End()
	return ctx.Err()
}
