package telemetry

import (
	"context"

	"go.opentelemetry.io/contrib/instrumentation/runtime"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/metric"
	sdkmetric "go.opentelemetry.io/otel/sdk/metric"
	"go.opentelemetry.io/otel/sdk/resource"
)

// cardinalityLimit bounds the attribute sets of one metric; what is beyond it is summed
// under otel.metric.overflow.
const cardinalityLimit = 2000

// NewMeterProvider gives readers the service's metrics, those of the Go runtime and
// telemetry.dropped.
func NewMeterProvider(res *resource.Resource, drops *Drops, readers ...sdkmetric.Option) (*sdkmetric.MeterProvider, error) {
	mp := sdkmetric.NewMeterProvider(append(readers, sdkmetric.WithResource(res), sdkmetric.WithCardinalityLimit(cardinalityLimit))...)
	if err := runtime.Start(runtime.WithMeterProvider(mp)); err != nil {
		return nil, err
	}
	_, err := mp.Meter("telemetry").Int64ObservableCounter("telemetry.dropped",
		metric.WithUnit("{item}"),
		metric.WithDescription("Spans, metrics and log records that did not reach the collector."),
		metric.WithInt64Callback(func(_ context.Context, o metric.Int64Observer) error {
			for l, n := range drops.totals() {
				o.Observe(n, metric.WithAttributes(attribute.String("signal", l.signal), attribute.String("reason", l.reason)))
			}
			return nil
		}))
	return mp, err
}
