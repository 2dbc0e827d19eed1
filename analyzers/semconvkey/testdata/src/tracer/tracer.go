// Package tracer has schema URLs that do not fit.
package tracer

import (
	"go.opentelemetry.io/otel/sdk/resource"
	semconv "go.opentelemetry.io/otel/semconv/v1.43.0"
	"go.opentelemetry.io/otel/trace"
)

const url = "https://opentelemetry.io/schemas/1.30.0"

func tracer(p trace.TracerProvider) trace.Tracer {
	return p.Tracer("a", trace.WithSchemaURL(url)) // want `the schema URL is that of 1.30.0, but the attributes are those of semconv v1.43.0`
}

func set(span trace.Span, text string) { span.SetAttributes(semconv.DBQueryText(text)) }

func describe() *resource.Resource {
	return resource.NewWithAttributes("https://opentelemetry.io/schemas/1.25.0", semconv.DBQueryText("")) // want `the schema URL is that of 1.25.0, but the attributes are those of semconv v1.43.0; 1.25.0 has no "db.query.text"`
}
