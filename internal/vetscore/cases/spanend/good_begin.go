// A factory of another package that returns a closure; it is deferred.
//
// Evidence: rule.

package spanend

import (
	"context"

	"example.com/cases/internal/tracing"
)

func goodBegin(ctx context.Context, id string) error {
	ctx, end := tracing.Begin(ctx, "begin")
	defer end() // GOOD: ends the span
	_, err := load(ctx, id)
	return err
}
