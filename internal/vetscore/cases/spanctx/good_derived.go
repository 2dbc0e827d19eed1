// The context below derives from the span's.
//
// Evidence: R5 look-alike.

package spanctx

import (
	"context"
	"time"
)

func goodDerived(ctx context.Context, id string) error {
	spanCtx, span := tracer.Start(ctx, "derived")
	defer span.End()
	workCtx, cancel := context.WithTimeout(spanCtx, time.Second)
	defer cancel()
	_, err := fetch(workCtx, id) // GOOD: a child of the span's
	return err
}
