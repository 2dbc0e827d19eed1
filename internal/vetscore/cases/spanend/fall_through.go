// Ended when it fails, leaked at the end of a function without results.
//
// Evidence: R2.

package spanend

import (
	"context"

	"go.opentelemetry.io/otel/codes"
)

func fallThrough(ctx context.Context, id string) {
	ctx, span := tracer.Start(ctx, "fall through") // BAD spanend.leak
	if _, err := load(ctx, id); err != nil {
		span.SetStatus(codes.Error, err.Error())
		span.End()
		return
	}
	span.AddEvent("loaded")
}
