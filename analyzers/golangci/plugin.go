// Package golangci is the suite as a module plugin of golangci-lint, under the name mintwright.
//
// The settings are a policy.Config, with the keys of its JSON: rules, strict, exclude, require,
// attributes, woven. Comments with nolint are golangci-lint's own affair as well as ours:
// "nolint:mintwright" silences all, "nolint:spanend" as everywhere a single analyzer.
//
// Form: golangci-lint, "Module Plugin System", and github.com/golangci/plugin-module-register.
package golangci

import (
	"encoding/json"
	"fmt"
	"maps"

	"github.com/golangci/plugin-module-register/register"
	"golang.org/x/tools/go/analysis"

	"github.com/mintwright/mintwright/analyzers"
	"github.com/mintwright/mintwright/analyzers/policy"
)

// Name is what golangci-lint calls the suite.
const Name = "mintwright"

// A plugin is found by what registers itself; golangci-lint knows no other way.
func init() { register.Plugin(Name, New) }

// New returns the suite, configured. The configuration holds for the process: a linter of this
// name exists once.
func New(settings any) (register.LinterPlugin, error) {
	config := policy.Config{}
	if settings != nil {
		var err error
		if config, err = register.DecodeSettings[policy.Config](flat(settings)); err != nil {
			return nil, fmt.Errorf("%s: %w", Name, err)
		}
	}
	text, err := json.Marshal(config)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", Name, err)
	}
	if err := policy.Analyzer.Flags.Set("config", string(text)); err != nil {
		return nil, fmt.Errorf("%s: %w", Name, err)
	}
	return plugin{}, nil
}

// flat gives rules their names back: golangci-lint takes the dot of "spanend.leak: off" for a
// step into a map.
func flat(settings any) any {
	given, ok := settings.(map[string]any)
	if !ok {
		return settings
	}
	rules, ok := given["rules"].(map[string]any)
	if !ok {
		return settings
	}
	whole := map[string]any{}
	for name, value := range rules {
		kinds, ok := value.(map[string]any)
		if !ok {
			whole[name] = value
			continue
		}
		for kind, value := range kinds {
			whole[name+"."+kind] = value
		}
	}
	changed := maps.Clone(given)
	changed["rules"] = whole
	return changed
}

type plugin struct{}

// BuildAnalyzers returns the suite.
func (plugin) BuildAnalyzers() ([]*analysis.Analyzer, error) { return analyzers.Suite(), nil }

// GetLoadMode says that the analyzers need types.
func (plugin) GetLoadMode() string { return register.LoadModeTypesInfo }
