package store

import (
	"github.com/exaring/otelpgx"
	"github.com/jackc/pgx/v5"
	"go.opentelemetry.io/otel/metric"
	"go.opentelemetry.io/otel/trace"
)

// NewContribTracer returns a tracer that gives each query a duration and, within a trace that is
// sampled, a client span. It never shows the values of a query's parameters.
func NewContribTracer(tp trace.TracerProvider, mp metric.MeterProvider) pgx.QueryTracer {
	return otelpgx.NewTracer(otelpgx.WithTracerProvider(tp), otelpgx.WithMeterProvider(mp))
}
