// An interface without the directive.
//
// Evidence: rule.

package decorated

import (
	"context"

	"example.com/cases/spanmissing/store"
)

func goodInterface(ctx context.Context) string {
	clock := store.NewClock() // GOOD: no decorator is asked for
	return clock.Now(ctx).String()
}
