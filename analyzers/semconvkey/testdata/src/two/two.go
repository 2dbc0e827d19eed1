// Package two has the schema URL of one version, and attributes of another.
package two

import (
	"go.opentelemetry.io/otel/sdk/resource"
	old "go.opentelemetry.io/otel/semconv/v1.25.0"
	semconv "go.opentelemetry.io/otel/semconv/v1.43.0"
)

func describe() *resource.Resource {
	return resource.NewWithAttributes(old.SchemaURL, semconv.ServiceName("a")) // want `the schema URL is that of 1.25.0, but the attributes are those of semconv v1.43.0`
}
