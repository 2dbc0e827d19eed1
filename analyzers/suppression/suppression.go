package suppression

import (
	_ "embed"
	"fmt"
	"slices"
	"strings"

	"golang.org/x/tools/go/analysis"

	"github.com/mintwright/mintwright/analyzers/policy"
	"github.com/mintwright/mintwright/analyzers/rule"
)

//go:embed doc.go
var doc string

var (
	reason   = rule.Rule{ID: "suppression.reason", Severity: rule.Warning, Tests: true, Summary: "a comment silences findings without saying why"}
	needless = rule.Rule{ID: "suppression.needless", Severity: rule.Warning, Tests: true, Summary: "a comment silences nothing"}
)

// Rules returns what the analyzer can find.
func Rules() []rule.Rule { return []rule.Rule{needless, reason} }

// New returns the analyzer for comments that silence the others, given with all their rules.
func New(others []*analysis.Analyzer, rules []rule.Rule) *analysis.Analyzer {
	return &analysis.Analyzer{
		Name:     "suppression",
		Doc:      rule.Doc(doc),
		URL:      rule.URL("suppression"),
		Requires: slices.Concat(others, []*analysis.Analyzer{policy.Analyzer}),
		Run: func(pass *analysis.Pass) (any, error) {
			judge(pass, policy.Of(pass), rules)
			return nil, nil
		},
	}
}

func judge(pass *analysis.Pass, p *policy.Package, rules []rule.Rule) {
	if p.FactsOnly() {
		return
	}
	used := map[*policy.Suppression]bool{}
	for _, f := range p.Findings() {
		used[f.Suppressed] = true
	}
	for _, s := range p.Suppressions() {
		named := concerned(s, rules)
		if len(named) == 0 {
			continue
		}
		switch {
		case !used[s] && !slices.ContainsFunc(named, func(r *rule.Rule) bool { return !p.IsOn(r) }):
			p.Report(pass, &needless, rule.High, analysis.Diagnostic{
				Pos: s.Pos, End: s.End,
				Message:        fmt.Sprintf("%s %s silences nothing: delete it", s.Kind, strings.Join(s.Names, ",")),
				SuggestedFixes: deletion(s, rules),
			})
		case s.Reason == "":
			p.Report(pass, &reason, rule.High, analysis.Diagnostic{
				Pos: s.Pos, End: s.End,
				Message: fmt.Sprintf("%s %s does not say why: %s", s.Kind, strings.Join(s.Names, ","), form(s.Kind)),
			})
		}
	}
}

// concerned returns the rules that a comment names. An analyzer's name stands for those of its
// rules that are on by default: who silences the analyzer means these.
func concerned(s *policy.Suppression, rules []rule.Rule) []*rule.Rule {
	var named []*rule.Rule
	for i := range rules {
		r := &rules[i]
		if slices.Contains(s.Names, r.ID) || !r.Off && slices.Contains(s.Names, r.Analyzer()) {
			named = append(named, r)
		}
	}
	return named
}

// form says how a reason is written.
func form(kind string) string {
	if kind == "nolint" {
		return `write it after the names, as in "//nolint:name // reason"`
	}
	return `write it after the names`
}

// deletion removes a comment that speaks to nobody else.
func deletion(s *policy.Suppression, rules []rule.Rule) []analysis.SuggestedFix {
	for _, name := range s.Names {
		if !slices.ContainsFunc(rules, func(r rule.Rule) bool { return name == r.ID || name == r.Analyzer() }) {
			return nil
		}
	}
	return []analysis.SuggestedFix{{
		Message:   "delete the comment",
		TextEdits: []analysis.TextEdit{{Pos: s.Pos, End: s.End}},
	}}
}
