package store

import (
	"context"

	"github.com/jackc/pgx/v5/pgxpool"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/metric"
	semconv "go.opentelemetry.io/otel/semconv/v1.43.0"
)

// measure observes the pool, by the names of the semantic conventions.
func measure(pool *pgxpool.Pool, mp metric.MeterProvider) error {
	name := semconv.DBClientConnectionPoolName(scope)
	idle := metric.WithAttributeSet(attribute.NewSet(name, semconv.DBClientConnectionStateIdle))
	used := metric.WithAttributeSet(attribute.NewSet(name, semconv.DBClientConnectionStateUsed))
	all := metric.WithAttributeSet(attribute.NewSet(name))

	meter := mp.Meter(scope)
	count, err := meter.Int64ObservableUpDownCounter("db.client.connection.count",
		metric.WithUnit("{connection}"), metric.WithDescription("Connections to the database, by what they do."))
	if err != nil {
		return err
	}
	limit, err := meter.Int64ObservableUpDownCounter("db.client.connection.max",
		metric.WithUnit("{connection}"), metric.WithDescription("Connections that there may be."))
	if err != nil {
		return err
	}
	timeouts, err := meter.Int64ObservableCounter("db.client.connection.timeouts",
		metric.WithUnit("{timeout}"), metric.WithDescription("Waits for a connection that the caller gave up."))
	if err != nil {
		return err
	}
	_, err = meter.RegisterCallback(func(_ context.Context, o metric.Observer) error {
		stat := pool.Stat()
		o.ObserveInt64(count, int64(stat.IdleConns()), idle)
		o.ObserveInt64(count, int64(stat.AcquiredConns()), used)
		o.ObserveInt64(limit, int64(stat.MaxConns()), all)
		o.ObserveInt64(timeouts, stat.CanceledAcquireCount(), all)
		return nil
	}, count, limit, timeouts)
	return err
}
