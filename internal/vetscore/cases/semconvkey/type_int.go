// The route is a string by the conventions.
//
// Evidence: rule.

package semconvkey

import (
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/trace"
)

func typeInt(span trace.Span, route int) {
	span.SetAttributes(attribute.Int("http.route", route)) // BAD semconvkey.type
}
