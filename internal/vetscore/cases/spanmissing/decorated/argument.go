// The constructor's result goes into the service as it is.
//
// Evidence: decorator.

package decorated

import "example.com/cases/spanmissing/store"

func bare() *service {
	return newService(store.NewMemory()) // BAD spanmissing.decorator
}
