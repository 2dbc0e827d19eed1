// Upper case.
//
// Evidence: evidence: naming rules.

package semconvkey

import (
	"context"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/metric"
)

func styleUpper(ctx context.Context, n metric.Int64Counter) {
	n.Add(ctx, 1, metric.WithAttributes(attribute.Bool("SHOP.CACHED", true))) // BAD(option) semconvkey.style
}
