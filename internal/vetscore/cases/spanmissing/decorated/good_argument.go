// Decorated at once.
//
// Evidence: rule.

package decorated

import "example.com/cases/spanmissing/store"

func good() *service {
	return newService(store.TraceStore(store.NewMemory())) // GOOD: decorated
}
