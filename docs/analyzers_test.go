package docs

import (
	"fmt"
	"go/doc/comment"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"golang.org/x/tools/go/analysis"

	"github.com/mintwright/mintwright/analyzers"
	"github.com/mintwright/mintwright/analyzers/rule"
)

// TestAnalyzersPage holds docs/analyzers.md to the analyzers' own documentation. UPDATE=1 writes
// the page.
func TestAnalyzersPage(t *testing.T) {
	want := analyzersPage(t)
	name := filepath.Join(root, "docs", "analyzers.md")
	if os.Getenv("UPDATE") != "" {
		if err := os.WriteFile(name, []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	if string(got) != want {
		t.Errorf("docs/analyzers.md is not what the analyzers say; make docs writes it\n%s", firstDifference(want, string(got)))
	}
}

// TestRules holds each analyzer to its rules: every one is documented, and nothing else is.
func TestRules(t *testing.T) {
	rules := analyzers.Rules()
	if !slices.IsSortedFunc(rules, func(a, b rule.Rule) int { return strings.Compare(a.ID, b.ID) }) {
		t.Error("the rules are not sorted by ID")
	}
	suite := analyzers.Suite()
	if !slices.IsSortedFunc(suite, func(a, b *analysis.Analyzer) int { return strings.Compare(a.Name, b.Name) }) {
		t.Error("the analyzers are not sorted by name")
	}
	for _, r := range rules {
		if !slices.ContainsFunc(suite, func(a *analysis.Analyzer) bool { return a.Name == r.Analyzer() && r.Section(a.Doc) != "" }) {
			t.Errorf("%s: its analyzer does not tell of it under \"# Rule %s\"", r.ID, r.ID)
		}
		if r.Summary == "" || r.Summary != strings.TrimSuffix(r.Summary, ".") || r.Severity == rule.Unset {
			t.Errorf("%s: its summary is %q, its severity %q", r.ID, r.Summary, r.Severity)
		}
	}
	for _, a := range suite {
		if !strings.HasPrefix(a.Doc, a.Name+": ") || a.URL != rule.URL(a.Name) {
			t.Errorf("%s: its doc begins with %.40q, its URL is %q", a.Name, a.Doc, a.URL)
		}
		for line := range strings.Lines(a.Doc) {
			id, ok := strings.CutPrefix(line, "# Rule ")
			if ok && !slices.ContainsFunc(rules, func(r rule.Rule) bool { return r.ID == strings.TrimSpace(id) && r.Analyzer() == a.Name }) {
				t.Errorf("%s tells of a rule %s that it does not have", a.Name, strings.TrimSpace(id))
			}
		}
	}
}

// analyzersPage makes the page.
func analyzersPage(t *testing.T) string {
	t.Helper()
	var b strings.Builder
	b.WriteString(`# What gen vet finds

This page is made of the analyzers' own documentation, by ` + "`make docs`" + `; ` + "`gen vet --explain RULE`" + ` shows the same.
How to run them, in editors, golangci-lint and Bazel too, is told in [vet.md](vet.md).

| rule | severity | what it finds |
|---|---|---|
`)
	for _, r := range analyzers.Rules() {
		severity := r.Severity.String()
		if r.Strict != rule.Unset && r.Strict != r.Severity {
			severity += ", strict " + r.Strict.String()
		}
		if r.Off {
			severity += ", off"
		}
		fmt.Fprintf(&b, "| [%s](#%s) | %s | %s |\n", r.ID, anchor(r.ID), severity, strings.ReplaceAll(r.Summary, "|", `\|`))
	}
	for _, a := range analyzers.Suite() {
		head, _, _ := strings.Cut(a.Doc, "\n# Rule ")
		fmt.Fprintf(&b, "\n## %s\n\n%s", a.Name, markdown(head, 3))
		for _, r := range analyzers.Rules() {
			if r.Analyzer() == a.Name {
				fmt.Fprintf(&b, "\n### %s\n\n%s", r.ID, markdown(r.Section(a.Doc), 4))
			}
		}
	}
	return b.String()
}

func markdown(doc string, level int) string {
	var p comment.Parser
	printer := comment.Printer{HeadingLevel: level, HeadingID: func(*comment.Heading) string { return "" }}
	return string(printer.Markdown(p.Parse(doc)))
}

// anchor is what GitHub makes of a heading of ours.
func anchor(id string) string { return strings.ReplaceAll(id, ".", "") }

// firstDifference shows the first line that two texts do not share.
func firstDifference(want, got string) string {
	w, g := strings.Split(want, "\n"), strings.Split(got, "\n")
	for i := range min(len(w), len(g)) {
		if w[i] != g[i] {
			return fmt.Sprintf("line %d\nwant %s\ngot  %s", i+1, w[i], g[i])
		}
	}
	return fmt.Sprintf("want %d lines, got %d", len(w), len(g))
}
