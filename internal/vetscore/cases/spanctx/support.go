// Package spanctx has cases of the context that a span travels in.
package spanctx

import (
	"context"
	"database/sql"

	"go.opentelemetry.io/otel"
)

var tracer = otel.Tracer("example.com/cases/spanctx")

type provider func(ctx context.Context, host string) (string, error)

type store struct{ db *sql.DB }

func fetch(ctx context.Context, id string) (string, error) { return id, ctx.Err() }

func write(ctx context.Context, s string) error { return ctx.Err() }

func count(s string) int { return len(s) }
