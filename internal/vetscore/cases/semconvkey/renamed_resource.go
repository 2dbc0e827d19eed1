// The deployment's environment, in a resource.
//
// Evidence: R14.

package semconvkey

import (
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/sdk/resource"
	semconv "go.opentelemetry.io/otel/semconv/v1.43.0"
)

func renamedResource(env string) *resource.Resource {
	return resource.NewWithAttributes(semconv.SchemaURL,
		semconv.ServiceName("orders"),
		attribute.String("deployment.environment", env), // BAD semconvkey.renamed
	)
}
