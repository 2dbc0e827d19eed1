// Named results, and a bare return that goes round End.
//
// Evidence: R2.

package spanend

import (
	"context"

	"go.opentelemetry.io/otel/codes"
)

func bareReturn(ctx context.Context, id string) (it item, err error) {
	ctx, span := tracer.Start(ctx, "bare") // BAD spanend.leak
	it, err = load(ctx, id)
	if err != nil {
		span.SetStatus(codes.Error, err.Error())
		return
	}
	span.End()
	return
}
