package main

import (
	"fmt"
	"io"
	"text/tabwriter"

	"github.com/mintwright/mintwright/internal/check"
	"github.com/mintwright/mintwright/internal/check/areas"
	"github.com/mintwright/mintwright/internal/names"
)

// explainRule prints what is known of a rule or of an area, or the list of all.
func (c *checkCommand) explainRule() error {
	w := c.env.Stdout
	var known []string
	for _, a := range areas.All() {
		switch c.explain {
		case "all":
			if err := listAreaRules(w, a); err != nil {
				return err
			}
		case a.Name:
			if _, err := fmt.Fprintf(w, "%s: %s\n\n", a.Name, a.Summary); err != nil {
				return err
			}
			return listAreaRules(w, a)
		}
		known = append(known, a.Name)
		for _, r := range a.Rules {
			if r.ID == c.explain {
				return explainAreaRule(w, r)
			}
			known = append(known, r.ID)
		}
	}
	if c.explain == "all" {
		return nil
	}
	err := fmt.Errorf("--explain: there is no rule %q", c.explain)
	if near := names.Nearest(c.explain, known); near != "" {
		return wrongUsage(err, fmt.Sprintf("did you mean %s?", near))
	}
	return wrongUsage(err, "gen check --explain all lists them")
}

func listAreaRules(w io.Writer, a check.Area) error {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	for _, r := range a.Rules {
		fmt.Fprintf(t, "%s\t%s\t%s\n", r.ID, r.Severity, r.Summary)
	}
	return t.Flush()
}

func explainAreaRule(w io.Writer, r check.Rule) error {
	_, err := fmt.Fprintf(w, "%s: %s (%s)\n\n%s", r.ID, r.Summary, r.Severity, docText(whole(r)))
	return err
}

// whole is the text about a rule, as a doc comment.
func whole(r check.Rule) string {
	text := ""
	if r.Why != "" {
		text = r.Why + "\n\n"
	}
	if r.Criterion != "" {
		text += "Asked for by: " + r.Criterion + ".\n\n"
	}
	return text + "Remedy: " + r.Remedy + ".\n"
}
