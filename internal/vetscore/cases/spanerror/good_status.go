// The status is set before each return of an error.
//
// Evidence: rule.

package spanerror

import (
	"context"

	"go.opentelemetry.io/otel/codes"
)

func goodStatus(ctx context.Context) error {
	ctx, span := tracer.Start(ctx, "good")
	defer span.End()
	if _, err := work(ctx); err != nil {
		span.SetStatus(codes.Error, err.Error())
		return err // GOOD: the span knows
	}
	return nil
}
