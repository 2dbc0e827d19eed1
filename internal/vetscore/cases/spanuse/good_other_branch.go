// Ended on a branch that returns; written to on the other.
//
// Evidence: R3 look-alike.

package spanuse

import (
	"context"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
)

func goodOtherBranch(ctx context.Context) error {
	ctx, span := tracer.Start(ctx, "good")
	n, err := work(ctx)
	if err != nil {
		span.SetStatus(codes.Error, err.Error())
		span.End()
		return err
	}
	span.SetAttributes(attribute.Int("shop.rows", n)) // GOOD: the branch that ended it has left
	span.End()
	return nil
}
