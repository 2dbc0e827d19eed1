package spanerror_test

import (
	"testing"

	"github.com/mintwright/mintwright/analyzers/internal/fixtest"
	"github.com/mintwright/mintwright/analyzers/policy"
	"github.com/mintwright/mintwright/analyzers/spanerror"
)

func TestSilent(t *testing.T) {
	on := policy.Config{Rules: map[string]string{"spanerror": "on"}}
	fixtest.Run(t, spanerror.Analyzer, fixtest.Options{Config: on, Shown: true}, "quiet", "find", "fix")
}

func TestOff(t *testing.T) {
	fixtest.Run(t, spanerror.Analyzer, fixtest.Options{}, "quiet", "off")
}
