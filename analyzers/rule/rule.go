// Package rule says what an analyzer can find, apart from the finding.
//
// Severity belongs to the rule: how much the mistake matters where it is one. Confidence
// belongs to the finding: how sure it is that this one is a mistake.
package rule

import (
	"fmt"
	"strings"
)

// Severity says how much a mistake matters.
type Severity uint8

// From a matter of taste to what breaks security or loses data. Unset means that something
// else decides.
const (
	Unset Severity = iota
	Info
	Warning
	Error
)

// String returns "info", "warning", "error", or "" for Unset.
func (s Severity) String() string {
	return [...]string{"", "info", "warning", "error"}[s]
}

// ParseSeverity is the inverse of String, without Unset.
func ParseSeverity(s string) (Severity, error) {
	for v := Info; v <= Error; v++ {
		if v.String() == s {
			return v, nil
		}
	}
	return Unset, fmt.Errorf("severity %q is none of info, warning, error", s)
}

// Confidence says how sure a finding is.
type Confidence uint8

// Low may well be intended; High is what a reader of the code agrees with at once.
const (
	Low Confidence = iota
	Medium
	High
)

// String returns "low", "medium" or "high".
func (c Confidence) String() string {
	return [...]string{"low", "medium", "high"}[c]
}

// ParseConfidence is the inverse of String.
func ParseConfidence(s string) (Confidence, error) {
	for v := Low; v <= High; v++ {
		if v.String() == s {
			return v, nil
		}
	}
	return Low, fmt.Errorf("confidence %q is none of low, medium, high", s)
}

// Rule is one kind of finding.
type Rule struct {
	ID       string   // the analyzer, a dot, the kind: "spanend.leak"
	Severity Severity // never Unset
	Strict   Severity // in services that allow no plaintext and no unverified peer; Unset: as ever
	Off      bool     // looked for only when asked
	Tests    bool     // looked for in _test.go files too
	Summary  string   // one line: what is found, lower case, no period
}

// Analyzer returns the first part of the ID.
func (r *Rule) Analyzer() string {
	name, _, _ := strings.Cut(r.ID, ".")
	return name
}

// URL returns the page of an analyzer.
func URL(analyzer string) string {
	return "https://github.com/mintwright/mintwright/blob/main/docs/analyzers.md#" + analyzer
}

// Doc returns the text of a package comment, given the source of its doc.go, from the heading
// "# Analyzer" on: the part that is for users. It is the empty string when there is none.
func Doc(source string) string {
	const heading = "// # Analyzer "
	at := strings.Index(source, heading)
	if at < 0 {
		return ""
	}
	text := source[at:]
	if end := strings.Index(text, "\npackage "); end >= 0 {
		text = text[:end]
	}
	// The heading and the empty line after it are for go doc; what follows begins with
	// "name: summary", as the flags of vet tools want it.
	if end := strings.Index(text, "\n//\n"); end >= 0 {
		text = text[end+len("\n//\n"):]
	}
	text = strings.ReplaceAll(text, "\n// ", "\n")
	text = strings.ReplaceAll(text, "\n//", "\n")
	return strings.TrimPrefix(text, "// ")
}

// Section returns the part of an analyzer's Doc that is about the rule, without its heading.
func (r *Rule) Section(doc string) string {
	_, text, found := strings.Cut(doc, "\n# Rule "+r.ID+"\n")
	if !found {
		return ""
	}
	text, _, _ = strings.Cut(text, "\n# ")
	return strings.TrimSpace(text)
}

// URL returns the part of the page that tells about the rule.
func (r *Rule) URL() string {
	return "https://github.com/mintwright/mintwright/blob/main/docs/analyzers.md#" + strings.ReplaceAll(r.ID, ".", "")
}
