package telemetry

import (
	"go.opentelemetry.io/otel/propagation"
)

// Propagator reads and writes W3C trace context and baggage.
func Propagator() propagation.TextMapPropagator {
	return propagation.NewCompositeTextMapPropagator(propagation.TraceContext{}, propagation.Baggage{})
}
