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
		attribute.String("shop.order.method", method), // GOOD: ours to name
		attribute.Int("shop.order.status_code", code),
	)
}
