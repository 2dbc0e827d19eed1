// A misspelled word in a namespace of our own is ours.
//
// Evidence: rule.

package semconvkey

import (
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/trace"
)

func goodNearOwn(span trace.Span, host string) {
	span.SetAttributes(attribute.String("shop.server.adress", host)) // GOOD: not registered, not near a registered one
}
