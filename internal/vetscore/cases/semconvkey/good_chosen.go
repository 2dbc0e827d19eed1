// One of two lists is taken.
//
// Evidence: rule.

package semconvkey

import (
	"context"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/metric"
)

func goodChosen(ctx context.Context, n metric.Int64Counter, hit bool) {
	hits := metric.WithAttributes(attribute.String("shop.cache", "hit"))
	misses := metric.WithAttributes(attribute.String("shop.cache", "miss")) // GOOD: one of them
	if hit {
		n.Add(ctx, 1, hits)
		return
	}
	n.Add(ctx, 1, misses)
}
