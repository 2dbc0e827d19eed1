// The registered key in another spelling.
//
// Evidence: rule.

package semconvkey

import (
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/trace"
)

func nearCamel(span trace.Span, code int) {
	span.SetAttributes(attribute.Int("http.response.statusCode", code)) // BAD semconvkey.near MAY semconvkey.style
}
