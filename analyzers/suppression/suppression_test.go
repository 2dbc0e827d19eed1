package suppression_test

import (
	"go/ast"
	"testing"

	"golang.org/x/tools/go/analysis"

	"github.com/mintwright/mintwright/analyzers/internal/fixtest"
	"github.com/mintwright/mintwright/analyzers/policy"
	"github.com/mintwright/mintwright/analyzers/rule"
	"github.com/mintwright/mintwright/analyzers/suppression"
)

var (
	greet = rule.Rule{ID: "greeting.hello", Severity: rule.Error, Tests: true}
	leave = rule.Rule{ID: "greeting.bye", Severity: rule.Error, Off: true}
)

// greeting finds calls of hello, and when it is on those of bye.
func greeting() *analysis.Analyzer {
	return &analysis.Analyzer{
		Name: "greeting", Doc: "greeting: report greetings", Requires: []*analysis.Analyzer{policy.Analyzer},
		Run: func(pass *analysis.Pass) (any, error) {
			for _, f := range pass.Files {
				ast.Inspect(f, func(n ast.Node) bool {
					call, ok := n.(*ast.CallExpr)
					if !ok {
						return true
					}
					r := &greet
					switch call.Fun.(*ast.Ident).Name {
					case "bye":
						r = &leave
					case "hello":
					default:
						return true
					}
					policy.Of(pass).Report(pass, r, rule.High, analysis.Diagnostic{Pos: call.Pos(), End: call.End(), Message: "a greeting"})
					return true
				})
			}
			return nil, nil
		},
	}
}

func TestComments(t *testing.T) {
	a := suppression.New([]*analysis.Analyzer{greeting()}, []rule.Rule{greet, leave})
	fixtest.Run(t, a, fixtest.Options{Shown: true}, "comments")
}

// What a comment silences is judged by the other analyzer's own reports.
func TestSilenced(t *testing.T) {
	fixtest.Run(t, greeting(), fixtest.Options{Shown: true}, "silenced")
}
