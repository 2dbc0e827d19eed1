// The deferred function literal in a loop ends the span as late.
//
// Evidence: rule.

package spanend

import "context"

func loopLiteral(ctx context.Context, ids []string) {
	for i := range ids {
		itemCtx, span := tracer.Start(ctx, "one") // BAD spanend.loop @a
		defer func() {                            // BAD spanend.loop @a
			span.AddEvent("done")
			span.End() // BAD spanend.loop @a
		}()
		_, _ = load(itemCtx, ids[i])
	}
}
