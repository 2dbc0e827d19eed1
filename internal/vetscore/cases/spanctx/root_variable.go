// Background by way of a variable.
//
// Evidence: rule.

package spanctx

import "context"

func rootVariable(ctx context.Context, id string) (string, error) {
	base := context.Background()                // BAD spanctx.root @a
	spanCtx, span := tracer.Start(base, "root") // BAD spanctx.root @a
	defer span.End()
	select {
	case <-ctx.Done():
		return "", ctx.Err()
	default:
		return fetch(spanCtx, id)
	}
}
