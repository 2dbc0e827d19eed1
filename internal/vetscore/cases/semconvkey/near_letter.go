// A letter too few.
//
// Evidence: rule.

package semconvkey

import (
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/trace"
)

func nearLetter(span trace.Span, host string) {
	span.SetAttributes(attribute.String("server.adress", host)) // BAD semconvkey.near
}
