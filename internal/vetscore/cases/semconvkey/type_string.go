// The status code is an int by the conventions.
//
// Evidence: rule.

package semconvkey

import (
	"net/http"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/trace"
)

func typeString(span trace.Span, resp *http.Response) {
	span.SetAttributes(attribute.String("http.response.status_code", resp.Status)) // BAD semconvkey.type
}
