package policy

import (
	"bytes"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"strings"

	"github.com/mintwright/mintwright/analyzers/rule"
)

// Config is what a team asks of the analyzers. The zero Config is the default.
type Config struct {
	// Rules holds, by the ID of a rule or the name of an analyzer, one of off, on, info,
	// warning and error. A rule's own entry wins over its analyzer's.
	Rules map[string]string `json:"rules,omitempty"`
	// Strict is for services that allow no plaintext and no unverified peer, not even on
	// an operator's wish.
	Strict bool `json:"strict,omitempty"`
	// Exclude holds patterns of files, from the module's root, as path.Match has them, and
	// "**" for any number of folders.
	Exclude []string `json:"exclude,omitempty"`
	// Require says which functions have to have a span.
	Require []Requirement `json:"require,omitempty"`
	// Attributes holds the team's own attribute registry.
	Attributes []Attribute `json:"attributes,omitempty"`
	// Woven says that the build brings instrumentation into the code (orchestrion, otelc),
	// so that its absence in the source means nothing.
	Woven bool `json:"woven,omitempty"`
}

// Requirement names functions that have to have a span.
type Requirement struct {
	Packages  []string `json:"packages"`  // patterns of import paths, with "..." as in go list
	Functions []string `json:"functions"` // patterns of "F" and "(*T).M", with "*"
	Reason    string   `json:"reason,omitempty"`
}

// Attribute is an entry of an attribute registry.
type Attribute struct {
	Key        string   `json:"key"`
	Type       string   `json:"type"` // string, int, double, boolean, the same with [], template[T], enum or any
	RenamedTo  string   `json:"renamedTo,omitempty"`
	Deprecated string   `json:"deprecated,omitempty"` // why; not empty when it is
	Members    []string `json:"members,omitempty"`    // the values of an enum
}

// settings are the flags of the analyzer, and with them the only state.
type settings struct {
	config Config
	all    bool // report all that is on
	write  bool // the driver takes the findings, see Package.Findings
	facts  bool // only facts are wanted: the package is a dependency

	standard bool // taken note of by who makes the list of analyzers
	coverage bool // the driver wants to know how much has a span
}

// configFlag is the flag that brings the configuration; the settings are reached through it.
type configFlag struct{ *settings }

func (f configFlag) String() string { return "" }

func (f configFlag) Set(text string) error { return f.read(text) }

func newFlags() flag.FlagSet {
	var f flag.FlagSet
	s := new(settings)
	f.Var(configFlag{s}, "config", "the configuration as a JSON `object`")
	f.BoolVar(&s.all, "all", false, "report findings of every severity and confidence")
	f.BoolVar(&s.write, "write", false, "write the findings whole, as JSON values on standard output")
	f.BoolVar(&s.standard, "standard", false, "run the analyzers of go vet too, on the same types")
	f.BoolVar(&s.coverage, "coverage", false, "with -policy.write, write how much has a span")
	f.BoolVar(&s.facts, "facts", false, "report nothing; set where cmd/go wants facts alone")
	return f
}

// given returns the settings that newFlags made.
func given(f *flag.FlagSet) *settings { return f.Lookup("config").Value.(configFlag).settings }

// read takes the configuration that a flag holds.
func (s *settings) read(text string) error {
	d := json.NewDecoder(bytes.NewReader([]byte(text)))
	d.DisallowUnknownFields()
	var c Config
	if err := d.Decode(&c); err != nil {
		return fmt.Errorf("configuration: %w", err)
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return errors.New("configuration: more than one JSON value")
	}
	for name, v := range c.Rules {
		if _, err := rule.ParseSeverity(v); err != nil && v != "on" && v != "off" {
			return fmt.Errorf("configuration: rule %q: %q is none of off, on, info, warning, error", name, v)
		}
	}
	s.config = c
	return nil
}

// Severity returns how severe a finding of r is, and Unset when r is off.
func (c *Config) Severity(r *rule.Rule) rule.Severity {
	own := r.Severity
	if c.Strict && r.Strict != rule.Unset {
		own = r.Strict
	}
	said, ok := c.Rules[r.ID]
	if !ok {
		said, ok = c.Rules[r.Analyzer()]
		// An analyzer that is on is so with its defaults; a severity is for what is on.
		if ok && r.Off && said != "on" {
			said = "off"
		}
	}
	switch {
	case !ok && r.Off, said == "off":
		return rule.Unset
	case !ok, said == "on":
		return own
	}
	s, _ := rule.ParseSeverity(said) // read has refused all others
	return s
}

// excludes reports whether file, from the module's root and with slashes, is excluded.
func (c *Config) excludes(file string) bool {
	for _, pattern := range c.Exclude {
		if matches(strings.Split(pattern, "/"), strings.Split(file, "/")) {
			return true
		}
	}
	return false
}
