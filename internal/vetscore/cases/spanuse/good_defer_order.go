// Deferred calls run backwards: the attribute comes before End.
//
// Evidence: R3 look-alike.

package spanuse

import (
	"context"

	"go.opentelemetry.io/otel/attribute"
)

func goodDeferOrder(ctx context.Context) (n int, err error) {
	ctx, span := tracer.Start(ctx, "deferred")
	defer span.End()
	defer func() { span.SetAttributes(attribute.Int("shop.rows", n)) }() // GOOD: runs before End
	return work(ctx)
}
