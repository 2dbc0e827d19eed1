// Package report holds what a vet run has found, and prints it: for a person, as JSON, as
// SARIF 2.1.0, as annotations of GitHub's workflows, as a table.
//
// Sources and messages are foreign bytes. What goes to a terminal or into an annotation has no
// control character, no invalid UTF-8 and nothing that turns the direction of text in it:
// such bytes are shown as escapes. JSON and SARIF carry the text as it is, escaped by JSON.
//
// The printers take values and a reader of sources, and sort what they print: the order of
// the findings that they are given makes no difference.
package report

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strconv"
)

// Version is that of the JSON document.
const Version = 1

// Severity says how much a mistake matters.
type Severity string

// From a matter of taste to what breaks security or loses data.
const (
	Info    Severity = "info"
	Warning Severity = "warning"
	Error   Severity = "error"
)

// Rank orders severities: 1 for Info to 3 for Error, 0 for any other text.
func (s Severity) Rank() int { return 1 + slices.Index([]Severity{Info, Warning, Error}, s) }

// Confidence says how sure a finding is.
type Confidence string

// Low may well be intended; High is what a reader of the code agrees with at once.
const (
	Low    Confidence = "low"
	Medium Confidence = "medium"
	High   Confidence = "high"
)

// Rank orders confidences: 1 for Low to 3 for High, 0 for any other text.
func (c Confidence) Rank() int { return 1 + slices.Index([]Confidence{Low, Medium, High}, c) }

// Finding is one mistake at one place.
type Finding struct {
	Rule       string     `json:"rule"` // "spanend.leak"
	Severity   Severity   `json:"severity"`
	Confidence Confidence `json:"confidence"`
	Message    string     `json:"message"`  // one line, lower case, no period
	Package    string     `json:"package"`  // import path
	Function   string     `json:"function"` // "f", "(*T).M", "f.func1", or "" outside of functions
	// Expression is the source of what was found: one line of at most MaxExpression bytes.
	Expression  string       `json:"expression"`
	Fingerprint string       `json:"fingerprint"` // see Fingerprints
	Position    Position     `json:"position"`
	Related     []Related    `json:"related"`
	Fixes       []Fix        `json:"fixes"`                // the first is the one that --fix applies
	Suppressed  *Suppression `json:"suppressed,omitempty"` // nil: it counts
}

// MaxExpression is the most bytes that Finding.Expression has.
const MaxExpression = 120

// Position is a part of a file. Lines and columns count from 1, columns and offsets in bytes;
// the end is that of the first byte behind the part, and equals the start for a point.
type Position struct {
	File      string `json:"file"` // absolute in a unit's output, with slashes from the root later
	Line      int    `json:"line"`
	Column    int    `json:"column"`
	EndLine   int    `json:"endLine"`
	EndColumn int    `json:"endColumn"`
	Offset    int    `json:"offset"`
	EndOffset int    `json:"endOffset"`
}

// Related is another place that a finding tells of. Two or more are the steps of a path, in
// the order in which they are run; one alone is a place to look at.
type Related struct {
	Message  string   `json:"message"`
	Position Position `json:"position"`
}

// Fix is a repair that keeps the program compiling. Its edits are applied together or not at all.
type Fix struct {
	Message string `json:"message"`
	Edits   []Edit `json:"edits"`
}

// Edit replaces the bytes from Start up to but not including End by New.
type Edit struct {
	File  string `json:"file"`
	Start int    `json:"start"`
	End   int    `json:"end"`
	New   string `json:"new"`
}

// Suppression says why a finding does not count.
type Suppression struct {
	Kind   string `json:"kind"` // "lint:ignore", "lint:file-ignore", "nolint" or "baseline"
	Reason string `json:"reason"`
}

// InBaseline is the kind of suppression of what a baseline knows.
const InBaseline = "baseline"

// Rule is what the printers tell about a kind of finding.
type Rule struct {
	ID       string
	Severity Severity
	Summary  string   // one line, lower case, no period
	Doc      string   // the text about it, in the form of a Go doc comment
	URL      string   // the page about it
	Off      bool     // looked for only when asked
	Tags     []string // what it is about: "security", "telemetry"
}

// Document is the whole of a run, and what --json prints.
type Document struct {
	Version   int         `json:"version"`
	Tool      Tool        `json:"tool"`
	Findings  []Finding   `json:"findings"`
	Unchecked []Unchecked `json:"unchecked"`
	Stale     []Entry     `json:"stale"` // what the baseline knows and nothing found
	Summary   Totals      `json:"summary"`
}

// Tool names who has looked.
type Tool struct {
	Name    string `json:"name"`
	Version string `json:"version"`
}

// Unchecked is a package that could not be looked at.
type Unchecked struct {
	Package string `json:"package"`
	Reason  string `json:"reason"`
}

// Entry is a finding as a baseline knows it.
type Entry struct {
	Fingerprint string `json:"fingerprint"`
	Rule        string `json:"rule"`
	Package     string `json:"package"`
	Function    string `json:"function"`
	Expression  string `json:"expression"`
	Message     string `json:"message"`
}

// Entry returns the finding as a baseline knows it.
func (f *Finding) Entry() Entry {
	return Entry{f.Fingerprint, f.Rule, f.Package, f.Function, f.Expression, f.Message}
}

// compare orders findings by file, place, rule and text. Lines come first: what other
// analyzers say has no offset.
func (f *Finding) compare(g *Finding) int {
	return cmp.Or(
		cmp.Compare(f.Position.File, g.Position.File),
		cmp.Compare(f.Position.Line, g.Position.Line),
		cmp.Compare(f.Position.Column, g.Position.Column),
		cmp.Compare(f.Position.Offset, g.Position.Offset),
		cmp.Compare(f.Rule, g.Rule),
		cmp.Compare(f.Message, g.Message),
		cmp.Compare(f.Position.EndOffset, g.Position.EndOffset),
	)
}

// Sorted returns the findings in the order of files, places and rules, each once: a package
// and its test variant find the same twice. Of such the one with the higher confidence stays.
func Sorted(findings []Finding) []Finding {
	list := slices.Clone(findings)
	slices.SortStableFunc(list, func(f, g Finding) int {
		return cmp.Or(
			f.compare(&g),
			cmp.Compare(g.Confidence.Rank(), f.Confidence.Rank()),
			cmp.Compare(f.Package, g.Package),
			cmp.Compare(f.Fingerprint, g.Fingerprint),
		)
	})
	return slices.CompactFunc(list, func(f, g Finding) bool {
		return f.Rule == g.Rule && f.Message == g.Message && f.Position == g.Position
	})
}

// Fingerprints sets the fingerprint of each finding of one package: 32 hex digits of the
// SHA-256 of its rule, package, function and expression, and of its number among those in
// which these are equal, in the order of their places. So it outlives moved lines.
func Fingerprints(findings []Finding) {
	order := make([]*Finding, len(findings))
	for i := range findings {
		order[i] = &findings[i]
	}
	slices.SortStableFunc(order, (*Finding).compare)
	seen := map[[4]string]int{}
	for _, f := range order {
		key := [4]string{f.Rule, f.Package, f.Function, f.Expression}
		h := sha256.New()
		for _, part := range append(key[:], strconv.Itoa(seen[key])) {
			fmt.Fprintf(h, "%d %s\n", len(part), part)
		}
		f.Fingerprint = hex.EncodeToString(h.Sum(nil)[:16])
		seen[key]++
	}
}

// Totals counts findings.
type Totals struct {
	Errors     int     `json:"errors"` // these three without what is suppressed
	Warnings   int     `json:"warnings"`
	Infos      int     `json:"infos"`
	Fixable    int     `json:"fixable"` // of the three, those with a fix
	Suppressed int     `json:"suppressed"`
	Rules      []Count `json:"rules"`    // by rule, sorted
	Packages   []Count `json:"packages"` // by package, sorted
}

// Count counts the findings of a rule or in a package.
type Count struct {
	Name       string `json:"name"`
	Errors     int    `json:"errors"`
	Warnings   int    `json:"warnings"`
	Infos      int    `json:"infos"`
	Suppressed int    `json:"suppressed"`
}

// Total counts findings.
func Total(findings []Finding) Totals {
	var t Totals
	rules, packages := map[string]*Count{}, map[string]*Count{}
	for i := range findings {
		f := &findings[i]
		t.add(f)
		addTo(rules, f.Rule, f)
		addTo(packages, f.Package, f)
	}
	t.Rules, t.Packages = counts(rules), counts(packages)
	return t
}

func (t *Totals) add(f *Finding) {
	c := Count{Errors: t.Errors, Warnings: t.Warnings, Infos: t.Infos, Suppressed: t.Suppressed}
	c.add(f)
	t.Errors, t.Warnings, t.Infos, t.Suppressed = c.Errors, c.Warnings, c.Infos, c.Suppressed
	if f.Suppressed == nil && len(f.Fixes) > 0 {
		t.Fixable++
	}
}

func (c *Count) add(f *Finding) {
	switch {
	case f.Suppressed != nil:
		c.Suppressed++
	case f.Severity == Error:
		c.Errors++
	case f.Severity == Warning:
		c.Warnings++
	default:
		c.Infos++
	}
}

func addTo(all map[string]*Count, name string, f *Finding) {
	if all[name] == nil {
		all[name] = &Count{Name: name}
	}
	all[name].add(f)
}

func counts(all map[string]*Count) []Count {
	list := make([]Count, 0, len(all))
	for _, c := range all {
		list = append(list, *c)
	}
	slices.SortFunc(list, func(a, b Count) int { return cmp.Compare(a.Name, b.Name) })
	return list
}
