// Int64 and Int are one type by the conventions.
//
// Evidence: rule.

package semconvkey

import (
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/trace"
)

func goodInt64(span trace.Span, size int64) {
	span.SetAttributes(attribute.Int64("http.response.body.size", size)) // GOOD: an int
}
