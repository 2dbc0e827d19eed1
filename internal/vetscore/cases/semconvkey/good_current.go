// Keys that the registry has, by hand.
//
// Evidence: R14 look-alike.

package semconvkey

import (
	"net/http"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/trace"
)

func goodCurrent(span trace.Span, r *http.Request, code int) {
	span.SetAttributes(
		attribute.String("http.request.method", r.Method),
		attribute.Int("http.response.status_code", code), // GOOD: registered, an int
		attribute.String("url.path", r.URL.Path),
	)
}
