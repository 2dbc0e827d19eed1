package spanuse

import (
	_ "embed"
	"fmt"
	"go/ast"
	"go/types"
	"slices"
	"strings"
	"unicode"

	"golang.org/x/tools/go/analysis"

	"github.com/mintwright/mintwright/analyzers/internal/code"
	"github.com/mintwright/mintwright/analyzers/internal/flow"
	"github.com/mintwright/mintwright/analyzers/internal/spans"
	"github.com/mintwright/mintwright/analyzers/policy"
	"github.com/mintwright/mintwright/analyzers/rule"
)

//go:embed doc.go
var doc string

// Analyzer finds spans that are used after their end, or ended by a stranger.
var Analyzer = &analysis.Analyzer{
	Name:     "spanuse",
	Doc:      rule.Doc(doc),
	URL:      rule.URL("spanuse"),
	Requires: []*analysis.Analyzer{policy.Analyzer, spans.Analyzer},
	Run:      run,
}

var (
	after   = rule.Rule{ID: "spanuse.after", Severity: rule.Warning, Summary: "a span is changed after its End"}
	foreign = rule.Rule{ID: "spanuse.foreign", Severity: rule.Warning, Summary: "a span that somebody else started is ended"}
)

// Rules returns what the analyzer can find.
func Rules() []rule.Rule { return []rule.Rule{after, foreign} }

func run(pass *analysis.Pass) (any, error) {
	p, f := policy.Of(pass), spans.Of(pass)
	if f == nil {
		return nil, nil
	}
	if p.IsOn(&after) {
		for _, u := range f.AfterEnd() {
			reportAfter(pass, u)
		}
	}
	if p.IsOn(&foreign) {
		for _, x := range f.Foreigns() {
			reportForeign(pass, f, x)
		}
	}
	return nil, nil
}

func reportAfter(pass *analysis.Pass, u flow.Use) {
	message := fmt.Sprintf("%s has ended on line %d: what it is told here is lost", u.Var.Name(), code.Line(pass, u.End.Node.Pos()))
	if u.Use.Deferred {
		message = fmt.Sprintf("%s ends before this deferred call runs: what it is told here is lost", u.Var.Name())
	}
	related := []analysis.RelatedInformation{{Pos: u.End.Node.Pos(), End: u.End.Node.End(), Message: "the span ends here"}}
	steps := u.Path
	if len(steps) > 8 {
		steps = steps[len(steps)-8:]
	}
	for _, s := range steps {
		related = append(related, analysis.RelatedInformation{Pos: s.Pos, Message: s.Text})
	}
	policy.Of(pass).Report(pass, &after, rule.High, analysis.Diagnostic{
		Pos: u.Use.Node.Pos(), End: u.Use.Node.End(), Message: message, Related: related,
	})
}

func reportForeign(pass *analysis.Pass, f *flow.Package, x flow.Foreign) {
	if d, ok := x.Func.Node.(*ast.FuncDecl); ok && isEnding(d.Name.Name) {
		return
	}
	sure := rule.High
	if t := receiver(pass, x.Func); t != nil && slices.ContainsFunc(f.Starts(), func(st *flow.Start) bool {
		return st.Dropped && receiver(pass, st.Func) == t
	}) {
		sure = rule.Medium // one hook starts the span, and another ends it
	}
	policy.Of(pass).Report(pass, &foreign, sure, analysis.Diagnostic{
		Pos: x.End.Node.Pos(), End: x.End.Node.End(),
		Message: "the span of the caller's context is ended: whoever started it ends it",
		Related: []analysis.RelatedInformation{{Pos: x.Call.Pos(), End: x.Call.End(), Message: "it is taken out of the context here"}},
	})
}

// isEnding reports whether a function's name says that it ends something.
func isEnding(name string) bool {
	for _, s := range []string{"end", "finish", "close", "stop", "done", "complete", "after"} {
		if len(name) >= len(s) && strings.EqualFold(name[:len(s)], s) && (len(name) == len(s) || !unicode.IsLower(rune(name[len(s)]))) {
			return true
		}
	}
	return false
}

// receiver returns the type that a function is a method of, or nil.
func receiver(pass *analysis.Pass, f *flow.Func) *types.TypeName {
	d, ok := f.Node.(*ast.FuncDecl)
	if !ok || d.Recv == nil || len(d.Recv.List) != 1 {
		return nil
	}
	if n := code.Named(pass.TypesInfo.TypeOf(d.Recv.List[0].Type)); n != nil {
		return n.Obj()
	}
	return nil
}
