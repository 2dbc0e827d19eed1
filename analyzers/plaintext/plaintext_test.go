package plaintext

import (
	"strings"
	"testing"

	"github.com/mintwright/mintwright/analyzers/internal/fixtest"
	"github.com/mintwright/mintwright/analyzers/policy"
	"github.com/mintwright/mintwright/analyzers/rule"
)

func TestSilent(t *testing.T) {
	fixtest.Run(t, Analyzer, fixtest.Options{}, "quiet", "metricsonly", "rpcquiet")
}

func TestSure(t *testing.T) {
	fixtest.Confidence(t, rule.High, fixtest.Run(t, Analyzer, fixtest.Options{}, "loud", "rpc"))
}

func TestUnsure(t *testing.T) {
	fixtest.Confidence(t, rule.Medium, fixtest.Run(t, Analyzer, fixtest.Options{}, "unsure", "examples/hello"))
	fixtest.Confidence(t, rule.Low, fixtest.Run(t, Analyzer, fixtest.Options{}, "guess"))
}

func TestStrict(t *testing.T) {
	results := fixtest.Run(t, Analyzer, fixtest.Options{Config: policy.Config{Strict: true}}, "strict")
	for _, d := range results[0].Diagnostics {
		if !strings.Contains(d.Category, " error,") {
			t.Errorf("in strict mode: %s", d.Category)
		}
	}
}
