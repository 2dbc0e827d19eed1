// A span of our own type is dropped.
//
// Evidence: R1.

package spanend

import (
	"context"

	"example.com/cases/internal/tracing"
)

func droppedOwn(ctx context.Context, t *tracing.Tracer, id string) error {
	ctx, _ = t.Start(ctx, "dropped") // BAD(low) spanend.dropped
	_, err := load(ctx, id)
	return err
}
