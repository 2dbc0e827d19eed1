// A test needs no decorator.
//
// Evidence: rule.

package decorated

import (
	"testing"

	"example.com/cases/spanmissing/store"
)

func TestService(t *testing.T) {
	s := newService(store.NewMemory()) // GOOD: a test
	if err := s.store.Put(t.Context(), "a", "an order"); err != nil {
		t.Fatal(err)
	}
}
