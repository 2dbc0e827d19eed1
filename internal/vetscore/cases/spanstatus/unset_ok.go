// The status that is set is Ok.
//
// Evidence: R6.

package spanstatus

import (
	"context"

	"go.opentelemetry.io/otel/codes"
)

func unsetOK(ctx context.Context) error {
	ctx, span := tracer.Start(ctx, "ok")
	defer span.End()
	err := work(ctx)
	if err != nil {
		span.RecordError(err) // BAD spanstatus.unset
		return err
	}
	span.SetStatus(codes.Ok, "")
	return nil
}
