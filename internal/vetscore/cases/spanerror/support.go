// Package spanerror has cases of errors that a function returns and its span does not know.
package spanerror

import (
	"context"

	"go.opentelemetry.io/otel"
)

var tracer = otel.Tracer("example.com/cases/spanerror")

func work(ctx context.Context) (int, error) { return 1, ctx.Err() }
