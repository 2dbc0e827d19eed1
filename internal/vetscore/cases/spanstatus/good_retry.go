// A failed attempt is recorded; the operation may succeed yet, and the last error sets the
// status.
//
// Evidence: rule.

package spanstatus

import (
	"context"

	"go.opentelemetry.io/otel/codes"
)

func goodRetry(ctx context.Context) error {
	ctx, span := tracer.Start(ctx, "retry")
	defer span.End()
	var err error
	for range 3 {
		if err = work(ctx); err == nil {
			return nil
		}
		span.RecordError(err) // GOOD: the status is set when all have failed
	}
	span.SetStatus(codes.Error, err.Error())
	return err
}
