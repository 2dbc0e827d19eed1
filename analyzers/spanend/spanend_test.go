package spanend

import (
	"testing"

	"github.com/mintwright/mintwright/analyzers/internal/fixtest"
)

func Test(t *testing.T) {
	fixtest.Run(t, Analyzer, fixtest.Options{}, "silent", "leaks", "dropped", "loops", "fixes")
}

func TestInTests(t *testing.T) {
	fixtest.Run(t, Analyzer, fixtest.Options{Shown: true}, "intests")
}
