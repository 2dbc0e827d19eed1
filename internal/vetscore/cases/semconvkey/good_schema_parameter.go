// The schema is the caller's.
//
// Evidence: rule.

package semconvkey

import (
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/sdk/resource"
)

func goodSchema(url string, attrs ...attribute.KeyValue) *resource.Resource {
	return resource.NewWithAttributes(url, attrs...) // GOOD: unknown here
}
