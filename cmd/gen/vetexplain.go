package main

import (
	"fmt"
	"go/doc/comment"
	"io"
	"slices"
	"strings"
	"text/tabwriter"

	"golang.org/x/tools/go/analysis"

	"github.com/mintwright/mintwright/analyzers"
	"github.com/mintwright/mintwright/analyzers/rule"
	"github.com/mintwright/mintwright/internal/names"
	"github.com/mintwright/mintwright/internal/report"
)

// explainRule prints what is known of a rule or of an analyzer, or the list of all.
func (v *vetCommand) explainRule() error {
	w := v.env.Stdout
	if v.explain == "all" {
		return listRules(w)
	}
	for _, a := range analyzers.Suite() {
		for _, r := range rulesOf(a) {
			if r.ID == v.explain {
				_, err := fmt.Fprintf(w, "%s: %s (%s)\n\n%s\n%s\n", r.ID, r.Summary, standing(&r), docText(r.Section(a.Doc)), r.URL())
				return err
			}
		}
		if a.Name == v.explain {
			return explainAnalyzer(w, a)
		}
	}
	return unknownRule("--explain", v.explain)
}

// unknownRule says which rule was probably meant.
func unknownRule(flag, name string) error {
	err := fmt.Errorf("%s: there is no rule %q", flag, name)
	if near := names.Nearest(name, ruleNames()); near != "" {
		return wrongUsage(err, fmt.Sprintf("did you mean %s?", near))
	}
	return wrongUsage(err, "gen vet --explain all lists them")
}

func listRules(w io.Writer) error {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	for _, r := range analyzers.Rules() {
		fmt.Fprintf(t, "%s\t%s\t%s\n", r.ID, standing(&r), r.Summary)
	}
	return t.Flush()
}

func explainAnalyzer(w io.Writer, a *analysis.Analyzer) error {
	fmt.Fprintf(w, "%s\n", docText(a.Doc))
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	for _, r := range rulesOf(a) {
		fmt.Fprintf(t, "%s\t%s\t%s\n", r.ID, standing(&r), r.Summary)
	}
	if err := t.Flush(); err != nil {
		return err
	}
	_, err := fmt.Fprintf(w, "\n%s\n", a.URL)
	return err
}

// standing says how severe a rule is, and whether it is on.
func standing(r *rule.Rule) string {
	text := r.Severity.String()
	if r.Strict != rule.Unset && r.Strict != r.Severity {
		text += ", strict: " + r.Strict.String()
	}
	if r.Off {
		text += ", off"
	}
	return text
}

// docText prints a doc comment for a terminal.
func docText(doc string) string {
	var p comment.Parser
	return string((&comment.Printer{TextWidth: 88}).Text(p.Parse(doc)))
}

func rulesOf(a *analysis.Analyzer) []rule.Rule {
	return slices.DeleteFunc(analyzers.Rules(), func(r rule.Rule) bool { return r.Analyzer() != a.Name })
}

// ruleNames returns all that a flag, a comment or the configuration may call a rule.
func ruleNames() []string {
	var list []string
	for _, r := range analyzers.Rules() {
		if !slices.Contains(list, r.Analyzer()) {
			list = append(list, r.Analyzer())
		}
		list = append(list, r.ID)
	}
	return list
}

// reportRules returns the rules as reports tell of them.
func reportRules() []report.Rule {
	docs := map[string]string{}
	for _, a := range analyzers.Suite() {
		docs[a.Name] = a.Doc
	}
	var list []report.Rule
	for _, r := range analyzers.Rules() {
		list = append(list, report.Rule{
			ID: r.ID, Severity: report.Severity(r.Severity.String()), Summary: r.Summary,
			Doc: r.Section(docs[r.Analyzer()]), URL: r.URL(), Off: r.Off, Tags: tags(r.Analyzer()),
		})
	}
	return list
}

func tags(analyzer string) []string {
	switch {
	case strings.HasPrefix(analyzer, "span"), strings.HasPrefix(analyzer, "semconv"):
		return []string{"telemetry"}
	case analyzer == "suppression":
		return nil
	}
	return []string{"security"}
}
