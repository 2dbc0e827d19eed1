// Package semconvkey has cases of attribute keys, by the semantic conventions 1.43.0.
package semconvkey

import (
	"context"

	"go.opentelemetry.io/otel"
	semconv "go.opentelemetry.io/otel/semconv/v1.43.0"
	"go.opentelemetry.io/otel/trace"
)

var tracer = otel.Tracer("example.com/cases/semconvkey", trace.WithSchemaURL(semconv.SchemaURL))

func work(ctx context.Context) error { return ctx.Err() }
