// A deferred finisher of another package.
//
// Evidence: R1 look-alike.

package spanend

import (
	"context"

	"example.com/cases/internal/tracing"
)

func goodFinisher(ctx context.Context, id string) (err error) {
	span, ctx := tracing.StartSpan(ctx, "good")
	defer tracing.FinishNamed(span, &err) // GOOD: the fact of the other package says that it ends
	it, err := load(ctx, id)
	if err != nil {
		return err
	}
	return save(ctx, it)
}
