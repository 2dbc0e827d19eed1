// The finisher of another package takes the error.
//
// Evidence: rule.

package spanerror

import (
	"context"

	"example.com/cases/internal/tracing"
)

func goodFinisher(ctx context.Context) (err error) {
	span, ctx := tracing.StartSpan(ctx, "good")
	defer tracing.FinishNamed(span, &err)
	_, err = work(ctx)
	return err // GOOD: the finisher sees it
}
