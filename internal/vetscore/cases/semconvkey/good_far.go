// One word more than a registered key makes another key.
//
// Evidence: rule.

package semconvkey

import (
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/trace"
)

func goodFar(span trace.Span, attempts int) {
	span.SetAttributes(attribute.Int("shop.http.request.attempts", attempts)) // GOOD: ours
}
