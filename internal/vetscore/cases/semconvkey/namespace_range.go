// Words joined by an underscore are no namespace.
//
// Evidence: evidence: 38 of 57 literal keys.

package semconvkey

import (
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/trace"
)

func namespaceRange(span trace.Span, end string) {
	span.SetAttributes(attribute.String("range_end", end)) // BAD(option) semconvkey.namespace
}
