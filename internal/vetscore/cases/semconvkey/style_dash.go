// A dash where the conventions have underscores.
//
// Evidence: evidence: naming rules.

package semconvkey

import (
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/trace"
)

func styleDash(span trace.Span, id string) {
	span.SetAttributes(attribute.String("shop.order-id", id)) // BAD(option) semconvkey.style
}
