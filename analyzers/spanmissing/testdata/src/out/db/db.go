// Package db opens databases.
package db

import (
	"context"
	"database/sql"

	"go.opentelemetry.io/otel/trace"
)

func Open(ctx context.Context, dsn string, t trace.Tracer) (*sql.DB, error) {
	return sql.Open("pgx", dsn) // want `database/sql opens "pgx"`
}

func good(ctx context.Context, dsn string) (*sql.DB, error) { return sql.Open("pgx-traced", dsn) }

func goodWithout(dsn string) (*sql.DB, error) { return sql.Open("pgx", dsn) }
