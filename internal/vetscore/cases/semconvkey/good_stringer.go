// A Stringer is a string.
//
// Evidence: rule.

package semconvkey

import (
	"fmt"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/trace"
)

func goodStringer(span trace.Span, addr fmt.Stringer) {
	span.SetAttributes(attribute.Stringer("server.address", addr)) // GOOD: a string
}
