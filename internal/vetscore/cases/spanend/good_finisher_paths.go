// The finisher is called on each path.
//
// Evidence: R1 look-alike.

package spanend

import (
	"context"

	"example.com/cases/internal/tracing"
)

func goodFinisherPaths(ctx context.Context, id string) error {
	ctx, span := tracer.Start(ctx, "good")
	it, err := load(ctx, id)
	if err != nil {
		tracing.Finish(span, err)
		return err
	}
	err = save(ctx, it)
	tracing.Finish(span, err) // GOOD: ends it
	return err
}
