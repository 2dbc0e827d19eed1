// The old key of the request's method.
//
// Evidence: R14.

package semconvkey

import (
	"net/http"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/trace"
)

func renamedHTTP(span trace.Span, r *http.Request) {
	span.SetAttributes(
		attribute.String("http.method", r.Method), // BAD semconvkey.renamed
		attribute.String("url.scheme", "https"),
	)
}
