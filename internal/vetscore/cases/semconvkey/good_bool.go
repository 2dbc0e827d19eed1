// A boolean where the conventions have one.
//
// Evidence: rule.

package semconvkey

import (
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/trace"
)

func goodBool(span trace.Span, temporary bool) {
	span.SetAttributes(attribute.Bool("messaging.destination.temporary", temporary)) // GOOD: a boolean
}
