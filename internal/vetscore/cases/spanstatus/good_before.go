// The status comes first.
//
// Evidence: rule.

package spanstatus

import (
	"context"

	"go.opentelemetry.io/otel/codes"
)

func goodBefore(ctx context.Context) error {
	ctx, span := tracer.Start(ctx, "good")
	defer span.End()
	err := work(ctx)
	if err != nil {
		span.SetStatus(codes.Error, "work failed")
		span.RecordError(err) // GOOD: set above
	}
	return err
}
