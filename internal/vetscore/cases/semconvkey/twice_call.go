// One call sets a key twice: the last one wins.
//
// Evidence: rule.

package semconvkey

import (
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/trace"
)

func twiceCall(span trace.Span, first, second string) {
	span.SetAttributes(
		attribute.String("shop.tenant", first),  // BAD semconvkey.twice @a
		attribute.String("shop.tenant", second), // BAD semconvkey.twice @a
	)
}
