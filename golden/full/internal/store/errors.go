package store

import (
	"context"
	"errors"

	"github.com/jackc/pgx/v5/pgconn"
	"go.opentelemetry.io/otel/attribute"
	semconv "go.opentelemetry.io/otel/semconv/v1.43.0"
)

// errorType returns error.type: the SQLSTATE where the database said no, else why it was not asked.
func errorType(err error) attribute.KeyValue {
	var refused *pgconn.PgError
	var connect *pgconn.ConnectError
	switch {
	case errors.As(err, &refused):
		return semconv.ErrorTypeKey.String(refused.Code)
	case errors.Is(err, context.Canceled):
		return semconv.ErrorTypeKey.String("canceled")
	case errors.Is(err, context.DeadlineExceeded), pgconn.Timeout(err):
		return semconv.ErrorTypeKey.String("timeout")
	case errors.As(err, &connect):
		return semconv.ErrorTypeKey.String("connect")
	default:
		return semconv.ErrorTypeOther
	}
}
