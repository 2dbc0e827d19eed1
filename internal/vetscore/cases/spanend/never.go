// A span is started and nobody ends it.
//
// Evidence: peers: spancheck end.

package spanend

import (
	"context"

	"go.opentelemetry.io/otel/attribute"
)

func never(ctx context.Context, id string) (item, error) {
	ctx, span := tracer.Start(ctx, "load") // BAD spanend.leak
	span.SetAttributes(attribute.String("shop.item", id))
	return load(ctx, id)
}
