// Package required has functions that mintwright-vet.yaml wants a span of.
package required

import (
	"context"

	"go.opentelemetry.io/otel"
)

var tracer = otel.Tracer("example.com/cases/required")

type importer struct{ rows int }

func read(ctx context.Context, name string) (int, error) { return len(name), ctx.Err() }
