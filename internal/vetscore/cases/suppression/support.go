// Package suppression has cases of comments that silence findings.
package suppression

import (
	"context"

	"go.opentelemetry.io/otel"
)

var tracer = otel.Tracer("example.com/cases/suppression")

func work(ctx context.Context) error { return ctx.Err() }
