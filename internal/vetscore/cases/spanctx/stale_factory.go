// The same with a factory of another package.
//
// Evidence: R5.

package spanctx

import (
	"context"

	"example.com/cases/internal/tracing"
)

func staleFactory(ctx context.Context, id string) error {
	span, spanCtx := tracing.StartSpan(ctx, "stale") // BAD(option) spanctx.stale @a
	defer span.End()
	s, err := fetch(spanCtx, id)
	if err != nil {
		return err
	}
	return write(ctx, s) // BAD(option) spanctx.stale @a
}
