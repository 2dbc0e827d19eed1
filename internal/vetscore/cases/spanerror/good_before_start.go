// The error is returned before the span exists.
//
// Evidence: rule.

package spanerror

import (
	"context"
	"errors"

	"go.opentelemetry.io/otel/codes"
)

func goodBeforeStart(ctx context.Context, s string) error {
	if s == "" {
		return errors.New("empty") // GOOD: no span yet
	}
	ctx, span := tracer.Start(ctx, "good")
	defer span.End()
	_, err := work(ctx)
	if err != nil {
		span.SetStatus(codes.Error, err.Error())
	}
	return err
}
