// Declared by var, started by an assignment.
//
// Evidence: R2.

package spanend

import (
	"context"
	"errors"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/trace"
)

func declaredBefore(ctx context.Context, id string) error {
	var span trace.Span
	ctx, span = tracer.Start(ctx, "declared") // BAD spanend.leak
	it, err := load(ctx, id)
	switch {
	case errors.Is(err, errEmpty):
		return nil
	case err != nil:
		span.SetStatus(codes.Error, err.Error())
	}
	span.SetAttributes(attribute.String("shop.item", it.id))
	span.End()
	return err
}
