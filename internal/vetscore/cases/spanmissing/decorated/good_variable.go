// Decorated a line below.
//
// Evidence: rule.

package decorated

import "example.com/cases/spanmissing/store"

func goodVariable(dir string) (*service, error) {
	s, err := store.Open(dir)
	if err != nil {
		return nil, err
	}
	s = store.TraceStore(s) // GOOD: decorated
	return newService(s), nil
}
