// An underscore where the registered key has a dot.
//
// Evidence: rule.

package semconvkey

import (
	"net/http"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/trace"
)

func nearSeparator(span trace.Span, r *http.Request) {
	span.SetAttributes(attribute.String("http.request_method", r.Method)) // BAD semconvkey.near
}
