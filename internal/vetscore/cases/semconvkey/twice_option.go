// A semconv function and the same key by hand.
//
// Evidence: rule.

package semconvkey

import (
	"context"

	"go.opentelemetry.io/otel/attribute"
	semconv "go.opentelemetry.io/otel/semconv/v1.43.0"
	"go.opentelemetry.io/otel/trace"
)

func twiceOption(ctx context.Context, host, peer string) error {
	ctx, span := tracer.Start(ctx, "call", trace.WithAttributes(
		semconv.ServerAddress(host),              // BAD semconvkey.twice @a
		attribute.String("server.address", peer), // BAD semconvkey.twice @a
	))
	defer span.End()
	return work(ctx)
}
