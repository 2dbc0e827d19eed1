// A comment that speaks of them.
//
// Evidence: rule.

package suppression

import "context"

// goodText is what lint:ignore spanend.leak would silence, if it stood at the front. GOOD: prose.
func goodText(ctx context.Context) error {
	ctx, span := tracer.Start(ctx, "text")
	defer span.End()
	return work(ctx)
}
