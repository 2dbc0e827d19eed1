// The error comes after End.
//
// Evidence: R3.

package spanuse

import (
	"context"

	"go.opentelemetry.io/otel/codes"
)

func afterStatus(ctx context.Context) (err error) {
	ctx, span := tracer.Start(ctx, "after")
	_, err = work(ctx)
	span.End()
	if err != nil {
		span.SetStatus(codes.Error, err.Error()) // BAD spanuse.after
	}
	return err
}
