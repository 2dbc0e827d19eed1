// Package between is on its way from one version to another.
package between

import (
	old "go.opentelemetry.io/otel/semconv/v1.25.0" // want `attributes of semconv v1.25.0 here and of v1.43.0 elsewhere in the package`
	semconv "go.opentelemetry.io/otel/semconv/v1.43.0"
	"go.opentelemetry.io/otel/trace"
)

func set(span trace.Span, text string) {
	span.SetAttributes(semconv.DBQueryText(text))
	span.SetAttributes(old.DBStatement(text)) // want `DBStatement of semconv v1.25.0 is "db.statement"`
}
