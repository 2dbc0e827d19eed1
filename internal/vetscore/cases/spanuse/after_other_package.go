// A helper of another package writes to the ended span.
//
// Evidence: R3.

package spanuse

import (
	"context"

	"example.com/cases/internal/tracing"
)

func afterOtherPackage(ctx context.Context) error {
	ctx, span := tracer.Start(ctx, "after")
	n, err := work(ctx)
	if err != nil {
		tracing.Finish(span, err)
		return err
	}
	span.End()
	tracing.Note(span, n) // BAD spanuse.after
	return nil
}
