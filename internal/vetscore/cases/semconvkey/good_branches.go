// A key on each of two branches.
//
// Evidence: rule.

package semconvkey

import (
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/trace"
)

func goodBranches(span trace.Span, hit bool) {
	if hit {
		span.SetAttributes(attribute.String("shop.cache", "hit"))
	} else {
		span.SetAttributes(attribute.String("shop.cache", "miss")) // GOOD: one of them
	}
}
