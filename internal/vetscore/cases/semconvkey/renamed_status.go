// The old key of the answer's status.
//
// Evidence: R14.

package semconvkey

import (
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/trace"
)

func renamedStatus(span trace.Span, code int) {
	span.SetAttributes(attribute.Int("http.status_code", code)) // BAD semconvkey.renamed
}
