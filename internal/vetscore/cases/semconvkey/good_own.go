// A namespace of our own.
//
// Evidence: rule.

package semconvkey

import (
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/trace"
)

func goodOwn(span trace.Span, method string, code int) {
	span.SetAttributes(
		attribute.String("app.order.method", method), // GOOD: ours to name
		attribute.Int("app.order.status_code", code),
	)
}
