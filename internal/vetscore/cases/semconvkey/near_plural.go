// A letter is wrong in a longer key.
//
// Evidence: rule.

package semconvkey

import (
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/trace"
)

func nearSwap(span trace.Span, text string) {
	span.SetAttributes(attribute.String("db.querry.text", text)) // BAD semconvkey.near
}
