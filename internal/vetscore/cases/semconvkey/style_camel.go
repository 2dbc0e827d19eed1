// Camel case below a namespace.
//
// Evidence: evidence: 4 of 57 literal keys.

package semconvkey

import (
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/trace"
)

func styleCamel(span trace.Span, id string) {
	span.SetAttributes(attribute.String("shop.orderId", id)) // BAD(option) semconvkey.style
}
