// A deferred End in a loop: the spans of all rounds end when the function returns.
//
// Evidence: rule.

package spanend

import "context"

func loopRange(ctx context.Context, ids []string) error {
	for _, id := range ids {
		itemCtx, span := tracer.Start(ctx, "one") // BAD spanend.loop @a
		defer span.End()                          // BAD spanend.loop @a
		if _, err := load(itemCtx, id); err != nil {
			return err
		}
	}
	return nil
}
