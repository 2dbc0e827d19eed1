// The status is set by the deferred literal, for all errors.
//
// Evidence: rule.

package spanstatus

import (
	"context"

	"go.opentelemetry.io/otel/codes"
)

func goodDeferredStatus(ctx context.Context, n int) (err error) {
	ctx, span := tracer.Start(ctx, "good")
	defer func() {
		if err != nil {
			span.SetStatus(codes.Error, err.Error())
		}
		span.End()
	}()
	for range n {
		if err = work(ctx); err != nil {
			span.RecordError(err) // GOOD: the deferred literal sets the status
			return err
		}
	}
	return nil
}
