// Package spanstatus has cases of errors that are recorded, and of the status that is forgotten beside them.
package spanstatus

import (
	"context"

	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/trace"
)

var tracer = otel.Tracer("example.com/cases/spanstatus")

func work(ctx context.Context) error { return ctx.Err() }

// fail has the whole of it.
func fail(span trace.Span, err error) error {
	span.RecordError(err)
	span.SetStatus(codes.Error, err.Error())
	return err
}
