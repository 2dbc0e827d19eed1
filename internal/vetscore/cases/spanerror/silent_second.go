// The first error is recorded, the second is not.
//
// Evidence: R7.

package spanerror

import (
	"context"

	"go.opentelemetry.io/otel/codes"
)

func silentSecond(ctx context.Context) error {
	ctx, span := tracer.Start(ctx, "silent") // BAD(option) spanerror.silent @a
	defer span.End()
	if _, err := work(ctx); err != nil {
		span.RecordError(err)
		span.SetStatus(codes.Error, err.Error())
		return err
	}
	if _, err := work(ctx); err != nil {
		return err // BAD(option) spanerror.silent @a
	}
	return nil
}
