// The status goes to the other span.
//
// Evidence: R6.

package spanstatus

import (
	"context"

	"go.opentelemetry.io/otel/codes"
)

func unsetOtherSpan(ctx context.Context) error {
	ctx, outer := tracer.Start(ctx, "outer")
	defer outer.End()
	ctx, inner := tracer.Start(ctx, "inner")
	defer inner.End()
	err := work(ctx)
	if err != nil {
		inner.RecordError(err) // BAD spanstatus.unset
		outer.SetStatus(codes.Error, err.Error())
	}
	return err
}
