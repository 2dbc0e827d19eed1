package spans

import (
	"testing"

	"github.com/mintwright/mintwright/analyzers/internal/fixtest"
)

func TestFacts(t *testing.T) {
	fixtest.Run(t, Analyzer, fixtest.Options{}, "facts")
}
