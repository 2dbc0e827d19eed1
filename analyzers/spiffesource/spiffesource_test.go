package spiffesource

import (
	"testing"

	"github.com/mintwright/mintwright/analyzers/internal/fixtest"
)

func Test(t *testing.T) {
	fixtest.Run(t, Analyzer, fixtest.Options{Shown: true, AnyFacts: true}, "silent", "unclosed", "perrequest", "address", "mains")
}
