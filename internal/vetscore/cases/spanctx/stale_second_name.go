// The span's context has a name of its own, and the work below takes the other one.
//
// Evidence: R5, buildkit history.go's shape.

package spanctx

import "context"

func staleSecondName(ctx2 context.Context, id string) error {
	ctx, span := tracer.Start(ctx2, "history") // BAD(option) spanctx.stale @a
	defer span.End()
	s, err := fetch(ctx, id)
	if err != nil {
		return err
	}
	return write(ctx2, s) // BAD(option) spanctx.stale @a
}
