package spiffeauthz

import (
	"testing"

	"github.com/mintwright/mintwright/analyzers/internal/fixtest"
	"github.com/mintwright/mintwright/analyzers/policy"
	"github.com/mintwright/mintwright/analyzers/rule"
)

func TestSilent(t *testing.T) {
	fixtest.Run(t, Analyzer, fixtest.Options{}, "judgequiet", "textquiet", "peerquiet", "configquiet", "bundlequiet", "tokenquiet")
}

func TestSure(t *testing.T) {
	fixtest.Confidence(t, rule.High, fixtest.Run(t, Analyzer, fixtest.Options{}, "judge", "judgesaid", "judgefix", "texts", "peer", "config", "configfix", "bundle", "token"))
}

func TestUnsure(t *testing.T) {
	fixtest.Confidence(t, rule.Medium, fixtest.Run(t, Analyzer, fixtest.Options{}, "judgehelp", "judgeunsure", "textunsure", "peerunsure", "confighelp", "configunsure", "bundleunsure"))
}

func TestStrict(t *testing.T) {
	fixtest.Confidence(t, rule.High, fixtest.Run(t, Analyzer, fixtest.Options{Config: policy.Config{Strict: true}}, "strict"))
}
