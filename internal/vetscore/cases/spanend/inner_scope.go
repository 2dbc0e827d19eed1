// The span of the inner block has the outer one's name.
//
// Evidence: R2.

package spanend

import (
	"context"

	"go.opentelemetry.io/otel/attribute"
)

func innerScope(ctx context.Context, ids []string) error {
	ctx, span := tracer.Start(ctx, "outer")
	defer span.End()
	if len(ids) > 0 {
		ctx, span := tracer.Start(ctx, "inner") // BAD spanend.leak
		span.SetAttributes(attribute.Int("shop.ids", len(ids)))
		if _, err := load(ctx, ids[0]); err != nil {
			return err
		}
	}
	return save(ctx, item{})
}
