package spanend

import (
	_ "embed"
	"fmt"
	"go/ast"
	"go/types"
	"strings"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/ast/edge"
	"golang.org/x/tools/go/ast/inspector"

	"github.com/mintwright/mintwright/analyzers/internal/code"
	"github.com/mintwright/mintwright/analyzers/internal/flow"
	"github.com/mintwright/mintwright/analyzers/internal/spans"
	"github.com/mintwright/mintwright/analyzers/policy"
	"github.com/mintwright/mintwright/analyzers/rule"
	"github.com/mintwright/mintwright/internal/knowledge"
)

//go:embed doc.go
var doc string

// Analyzer finds spans that are not ended.
var Analyzer = &analysis.Analyzer{
	Name:     "spanend",
	Doc:      rule.Doc(doc),
	URL:      rule.URL("spanend"),
	Requires: []*analysis.Analyzer{policy.Analyzer, spans.Analyzer},
	Run:      run,
}

var (
	leak    = rule.Rule{ID: "spanend.leak", Severity: rule.Error, Tests: true, Summary: "a span is not ended on every path"}
	dropped = rule.Rule{ID: "spanend.dropped", Severity: rule.Error, Tests: true, Summary: "a span is dropped, nobody can end it"}
	loop    = rule.Rule{ID: "spanend.loop", Severity: rule.Error, Tests: true, Summary: "the End of a span in a loop is deferred to the end of the function"}
)

// Rules returns what the analyzer can find.
func Rules() []rule.Rule { return []rule.Rule{leak, dropped, loop} }

func run(pass *analysis.Pass) (any, error) {
	p, f := policy.Of(pass), spans.Of(pass)
	if f == nil || !p.AnyOn(&leak, &dropped, &loop) {
		return nil, nil
	}
	for _, st := range f.Starts() {
		if p.IsGenerated(st.Call.Pos()) {
			continue
		}
		if st.Dropped {
			reportDropped(pass, f, st)
			continue
		}
		if endedThroughContext(pass, f, st) {
			continue
		}
		for _, e := range f.Loops(st) {
			reportLoop(pass, st, e)
		}
		if l := f.LeakOf(st); l != nil {
			reportLeak(pass, f, l)
		}
	}
	return nil, nil
}

func reportLeak(pass *analysis.Pass, f *flow.Package, l *flow.Leak) {
	st := l.Start
	name := st.Ident.Name
	what := "the span"
	switch st.Result.Form {
	case flow.Closer:
		what = "the span that it ends"
	case flow.Holder:
		what = "the span in it"
	}
	end := "ended"
	if st.Result.Form == flow.Closer {
		end = "called"
	}
	var message, last string
	line := code.Line(pass, l.Exit.Pos)
	switch {
	case l.Never:
		message, last = fmt.Sprintf("%s is never %s: %s is not exported", name, end, what), "the function returns here"
	case l.Again:
		message, last = fmt.Sprintf("%s is not %s before the loop makes the next one", name, end), "the next one is made here"
	case l.Lost:
		message, last = fmt.Sprintf("%s is not %s before it gets another value on line %d", name, end, line), "it gets another value here"
	case line == code.Line(pass, st.Func.Body.End()) && l.Exit.Return.Results == nil:
		message, last = fmt.Sprintf("%s is not %s on a path to the end of the function", name, end), "the function ends here"
	default:
		message, last = fmt.Sprintf("%s is not %s on a path to the return on line %d", name, end, line), "the function returns here"
	}
	d := analysis.Diagnostic{
		Pos: st.Call.Pos(), End: st.Call.End(), Message: message,
		Related: path(st, l.Exit, last),
	}
	confidence := rule.High
	if l.Never && policy.Of(pass).IsTest(st.Call.Pos()) {
		confidence = rule.Medium // it may be looked at while it is open
	}
	ctx := contextOf(pass, st)
	switch {
	case l.Never && ctx != nil && fate(pass, f, ctx, map[*types.Var]bool{}) == goesOn:
		confidence = rule.Medium
		d.Message = fmt.Sprintf("%s is never %s here; is it ended through the context?", name, end)
	case l.Never && st.Value.Plain() && !f.InLoop(st):
		d.SuggestedFixes = deferEnd(pass, st)
	}
	policy.Of(pass).Report(pass, &leak, confidence, d)
}

// path tells how a span gets away, with no more than the last eight branches.
func path(st *flow.Start, x flow.Exit, last string) []analysis.RelatedInformation {
	list := []analysis.RelatedInformation{{Pos: st.Call.Pos(), End: st.Call.End(), Message: "the span starts here"}}
	steps := x.Path
	if len(steps) > 8 {
		steps = steps[len(steps)-8:]
	}
	for _, s := range steps {
		list = append(list, analysis.RelatedInformation{Pos: s.Pos, Message: s.Text})
	}
	return append(list, analysis.RelatedInformation{Pos: x.Pos, Message: last})
}

func reportLoop(pass *analysis.Pass, st *flow.Start, e flow.Event) {
	policy.Of(pass).Report(pass, &loop, rule.High, analysis.Diagnostic{
		Pos: e.Node.Pos(), End: e.Node.End(),
		Message: fmt.Sprintf("the deferred End of %s runs when the function returns, not in each round of the loop", st.Ident.Name),
		Related: []analysis.RelatedInformation{{Pos: st.Call.Pos(), End: st.Call.End(), Message: "the span starts here, in each round"}},
	})
}

func reportDropped(pass *analysis.Pass, f *flow.Package, st *flow.Start) {
	ctx := contextOf(pass, st)
	confidence := rule.High
	if policy.Of(pass).IsTest(st.Call.Pos()) {
		confidence = rule.Medium // it may be looked at while it is open
	}
	message := "the span is dropped: nobody can end it"
	if st.Result.Form == flow.Closer {
		message = "the function that ends the span is dropped: nobody can call it"
	}
	if ctx != nil {
		switch fate(pass, f, ctx, map[*types.Var]bool{}) {
		case ends:
			return
		case goesOn:
			confidence = rule.Medium
			message = "the span is dropped; is it ended through the context?"
		}
	}
	d := analysis.Diagnostic{Pos: st.Call.Pos(), End: st.Call.End(), Message: message}
	if confidence == rule.High && !f.InLoop(st) {
		d.SuggestedFixes = nameAndEnd(pass, st)
	}
	policy.Of(pass).Report(pass, &dropped, confidence, d)
}

// contextOf returns the variable that takes the context of a new span, or nil.
func contextOf(pass *analysis.Pass, st *flow.Start) *types.Var {
	for _, e := range st.Lhs {
		if v := code.Var(pass.TypesInfo, e); v != nil && v.Name() != "_" && code.IsContext(v.Type()) {
			return v
		}
	}
	return nil
}

// endedThroughContext reports whether somebody takes the span out of its context and ends it.
func endedThroughContext(pass *analysis.Pass, f *flow.Package, st *flow.Start) bool {
	ctx := contextOf(pass, st)
	return ctx != nil && f.ContextRole(ctx).Has(flow.Ends|flow.MayEnd)
}

type fates uint8

const (
	stays  fates = iota // it goes to ordinary calls and nowhere else
	goesOn              // it is returned or stored
	ends                // the span in it is ended
)

// fate says what becomes of a context with a span that has no name.
func fate(pass *analysis.Pass, f *flow.Package, ctx *types.Var, seen map[*types.Var]bool) fates {
	if f.ContextRole(ctx).Has(flow.Ends | flow.MayEnd | flow.Keeps) {
		return ends
	}
	if seen[ctx] {
		return stays
	}
	seen[ctx] = true
	worst := stays
	for _, c := range f.Uses(ctx) {
		worst = max(worst, fateOf(pass, f, c, seen))
	}
	return worst
}

func fateOf(pass *analysis.Pass, f *flow.Package, c inspector.Cursor, seen map[*types.Var]bool) fates {
	switch k, _ := c.ParentEdge(); k {
	case edge.AssignStmt_Lhs, edge.ValueSpec_Names, edge.Field_Names, edge.SelectorExpr_X, edge.BinaryExpr_X, edge.BinaryExpr_Y, edge.ExprStmt_X:
		return stays
	case edge.AssignStmt_Rhs:
		a := c.Parent().Node().(*ast.AssignStmt)
		if len(a.Lhs) != len(a.Rhs) {
			return goesOn
		}
		_, i := c.ParentEdge()
		if v := code.Var(pass.TypesInfo, a.Lhs[i]); v != nil && v.Parent() != pass.Pkg.Scope() {
			return fate(pass, f, v, seen)
		}
	case edge.CallExpr_Args:
		call := c.Parent()
		if k, _ := call.ParentEdge(); k == edge.GoStmt_Call {
			return goesOn
		}
		fn := code.Callee(pass.TypesInfo, call.Node().(*ast.CallExpr))
		if isBehind(pass, fn) {
			return goesOn
		}
		if !derives(fn) {
			return stays
		}
		// A context made from it.
		switch k, _ := call.ParentEdge(); k {
		case edge.CallExpr_Args:
			return fateOf(pass, f, call, seen)
		case edge.ExprStmt_X, edge.SelectorExpr_X:
			return stays
		case edge.AssignStmt_Rhs:
			v := code.Var(pass.TypesInfo, call.Parent().Node().(*ast.AssignStmt).Lhs[0])
			switch {
			case v != nil && (v.Name() == "_" || v == code.Var(pass.TypesInfo, c.Node().(ast.Expr)) || !code.IsContext(v.Type())):
				return stays
			case v != nil:
				return fate(pass, f, v, seen)
			}
		}
	}
	return goesOn
}

// isBehind reports whether a function is a method of an interface that another package of the
// same module declares: what stands behind it cannot be seen, and may take the span out of the
// context.
func isBehind(pass *analysis.Pass, fn *types.Func) bool {
	if fn == nil || fn.Pkg() == nil || fn.Pkg() == pass.Pkg {
		return false
	}
	root, _, _ := strings.Cut(pass.Pkg.Path(), "/")
	if pass.Module != nil && pass.Module.Path != "" {
		root = pass.Module.Path
	}
	recv := fn.Signature().Recv()
	return recv != nil && types.IsInterface(recv.Type()) && strings.HasPrefix(fn.Pkg().Path()+"/", root+"/")
}

// derives reports whether a function makes a context from the one that it is given.
func derives(fn *types.Func) bool {
	if fn == nil || fn.Pkg() == nil {
		return false
	}
	if fn.Pkg().Path() == "context" || fn.Pkg().Path() == knowledge.OTelTrace {
		return true
	}
	results := fn.Signature().Results()
	return results.Len() > 0 && code.IsContext(results.At(0).Type())
}
