// A key that is alive again.
//
// Evidence: R14 look-alike: renamed in a schema file, live in the registry.

package semconvkey

import (
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/trace"
)

func goodLive(span trace.Span, id string) {
	span.SetAttributes(attribute.String("enduser.id", id)) // GOOD: in 1.43.0
}
