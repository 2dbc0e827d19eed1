// The same key on two measurements.
//
// Evidence: rule.

package semconvkey

import (
	"context"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/metric"
)

func goodMeasurements(ctx context.Context, calls, failures metric.Int64Counter, area string, err error) {
	calls.Add(ctx, 1, metric.WithAttributes(attribute.String("shop.area", area)))
	if err != nil {
		failures.Add(ctx, 1, metric.WithAttributes(attribute.String("shop.area", area))) // GOOD: another instrument
	}
}
