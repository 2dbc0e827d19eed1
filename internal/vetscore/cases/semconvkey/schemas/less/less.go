// A resource without a schema.
//
// Evidence: rule.

// Package less has no schema URL.
package less

import (
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/sdk/resource"
	semconv "go.opentelemetry.io/otel/semconv/v1.43.0"
)

// Resource describes the service.
func Resource() *resource.Resource {
	return resource.NewSchemaless(semconv.ServiceName("orders"), attribute.String("shop.cell", "a")) // GOOD: none is named
}
