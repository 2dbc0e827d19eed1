// The tracer's own Start, two calls below.
//
// Evidence: R4.

package spanctx

import "context"

func droppedStart(ctx context.Context, id string) error {
	_, span := tracer.Start(ctx, "dropped") // BAD spanctx.dropped @a
	defer span.End()
	s, err := fetch(ctx, id) // BAD spanctx.dropped @a
	if err != nil {
		return err
	}
	return write(ctx, s) // BAD spanctx.dropped @a
}
