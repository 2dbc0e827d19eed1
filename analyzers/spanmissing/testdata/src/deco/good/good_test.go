package good

import (
	"testing"

	"deco/store"
)

func Test(t *testing.T) { _ = newService(store.NewMemory()) }
