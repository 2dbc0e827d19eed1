package telemetry

import (
	"go.opentelemetry.io/contrib/instrumentation/google.golang.org/grpc/otelgrpc"
	"go.opentelemetry.io/otel/metric"
	"go.opentelemetry.io/otel/trace"
	"google.golang.org/grpc/stats"
)

// ClientHandler gives each outgoing call a client span, the rpc.client metrics, and the trace
// context and baggage as metadata.
func ClientHandler(tp trace.TracerProvider, mp metric.MeterProvider) stats.Handler {
	return otelgrpc.NewClientHandler(otelgrpc.WithTracerProvider(tp), otelgrpc.WithMeterProvider(mp), otelgrpc.WithPropagators(Propagator()))
}
