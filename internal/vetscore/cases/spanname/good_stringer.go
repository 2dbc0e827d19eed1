// A method's name, of an enumeration of constants.
//
// Evidence: R9 look-alike.

package spanname

import (
	"context"

	"example.com/cases/internal/tracing"
)

func goodEnum(ctx context.Context, write bool) error {
	const read, change = "orders.read", "orders.change"
	name := read
	if write {
		name = change
	}
	span, ctx := tracing.StartSpan(ctx, name) // GOOD: two names
	defer span.End()
	return work(ctx)
}
