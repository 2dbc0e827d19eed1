// The factory of another package is given a Background.
//
// Evidence: rule.

package spanctx

import (
	"context"

	"example.com/cases/internal/tracing"
)

func rootFactory(ctx context.Context, id string) error {
	span, spanCtx := tracing.StartSpan(context.Background(), "root") // BAD spanctx.root
	defer span.End()
	if ctx.Err() != nil {
		return ctx.Err()
	}
	_, err := fetch(spanCtx, id)
	return err
}
