// The span of an imported factory is not taken.
//
// Evidence: R1.

package spanend

import (
	"context"

	"example.com/cases/internal/tracing"
)

func droppedFactory(ctx context.Context, id string) error {
	_, ctx = tracing.StartSpan(ctx, "dropped") // BAD(low) spanend.dropped
	_, err := load(ctx, id)
	return err
}
