// A deferred finisher of another package in a loop.
//
// Evidence: rule.

package spanend

import (
	"context"

	"example.com/cases/internal/tracing"
)

func loopFinisher(ctx context.Context, ids []string) (err error) {
	for _, id := range ids {
		span, itemCtx := tracing.StartSpan(ctx, "one") // BAD spanend.loop @a
		defer tracing.FinishNamed(span, &err)          // BAD spanend.loop @a
		if _, err = load(itemCtx, id); err != nil {
			return err
		}
	}
	return nil
}
