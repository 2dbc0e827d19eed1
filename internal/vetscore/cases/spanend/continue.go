// A continue before End in the body of a loop.
//
// Evidence: R2.

package spanend

import (
	"context"

	"go.opentelemetry.io/otel/codes"
)

func skipping(ctx context.Context, ids []string) int {
	n := 0
	for _, id := range ids {
		itemCtx, span := tracer.Start(ctx, "one") // BAD spanend.leak
		if _, err := load(itemCtx, id); err != nil {
			span.SetStatus(codes.Error, err.Error())
			continue
		}
		n++
		span.End()
	}
	return n
}
