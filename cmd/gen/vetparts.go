package main

import (
	"cmp"
	"fmt"
	"maps"
	"path/filepath"
	"slices"

	"github.com/mintwright/mintwright/analyzers"
	"github.com/mintwright/mintwright/analyzers/policy"
	"github.com/mintwright/mintwright/analyzers/rule"
	"github.com/mintwright/mintwright/internal/report"
	"github.com/mintwright/mintwright/internal/vet"
	"github.com/mintwright/mintwright/internal/vetconfig"
)

// vetPart is packages that have one configuration.
type vetPart struct {
	patterns []string
	config   string   // for the tool
	rules    []string // the IDs of those that are looked for
	limits   limits
}

// limits say what is shown, and what of it makes gen vet fail.
type limits struct {
	severity   report.Severity
	confidence report.Confidence
	failOn     report.Severity // "none": nothing
}

func (l limits) shows(f report.Finding) bool {
	return f.Severity.Rank() >= l.severity.Rank() && f.Confidence.Rank() >= l.confidence.Rank()
}

// fails is asked of what is shown.
func (l limits) fails(f report.Finding) bool {
	return l.failOn.Rank() > 0 && f.Severity.Rank() >= l.failOn.Rank()
}

// parts returns what is to be looked at. Modules of a workspace that are configured alike are
// one part.
func (v *vetCommand) parts(place vet.Place, patterns []string) ([]vetPart, error) {
	modules := []string{cmp.Or(place.Module, v.env.Dir)}
	whole := len(patterns) == 0
	if whole && place.Workspace != "" && (place.Module == "" || place.Workspace == v.env.Dir) {
		modules = place.Modules
	}
	var parts []vetPart
	for _, m := range modules {
		part, err := v.part(place, m)
		if err != nil {
			return nil, err
		}
		switch {
		case !whole:
			part.patterns = patterns
		case len(modules) == 1 && m == place.Module:
			part.patterns = []string{"./..."}
		default:
			part.patterns = []string{filepath.Join(m, "...")}
		}
		i := slices.IndexFunc(parts, func(p vetPart) bool { return p.config == part.config && p.limits == part.limits })
		if i < 0 {
			parts = append(parts, part)
		} else {
			parts[i].patterns = append(parts[i].patterns, part.patterns...)
		}
	}
	return parts, nil
}

// part reads the configuration of a module; flags win over it.
func (v *vetCommand) part(place vet.Place, module string) (vetPart, error) {
	file := ""
	if v.configFile != "" {
		file = v.env.path(v.configFile)
	}
	c, err := place.Configure(module, file, ruleIDs(), v.env.get)
	if err != nil {
		return vetPart{}, badConfiguration(err)
	}
	v.choose(&c.Config)
	text, err := c.JSON()
	if err != nil {
		return vetPart{}, err
	}
	part := vetPart{config: text, rules: rulesOn(c.Config), limits: limits{
		severity:   report.Severity(cmp.Or(v.severity, "warning")),
		confidence: report.Confidence(cmp.Or(v.confidence, c.Confidence)),
		failOn:     report.Severity(cmp.Or(v.failOn, c.FailOn)),
	}}
	if v.severity == "" && part.limits.failOn == report.Info {
		part.limits.severity = report.Info // what fails is shown
	}
	return part, nil
}

// choose applies the flags that turn rules on and off.
func (v *vetCommand) choose(c *vetconfig.Config) {
	rules := maps.Clone(c.Rules)
	if rules == nil {
		rules = map[string]string{}
	}
	// A flag about an analyzer is about all of its rules. What it turns on is as severe as the
	// configuration wants it.
	set := func(name, value string) {
		for _, r := range analyzers.Rules() {
			if r.ID != name && (r.Analyzer() != name || value != "off" && r.Off) {
				continue
			}
			rules[r.ID] = value
			if said := cmp.Or(c.Rules[r.ID], c.Rules[r.Analyzer()]); value != "off" && said != "" && said != "off" {
				rules[r.ID] = said
			}
		}
	}
	if len(v.only) > 0 {
		for _, r := range analyzers.Rules() {
			rules[r.ID] = "off"
		}
	}
	for _, name := range slices.Concat(v.only, v.enable) {
		set(name, "on")
	}
	for _, name := range v.disable {
		set(name, "off")
	}
	c.Rules = rules
}

// rulesOn returns the IDs of the rules that a configuration looks for.
func rulesOn(c vetconfig.Config) []string {
	asked := policy.Config{Rules: c.Rules, Strict: c.Strict}
	var list []string
	for _, r := range analyzers.Rules() {
		if asked.Severity(&r) != rule.Unset {
			list = append(list, r.ID)
		}
	}
	return list
}

// checkNames refuses flags that name no rule and no severity.
func (v *vetCommand) checkNames() error {
	known := ruleNames()
	for _, f := range []struct {
		flag  string
		names []string
	}{{"--only", v.only}, {"--enable", v.enable}, {"--disable", v.disable}} {
		for _, name := range f.names {
			if !slices.Contains(known, name) {
				return unknownRule(f.flag, name)
			}
		}
	}
	if _, err := rule.ParseSeverity(v.failOn); err != nil && v.failOn != "" && v.failOn != "none" {
		return wrongUsage(fmt.Errorf("--fail-on: %q is no severity", v.failOn), "give error, warning, info or none")
	}
	if _, err := rule.ParseSeverity(v.severity); err != nil && v.severity != "" {
		return wrongUsage(fmt.Errorf("--severity: %q is no severity", v.severity), "give error, warning or info")
	}
	if _, err := rule.ParseConfidence(v.confidence); err != nil && v.confidence != "" {
		return wrongUsage(fmt.Errorf("--confidence: %q is no confidence", v.confidence), "give high, medium or low")
	}
	return nil
}

// badConfiguration is what is wrong with a configuration.
func badConfiguration(err error) error {
	if vetconfig.Faults(err) != nil {
		return err
	}
	return &problem{
		code: exitUsage, err: err,
		hints: []string{"mend what is wrong, or give another configuration with --config"},
	}
}

func ruleIDs() []string {
	var list []string
	for _, r := range analyzers.Rules() {
		list = append(list, r.ID)
	}
	return list
}

// vetConfiguration is what the tool of cmd/go reads for the package in dir.
func vetConfiguration(dir string, getenv func(string) string) (string, error) {
	place, module, err := moduleAt(dir, getenv)
	if err != nil || module == "" {
		return "", err
	}
	c, err := place.Configure(module, "", ruleIDs(), getenv)
	if err != nil {
		return "", err
	}
	return c.JSON()
}

// vetIdentity is what the tool's version holds of all configurations around dir.
func vetIdentity(dir string, getenv func(string) string) (string, error) {
	place, _, err := moduleAt(dir, getenv)
	if err != nil {
		return "", err
	}
	return place.Identity(ruleIDs(), getenv)
}

func moduleAt(dir string, getenv func(string) string) (vet.Place, string, error) {
	abs, err := filepath.Abs(dir)
	if err != nil {
		return vet.Place{}, "", err
	}
	place, err := vet.Locate(abs, getenv)
	return place, place.Module, err
}
