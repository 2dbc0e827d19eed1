// On a metric's measurement.
//
// Evidence: R14.

package semconvkey

import (
	"context"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/metric"
)

func renamedMetric(ctx context.Context, sent metric.Int64Counter, topic string) {
	sent.Add(ctx, 1, metric.WithAttributes(attribute.String("messaging.destination", topic))) // BAD semconvkey.renamed
}
