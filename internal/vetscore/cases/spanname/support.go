// Package spanname has cases of span names.
package spanname

import (
	"context"

	"go.opentelemetry.io/otel"
)

var tracer = otel.Tracer("example.com/cases/spanname")

func work(ctx context.Context) error { return ctx.Err() }

const area = "orders"

type op int

func (o op) String() string { return [...]string{"read", "write"}[o] }
