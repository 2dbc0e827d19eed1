package semconvkey

import (
	"cmp"
	_ "embed"
	"go/ast"
	"go/token"
	"slices"
	"strings"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/analysis/passes/inspect"

	"github.com/mintwright/mintwright/analyzers/policy"
	"github.com/mintwright/mintwright/analyzers/rule"
	"github.com/mintwright/mintwright/internal/knowledge"
)

//go:embed doc.go
var doc string

// Analyzer is the analyzer.
var Analyzer = &analysis.Analyzer{
	Name:      "semconvkey",
	Doc:       rule.Doc(doc),
	URL:       rule.URL("semconvkey"),
	Requires:  []*analysis.Analyzer{policy.Analyzer, inspect.Analyzer},
	FactTypes: []analysis.Fact{new(resourceSchema)},
	Run:       run,
}

var (
	renamed   = rule.Rule{ID: "semconvkey.renamed", Severity: rule.Warning, Summary: "an attribute key was renamed or dropped by the semantic conventions"}
	wrongType = rule.Rule{ID: "semconvkey.type", Severity: rule.Warning, Summary: "an attribute's value is not of the type that its key has"}
	near      = rule.Rule{ID: "semconvkey.near", Severity: rule.Warning, Summary: "an attribute key is a misspelling of a known one"}
	twice     = rule.Rule{ID: "semconvkey.twice", Severity: rule.Warning, Summary: "an attribute is set twice in one list"}
	schema    = rule.Rule{ID: "semconvkey.schema", Severity: rule.Warning, Summary: "a schema URL is of another version than the attributes"}
	namespace = rule.Rule{ID: "semconvkey.namespace", Severity: rule.Info, Off: true, Summary: "an attribute key has no namespace, or is one's own in a namespace of the semantic conventions"}
	style     = rule.Rule{ID: "semconvkey.style", Severity: rule.Info, Off: true, Summary: "an attribute key is not written as the semantic conventions want it"}
)

// Rules returns what the analyzer can find.
func Rules() []rule.Rule {
	return []rule.Rule{renamed, wrongType, near, twice, schema, namespace, style}
}

// checker is the work on one package.
type checker struct {
	pass *analysis.Pass
	p    *policy.Package
	team team
	uses []use

	byKey    map[string][]ast.Expr   // elements of lists; nil until asked for
	together map[ast.Expr][]ast.Expr // attributes of comments, whose keys they are, to those of the same calls; nil when there are none

	// both says that the package writes old and new names because the operator may choose.
	both bool
}

func run(pass *analysis.Pass) (any, error) {
	exportSchema(pass)
	p := policy.Of(pass)
	if p.FactsOnly() || strings.HasPrefix(pass.Pkg.Path(), knowledge.OTelSemconv+"/") {
		return nil, nil
	}
	c := &checker{pass: pass, p: p}
	c.comments()
	reaches := p.Reaches(knowledge.OTelAttribute)
	if !reaches && len(c.uses) == 0 {
		return nil, nil
	}
	c.team = teamOf(p.Config.Attributes)
	if reaches {
		c.collect()
	}
	slices.SortStableFunc(c.uses, func(a, b use) int { return cmp.Compare(a.at.Pos(), b.at.Pos()) })
	c.reportRenamed()
	c.reportKeys()
	if reaches {
		c.reportTwice()
		c.reportSchema()
	}
	return nil, nil
}

// first groups uses by the file that is to change and the key, in the order of the source.
func (c *checker) first(want func(*use) bool) [][]*use {
	type place struct {
		file *token.File
		key  string
	}
	at := map[place]int{}
	var groups [][]*use
	for i := range c.uses {
		u := &c.uses[i]
		if !want(u) {
			continue
		}
		k := place{c.pass.Fset.File(u.at.Pos()), u.key}
		n, ok := at[k]
		if !ok {
			n = len(groups)
			at[k] = n
			groups = append(groups, nil)
		}
		groups[n] = append(groups[n], u)
	}
	return groups
}

// also tells of the other places of a group.
func also(group []*use) []analysis.RelatedInformation {
	var list []analysis.RelatedInformation
	seen := map[token.Pos]bool{group[0].at.Pos(): true}
	for _, u := range group[1:] {
		if !seen[u.at.Pos()] {
			seen[u.at.Pos()] = true
			list = append(list, analysis.RelatedInformation{Pos: u.at.Pos(), End: u.at.End(), Message: "here too"})
		}
	}
	return list
}
