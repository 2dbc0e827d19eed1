// Both, in the usual order.
//
// Evidence: rule.

package spanstatus

import (
	"context"

	"go.opentelemetry.io/otel/codes"
)

func goodBoth(ctx context.Context) error {
	ctx, span := tracer.Start(ctx, "good")
	defer span.End()
	if err := work(ctx); err != nil {
		span.RecordError(err)
		span.SetStatus(codes.Error, err.Error()) // GOOD: set
		return err
	}
	return nil
}
