package store

import (
	"github.com/exaring/otelpgx"
	"github.com/jackc/pgx/v5"
	"go.opentelemetry.io/otel/metric"
	"go.opentelemetry.io/otel/trace"
)

// NewContribTracer returns a tracer that gives each query a client span and a duration, and
// never shows the values of its parameters.
func NewContribTracer(tp trace.TracerProvider, mp metric.MeterProvider) pgx.QueryTracer {
	return otelpgx.NewTracer(otelpgx.WithTracerProvider(tp), otelpgx.WithMeterProvider(mp), otelpgx.WithTrimSQLInSpanName())
}
