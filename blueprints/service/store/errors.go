package store

import (
	"context"
	"errors"
	"io"
	"net"
	"slices"

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

var errNoWay = errors.New("no way to the database")

// IsAway tells whether err is for want of a database that answers, and no fault of what was
// asked: to ask again, later, may help.
func IsAway(err error) bool {
	var connect *pgconn.ConnectError
	var network *net.OpError
	if errors.Is(err, errNoWay) || errors.As(err, &connect) || errors.As(err, &network) || errors.Is(err, io.ErrUnexpectedEOF) {
		return true
	}
	var refused *pgconn.PgError // by class: of the connection, for want of room, by an operator
	return errors.As(err, &refused) && len(refused.Code) == 5 && slices.Contains([]string{"08", "53", "57"}, refused.Code[:2])
}
