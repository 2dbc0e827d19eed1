// By way of a variable, beside an error.
//
// Evidence: decorator.

package decorated

import (
	"context"

	"example.com/cases/spanmissing/store"
)

func bareVariable(ctx context.Context, dir string) error {
	s, err := store.Open(dir) // BAD spanmissing.decorator @a
	if err != nil {
		return err
	}
	return s.Put(ctx, "a", "an order") // BAD spanmissing.decorator @a
}
