// A key on two events.
//
// Evidence: rule.

package semconvkey

import (
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/trace"
)

func goodEvents(span trace.Span, n int) {
	span.AddEvent("begun", trace.WithAttributes(attribute.Int("shop.rows", 0)))
	span.AddEvent("done", trace.WithAttributes(attribute.Int("shop.rows", n))) // GOOD: another event
}
