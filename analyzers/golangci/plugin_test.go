package golangci

import (
	"strings"
	"testing"

	"github.com/golangci/plugin-module-register/register"
	"golang.org/x/tools/go/analysis"

	"github.com/mintwright/mintwright/analyzers"
	"github.com/mintwright/mintwright/analyzers/policy"
)

func TestPlugin(t *testing.T) {
	t.Cleanup(func() {
		if err := policy.Analyzer.Flags.Set("config", "{}"); err != nil {
			t.Error(err)
		}
	})
	build, err := register.GetPlugin(Name)
	if err != nil {
		t.Fatal(err)
	}
	// As golangci-lint has read them from YAML: it takes the dot of "spanctx.stale: warning" apart.
	p, err := build(map[string]any{"strict": true, "rules": map[string]any{"plaintext": "off", "spanctx": map[string]any{"stale": "warning"}}})
	if err != nil {
		t.Fatal(err)
	}
	list, err := p.BuildAnalyzers()
	if err != nil {
		t.Fatal(err)
	}
	if len(list) != len(analyzers.Suite()) || p.GetLoadMode() != register.LoadModeTypesInfo {
		t.Errorf("%d analyzers in the mode %q", len(list), p.GetLoadMode())
	}
	if err := analysis.Validate(list); err != nil {
		t.Error(err)
	}
	for _, bad := range []any{
		map[string]any{"strickt": true},
		map[string]any{"rules": map[string]any{"spanend": "loud"}},
		map[string]any{"rules": map[string]any{"spanend": map[string]any{"leak": "loud"}}},
		map[string]any{"rules": map[string]any{"spanend": map[string]any{"leak": map[string]any{"far": "off"}}}},
		map[string]any{"rules": []any{"spanend"}},
		"text",
	} {
		if _, err := build(bad); err == nil || !strings.HasPrefix(err.Error(), "mintwright: ") {
			t.Errorf("%v: %v", bad, err)
		}
	}
}
