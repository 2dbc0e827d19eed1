// The schema URL of one version, the attributes of another.
//
// Evidence: rule.

// Package two imports two versions of the conventions.
package two

import (
	"go.opentelemetry.io/otel/sdk/resource"
	old "go.opentelemetry.io/otel/semconv/v1.37.0"     // BAD semconvkey.schema @a
	semconv "go.opentelemetry.io/otel/semconv/v1.43.0" // BAD semconvkey.schema @a
)

// Resource describes the service.
func Resource() *resource.Resource {
	return resource.NewWithAttributes(old.SchemaURL, semconv.ServiceName("orders")) // BAD semconvkey.schema @a
}
