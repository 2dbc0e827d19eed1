// The tracer names a schema that its keys do not follow.
//
// Evidence: rule.

// Package tracer has a tracer of another schema.
package tracer

import (
	"context"

	"go.opentelemetry.io/otel"
	semconv "go.opentelemetry.io/otel/semconv/v1.43.0"
	"go.opentelemetry.io/otel/trace"
)

var tracer = otel.Tracer("example.com/cases/schemas", trace.WithSchemaURL("https://opentelemetry.io/schemas/1.30.0")) // BAD semconvkey.schema

// Query runs a query.
func Query(ctx context.Context, text string) error {
	_, span := tracer.Start(ctx, "query", trace.WithAttributes(semconv.DBQueryText(text)))
	defer span.End()
	return ctx.Err()
}
