// Deferred calls run backwards: the attribute comes after End.
//
// Evidence: R3.

package spanuse

import (
	"context"

	"go.opentelemetry.io/otel/attribute"
)

func afterDeferred(ctx context.Context) (n int, err error) {
	ctx, span := tracer.Start(ctx, "deferred")
	defer func() { span.SetAttributes(attribute.Int("shop.rows", n)) }() // BAD spanuse.after
	defer span.End()
	return work(ctx)
}
