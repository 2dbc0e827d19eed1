// WithoutCancel keeps the trace.
//
// Evidence: rule.

package spanctx

import "context"

func goodWithoutCancel(ctx context.Context, id string) {
	ctx, span := tracer.Start(context.WithoutCancel(ctx), "detached") // GOOD: the same trace
	go func() {
		defer span.End()
		_, _ = fetch(ctx, id)
	}()
}
