// A header's key is of a registered template.
//
// Evidence: rule: template keys.

package semconvkey

import (
	"net/http"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/trace"
)

func goodTemplate(span trace.Span, r *http.Request) {
	span.SetAttributes(attribute.StringSlice("http.request.header.x-request-id", r.Header.Values("X-Request-Id"))) // GOOD: http.request.header.<key>
}
