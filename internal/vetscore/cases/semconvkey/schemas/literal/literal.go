// The schema URL is of another version than the keys.
//
// Evidence: rule.

// Package literal has a schema URL by hand.
package literal

import (
	"go.opentelemetry.io/otel/sdk/resource"
	semconv "go.opentelemetry.io/otel/semconv/v1.43.0"
)

// Resource describes the service.
func Resource() *resource.Resource {
	return resource.NewWithAttributes("https://opentelemetry.io/schemas/1.25.0", // BAD semconvkey.schema
		semconv.ServiceName("orders"),
		semconv.ServiceVersion("1.0.0"),
	)
}
