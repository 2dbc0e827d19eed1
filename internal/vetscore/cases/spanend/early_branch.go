// Ended on the branch that leaves early, leaked on the main path.
//
// Evidence: R2.

package spanend

import (
	"context"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
)

func earlyBranch(ctx context.Context, id string) error {
	ctx, span := tracer.Start(ctx, "branch") // BAD spanend.leak
	if id == "" {
		span.SetStatus(codes.Error, "no id")
		span.End()
		return errEmpty
	}
	span.SetAttributes(attribute.String("shop.item", id))
	_, err := load(ctx, id)
	return err
}
