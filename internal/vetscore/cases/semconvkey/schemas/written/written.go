// The same version, written by hand.
//
// Evidence: rule.

// Package written has the schema URL as a literal.
package written

import (
	"context"

	"go.opentelemetry.io/otel"
	semconv "go.opentelemetry.io/otel/semconv/v1.43.0"
	"go.opentelemetry.io/otel/trace"
)

const schema = "https://opentelemetry.io/schemas/1.43.0"

var tracer = otel.Tracer("example.com/cases/written", trace.WithSchemaURL(schema)) // GOOD: the version of the import

// Query runs a query.
func Query(ctx context.Context, text string) error {
	_, span := tracer.Start(ctx, "query", trace.WithAttributes(semconv.DBQueryText(text)))
	defer span.End()
	return ctx.Err()
}
