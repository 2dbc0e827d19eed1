// The span's context goes down.
//
// Evidence: rule.

package spanctx

import "context"

func goodUsed(ctx context.Context, id string) error {
	ctx, span := tracer.Start(ctx, "good")
	defer span.End()
	s, err := fetch(ctx, id)
	if err != nil {
		return err
	}
	return write(ctx, s) // GOOD: the one context
}
