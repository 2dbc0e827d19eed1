// The schema URL of the imported version.
//
// Evidence: rule.

// Package same has one version.
package same

import (
	"go.opentelemetry.io/otel/sdk/resource"
	semconv "go.opentelemetry.io/otel/semconv/v1.43.0"
)

// Resource describes the service.
func Resource() (*resource.Resource, error) {
	return resource.Merge(resource.Default(),
		resource.NewWithAttributes(semconv.SchemaURL, semconv.ServiceName("orders"))) // GOOD: one version
}
