// Package spanend has cases of spans that are not ended, and of spans that are.
package spanend

import (
	"context"
	"errors"

	"go.opentelemetry.io/otel"
)

var tracer = otel.Tracer("example.com/cases/spanend")

var errEmpty = errors.New("empty")

type item struct{ id string }

func load(ctx context.Context, id string) (item, error) { return item{id}, ctx.Err() }

func save(ctx context.Context, it item) error { return ctx.Err() }

func valid(s string) bool { return s != "" }
