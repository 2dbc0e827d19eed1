package vetconfig

import (
	"fmt"
	"path"
	"regexp"
	"slices"
	"strings"
)

type kind uint8

const (
	version  kind = iota
	flag          // true or false
	choice        // one of choices
	settings      // a choice for each of the rules
	texts         // a list of texts
	text          // a text
	section       // keys below it
	items         // a list of keys below it
)

// field is a key of the file.
type field struct {
	path    string // dotted, with * for the number of an item
	kind    kind
	choices []string
	preset  string // the default of a choice
	max     int    // items or texts
	need    bool   // an item has to have it
	check   func(s string) (problem, remedy string)
	help    string
	// at returns where the value goes: a *string, *bool or *[]string; of an item, the last one.
	at func(c *Config) any
}

func (f *field) key() string { return f.path[strings.LastIndexByte(f.path, '.')+1:] }

const maxText = 512 // bytes of a text

// table returns the keys, in the order in which editors offer them.
func table() []field {
	return []field{
		{path: "version", kind: version, help: "The version of this file's format."},
		{path: "rules", kind: settings, choices: []string{"off", "on", "info", "warning", "error"}, help: "What becomes of a rule, or of all rules of an analyzer: off, on with its own severity, or a severity. A rule's own line wins over its analyzer's; see gen vet --explain all."},
		{path: "strict", kind: flag, help: "For services that allow no plaintext and no unverified peer, not even on an operator's wish.", at: func(c *Config) any { return &c.Strict }},
		{path: "failOn", kind: choice, choices: []string{"error", "warning", "info", "none"}, preset: "error", help: "The severity from which on a finding makes gen vet fail.", at: func(c *Config) any { return &c.FailOn }},
		{path: "confidence", kind: choice, choices: []string{"high", "medium", "low"}, preset: "high", help: "The least confidence of findings that are shown and count.", at: func(c *Config) any { return &c.Confidence }},
		{path: "exclude", kind: texts, max: 1000, check: checkGlob, help: "Files and folders in which nothing is reported, from the module's root, with * and **: third_party, **/zz_generated_*.go.", at: func(c *Config) any { return &c.Exclude }},
		{path: "spans", kind: section, help: "What has to have a span."},
		{path: "spans.require", kind: items, max: 100, help: "Functions that have to have a span."},
		{path: "spans.require.*.packages", kind: texts, max: 100, need: true, check: checkPackages, help: "Import paths, with ... as go list has it: example.com/shop/store/...", at: func(c *Config) any { return &c.Require[len(c.Require)-1].Packages }},
		{path: "spans.require.*.functions", kind: texts, max: 100, need: true, check: checkFunctions, help: "Functions and methods, with *: Import*, (*Server).Handle*, (*).Do.", at: func(c *Config) any { return &c.Require[len(c.Require)-1].Functions }},
		{path: "spans.require.*.reason", kind: text, check: checkReason, help: "Why, in a line; it stands in the finding.", at: func(c *Config) any { return &c.Require[len(c.Require)-1].Reason }},
		{path: "registries", kind: texts, max: 100, check: checkPath, help: "Files and folders with attribute registries in the form of OpenTelemetry's semantic conventions, from this file's folder.", at: func(c *Config) any { return &c.Registries }},
	}
}

// children returns the keys directly below prefix.
func children(prefix string) []field {
	return slices.DeleteFunc(table(), func(f field) bool {
		above := ""
		if i := strings.LastIndexByte(f.path, '.'); i >= 0 {
			above = f.path[:i]
		}
		return above != prefix
	})
}

func keys(prefix string) []string {
	var list []string
	for _, f := range children(prefix) {
		list = append(list, f.key())
	}
	return list
}

// ruleNames returns what rules can have a line: analyzers and rules, sorted.
func ruleNames(rules []string) []string {
	list := slices.Clone(rules)
	for _, id := range rules {
		analyzer, _, _ := strings.Cut(id, ".")
		list = append(list, analyzer)
	}
	slices.Sort(list)
	return slices.Compact(list)
}

// mostWild is how many wildcards a pattern may have: each is tried in every place.
const mostWild = 4

func checkGlob(s string) (problem, remedy string) {
	switch {
	case strings.Contains(s, `\`):
		return "it has a backslash", "write folders with /"
	case path.IsAbs(s), !isBelow(s):
		return "it does not lie in the module", "write it from the module's root, without ./ and .."
	case strings.Count(s, "**") > mostWild:
		return tooWild("**")
	}
	for part := range strings.SplitSeq(s, "/") {
		if _, err := path.Match(part, ""); err != nil {
			return "a bracket in it is not closed", "close it, or write * or ? instead"
		}
		if strings.Contains(part, "**") && part != "**" {
			return "a ** in it is not a whole folder", "write **/ before it, or *"
		}
	}
	return "", ""
}

func tooWild(wildcard string) (problem, remedy string) {
	return fmt.Sprintf("it has more than %d times %s", mostWild, wildcard), "write a simpler pattern, or two"
}

// isBelow reports whether no part of a path is empty, "." or "..".
func isBelow(s string) bool {
	for part := range strings.SplitSeq(s, "/") {
		if part == "" || part == "." || part == ".." {
			return false
		}
	}
	return true
}

func checkPackages(s string) (problem, remedy string) {
	if !regexp.MustCompile(`^[\pL\pN_~+!-][\pL\pN._~+!/-]*$|^\.\.\.$`).MatchString(s) || strings.Contains(s, "//") {
		return "this is no import path", "write it in full, as in example.com/shop/store/..., or ... for all"
	}
	if strings.Count(s, "...") > mostWild {
		return tooWild("...")
	}
	return "", ""
}

func checkFunctions(s string) (problem, remedy string) {
	if !regexp.MustCompile(`^(\(\*?[\pL\pN_*]*\)\.|[\pL\pN_*]+\.)?[\pL\pN_*]+$`).MatchString(s) {
		return "this is no name of a function", `write "F", "(*T).M" or "T.M", with * for any letters`
	}
	if strings.Count(strings.TrimPrefix(s, "(*"), "*") > mostWild {
		return tooWild("*")
	}
	return "", ""
}

func checkReason(s string) (problem, remedy string) {
	if strings.ContainsAny(s, "\n\r") {
		return "it has more than one line", "write one"
	}
	return "", ""
}

func checkPath(s string) (problem, remedy string) {
	switch {
	case strings.Contains(s, `\`):
		return "it has a backslash", "write folders with /"
	case path.IsAbs(s), len(s) > 1 && s[1] == ':':
		return "it holds on one machine alone", "write it from this file's folder"
	}
	return "", ""
}
