// A leaf: nothing below the start takes a context.
//
// Evidence: R4 look-alike: jaeger's cassandra reader.

package spanctx

import (
	"context"

	"go.opentelemetry.io/otel/attribute"
)

func goodLeaf(ctx context.Context, s string) int {
	_, span := tracer.Start(ctx, "leaf") // GOOD: no work below it could be a child
	defer span.End()
	n := count(s)
	span.SetAttributes(attribute.Int("shop.count", n))
	return n
}
