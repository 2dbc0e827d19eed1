// It goes into a field.
//
// Evidence: decorator.

package decorated

import "example.com/cases/spanmissing/store"

func bareField() *service {
	return &service{store: store.NewMemory()} // BAD spanmissing.decorator
}
