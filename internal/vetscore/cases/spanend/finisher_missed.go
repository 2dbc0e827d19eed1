// The finisher of another package is called on one path alone.
//
// Evidence: R1.

package spanend

import (
	"context"
	"errors"

	"example.com/cases/internal/tracing"
)

func finisherMissed(ctx context.Context, id string) error {
	ctx, span := tracer.Start(ctx, "finisher") // BAD spanend.leak
	it, err := load(ctx, id)
	if errors.Is(err, errEmpty) {
		return nil
	}
	if err == nil {
		err = save(ctx, it)
	}
	tracing.Finish(span, err)
	return err
}
