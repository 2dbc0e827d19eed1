// A goroutine takes the span, but the return stands before it.
//
// Evidence: R1.

package spanend

import (
	"context"
	"errors"
)

func background(ctx context.Context, it item, busy bool) error {
	ctx, span := tracer.Start(ctx, "background") // BAD spanend.leak
	if busy {
		return errors.New("busy")
	}
	go func() {
		defer span.End()
		_ = save(ctx, it)
	}()
	return nil
}
