package spanerror

import (
	_ "embed"
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"slices"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/analysis/passes/ctrlflow"
	"golang.org/x/tools/go/analysis/passes/inspect"
	"golang.org/x/tools/go/ast/inspector"
	"golang.org/x/tools/go/cfg"

	"github.com/mintwright/mintwright/analyzers/internal/code"
	"github.com/mintwright/mintwright/analyzers/internal/reach"
	"github.com/mintwright/mintwright/analyzers/internal/spanuses"
	"github.com/mintwright/mintwright/analyzers/policy"
	"github.com/mintwright/mintwright/analyzers/rule"
	"github.com/mintwright/mintwright/internal/knowledge"
)

//go:embed doc.go
var doc string

// Analyzer finds errors that a function returns and its span does not know of.
var Analyzer = &analysis.Analyzer{
	Name:     "spanerror",
	Doc:      rule.Doc(doc),
	URL:      rule.URL("spanerror"),
	Requires: []*analysis.Analyzer{policy.Analyzer, inspect.Analyzer, ctrlflow.Analyzer, spanuses.Analyzer},
	Run:      run,
}

var silent = rule.Rule{ID: "spanerror.silent", Severity: rule.Warning, Off: true, Summary: "an error is returned, and the span is not told"}

// Rules returns what the analyzer can find.
func Rules() []rule.Rule { return []rule.Rule{silent} }

type checker struct {
	*analysis.Pass
	policy *policy.Package
	uses   *spanuses.Result
	span   *types.Interface
	graphs *reach.Graphs
	known  map[ast.Node]*learned
}

// learned is where the spans of a function learn of errors, end, or are handed on, and which
// errors it returns.
type learned struct {
	bySpan  map[*types.Var]map[ast.Node]bool // nodes of the graph
	context map[ast.Node]bool                // the same of all spans, by way of a context
	errors  []*types.Var                     // nil among them for errors that no variable holds
}

func run(pass *analysis.Pass) (any, error) {
	p := policy.Of(pass)
	if !p.IsOn(&silent) || !p.Reaches(knowledge.OTelTrace) {
		return nil, nil
	}
	c := &checker{
		Pass: pass, policy: p,
		uses:   pass.ResultOf[spanuses.Analyzer].(*spanuses.Result),
		span:   code.SpanInterface(pass.Pkg),
		graphs: reach.In(pass),
		known:  map[ast.Node]*learned{},
	}
	for cur := range pass.ResultOf[inspect.Analyzer].(*inspector.Inspector).Root().Preorder((*ast.AssignStmt)(nil)) {
		a := cur.Node().(*ast.AssignStmt)
		if len(a.Rhs) != 1 || p.IsTest(a.Pos()) || p.IsGenerated(a.Pos()) {
			continue
		}
		call, ok := ast.Unparen(a.Rhs[0]).(*ast.CallExpr)
		if !ok {
			continue
		}
		if st, ok := code.StartOf(pass.TypesInfo, call, c.span); ok && len(a.Lhs) == st.Results {
			if v := code.Var(pass.TypesInfo, a.Lhs[st.Span]); v != nil && v.Name() != "_" && v.Parent() != pass.Pkg.Scope() {
				c.check(cur, v)
			}
		}
	}
	return nil, nil
}

// function is what has to be known of the function that starts a span.
type function struct {
	node  ast.Node
	sig   *types.Signature
	graph *reach.Graph
	err   int        // which result is the error
	named *types.Var // its name, or nil
}

// function returns what is known of the function around; ok is false when it returns no error,
// or returns spans.
func (c *checker) function(cur inspector.Cursor) (f function, ok bool) {
	for outer := range cur.Enclosing((*ast.FuncDecl)(nil), (*ast.FuncLit)(nil)) {
		f.node = outer.Node()
		switch n := f.node.(type) {
		case *ast.FuncDecl:
			if fn, ok := c.TypesInfo.Defs[n.Name].(*types.Func); ok {
				f.sig = fn.Signature()
			}
		case *ast.FuncLit:
			f.sig, _ = c.TypesInfo.TypeOf(n).(*types.Signature)
		}
		break
	}
	if f.sig == nil {
		return f, false
	}
	f.err = -1
	for i := range f.sig.Results().Len() {
		r := f.sig.Results().At(i)
		switch {
		case code.IsSpan(r.Type(), c.span):
			return f, false
		case code.IsError(r.Type()):
			f.err = i
			f.named = nil
			if r.Name() != "" && r.Name() != "_" {
				f.named = r
			}
		}
	}
	if f.err < 0 {
		return f, false
	}
	f.graph = c.graphs.Of(f.node)
	return f, f.graph != nil
}

// check reports the first return of an error that the span does not learn of.
func (c *checker) check(cur inspector.Cursor, span *types.Var) {
	f, ok := c.function(cur)
	if !ok {
		return
	}
	a := cur.Node().(*ast.AssignStmt)
	at := f.graph.Place(a.Pos())
	if at.Block == nil {
		return
	}
	l := c.learn(f)
	told := func(n ast.Node) bool { return l.context[n] || l.bySpan[span][n] }
	found := map[*ast.ReturnStmt]bool{}
	for _, v := range l.errors {
		if f.graph.IsTired() {
			return
		}
		c.walk(f, at, told, v, found)
	}
	if len(found) == 0 {
		return
	}
	var list []*ast.ReturnStmt
	for r := range found {
		list = append(list, r)
	}
	slices.SortFunc(list, func(a, b *ast.ReturnStmt) int { return int(a.Pos() - b.Pos()) })
	d := analysis.Diagnostic{
		Pos: list[0].Pos(), End: list[0].End(),
		Message: fmt.Sprintf("an error is returned, and span %s is not told: call RecordError and SetStatus", span.Name()),
		Related: []analysis.RelatedInformation{{Pos: a.Pos(), End: a.End(), Message: "the span starts here"}},
	}
	for _, r := range list[1:] {
		d.Related = append(d.Related, analysis.RelatedInformation{Pos: r.Pos(), End: r.End(), Message: "and another error is returned here"})
	}
	if edits := c.tellInDefer(f, cur, span); edits != nil {
		d.SuggestedFixes = []analysis.SuggestedFix{{Message: "tell the span of every error", TextEdits: edits}}
	}
	c.policy.Report(c.Pass, &silent, rule.High, d)
}

// learn reads a function once for all of its spans.
func (c *checker) learn(f function) *learned {
	l := c.known[f.node]
	if l != nil {
		return l
	}
	l = &learned{bySpan: map[*types.Var]map[ast.Node]bool{}, context: map[ast.Node]bool{}, errors: c.errors(f)}
	c.known[f.node] = l
	root := c.ResultOf[inspect.Analyzer].(*inspector.Inspector).Root()
	cur, ok := root.FindNode(f.node)
	if !ok {
		return l
	}
	mark := func(told map[ast.Node]bool, pos token.Pos) {
		if p := f.graph.Place(pos); p.Block != nil {
			told[p.Block.Nodes[p.Index]] = true
		}
	}
	for in := range cur.Preorder((*ast.Ident)(nil), (*ast.CallExpr)(nil)) {
		switch n := in.Node().(type) {
		case *ast.Ident:
			span, ok := c.TypesInfo.Uses[n].(*types.Var)
			if !ok || !types.IsInterface(span.Type()) && !code.IsSpan(span.Type(), c.span) {
				continue
			}
			use := c.uses.Mention(in)
			if use&spanuses.Ends != 0 && isDeferred(in) {
				use &^= spanuses.Ends // it is open until the function returns
			}
			if use != 0 {
				if l.bySpan[span] == nil {
					l.bySpan[span] = map[ast.Node]bool{}
				}
				mark(l.bySpan[span], n.Pos())
			}
		case *ast.CallExpr:
			// The same span by way of its context.
			if _, ok := code.IsSpanMethod(c.TypesInfo, n, "RecordError", "SetStatus"); ok && c.isContextSpan(n) {
				mark(l.context, n.Pos())
			}
			for i, arg := range n.Args {
				if code.IsContext(c.TypesInfo.TypeOf(arg)) && c.uses.Arg(n, i)&(spanuses.SetsStatus|spanuses.Records) != 0 {
					mark(l.context, n.Pos())
				}
			}
		}
	}
	return l
}

func (c *checker) isContextSpan(call *ast.CallExpr) bool {
	x, _ := code.IsSpanMethod(c.TypesInfo, call, "RecordError", "SetStatus")
	_, isCall := ast.Unparen(x).(*ast.CallExpr)
	return isCall
}

// isDeferred reports whether an expression is in a deferred call or function.
func isDeferred(cur inspector.Cursor) bool {
	for range cur.Enclosing((*ast.DeferStmt)(nil)) {
		return true
	}
	return false
}

// errors returns the variables that hold the errors which a function returns, nil among them
// for errors that no variable holds.
func (c *checker) errors(f function) []*types.Var {
	list := []*types.Var{nil}
	for _, b := range f.graph.Blocks {
		r := b.Return()
		if r == nil || !b.Live {
			continue
		}
		if v, ok := c.returned(f, r); ok && v != nil && !slices.Contains(list, v) {
			list = append(list, v)
		}
	}
	return list
}

// returned returns the variable that holds the error which a statement returns, nil when none
// does; ok is false when it returns no error.
func (c *checker) returned(f function, r *ast.ReturnStmt) (v *types.Var, ok bool) {
	var e ast.Expr
	switch len(r.Results) {
	case 0:
		return f.named, f.named != nil
	case f.sig.Results().Len():
		e = ast.Unparen(r.Results[f.err])
	default:
		return nil, true // return f()
	}
	if c.TypesInfo.Types[e].IsNil() {
		return nil, false
	}
	if call, ok := e.(*ast.CallExpr); ok {
		// What is made of an error is one where the error is.
		if fn := code.Callee(c.TypesInfo, call); code.IsFunc(fn, "fmt", "Errorf") || code.IsFunc(fn, "errors", "New") {
			return nil, true
		}
		for _, arg := range call.Args {
			if v := code.Var(c.TypesInfo, arg); v != nil && code.IsError(v.Type()) && v.Parent() != c.Pkg.Scope() {
				return v, true
			}
		}
		return nil, true
	}
	if v := code.Var(c.TypesInfo, e); v != nil && v.Parent() != c.Pkg.Scope() {
		return v, true
	}
	return nil, true
}

// state is where a walk is, and whether the error is known to be nil there.
type state struct {
	*cfg.Block
	isNil bool
}

// walk adds the statements to found that return the error of v and can be reached from at
// without meeting one that is told. Each block is seen at most once with the error known to be nil,
// and once without.
func (c *checker) walk(f function, at reach.Place, told func(ast.Node) bool, v *types.Var, found map[*ast.ReturnStmt]bool) {
	seen := map[state]bool{}
	var todo []state
	run := func(s state, from int) {
		for _, n := range s.Nodes[from:] {
			f.graph.Step()
			if told(n) {
				return
			}
			switch n := n.(type) {
			case *ast.ReturnStmt:
				if e, ok := c.returned(f, n); ok && e == v && !s.isNil {
					found[n] = true
				}
			default:
				if s.isNil && c.assigns(n, v) {
					s.isNil = false
				}
			}
		}
		for i, next := range s.Succs {
			isNil := s.isNil
			if len(s.Succs) == 2 && len(s.Nodes) > 0 && v != nil {
				if cond, ok := s.Nodes[len(s.Nodes)-1].(ast.Expr); ok {
					isNil = isNil || c.saysNil(cond, v, i == 0)
				}
			}
			todo = append(todo, state{next, isNil})
		}
	}
	run(state{Block: at.Block}, at.Index+1)
	for len(todo) > 0 {
		s := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		if !seen[s] {
			seen[s] = true
			run(s, 0)
		}
	}
}

// assigns reports whether a node sets v.
func (c *checker) assigns(n ast.Node, v *types.Var) bool {
	switch n := n.(type) {
	case *ast.AssignStmt:
		for _, lhs := range n.Lhs {
			if code.Var(c.TypesInfo, lhs) == v {
				return true
			}
		}
	case *ast.ValueSpec:
		for _, name := range n.Names {
			if c.TypesInfo.Defs[name] == v {
				return true
			}
		}
	case *ast.Ident: // of a range
		return c.TypesInfo.ObjectOf(n) == v
	}
	// A literal may set it, when it is called or runs at last.
	sets := false
	ast.Inspect(n, func(n ast.Node) bool {
		if lit, ok := n.(*ast.FuncLit); ok {
			ast.Inspect(lit, func(n ast.Node) bool {
				a, ok := n.(*ast.AssignStmt)
				sets = sets || ok && c.assigns(a, v)
				return !sets
			})
		}
		return !sets
	})
	return sets
}

// saysNil reports whether v is nil where a condition is so, or is not.
func (c *checker) saysNil(e ast.Expr, v *types.Var, so bool) bool {
	switch e := ast.Unparen(e).(type) {
	case *ast.UnaryExpr:
		return e.Op == token.NOT && c.saysNil(e.X, v, !so)
	case *ast.BinaryExpr:
		switch {
		case e.Op == token.LAND && so, e.Op == token.LOR && !so:
			return c.saysNil(e.X, v, so) || c.saysNil(e.Y, v, so)
		case e.Op == token.EQL && so, e.Op == token.NEQ && !so:
			return code.Var(c.TypesInfo, e.X) == v && c.TypesInfo.Types[e.Y].IsNil() ||
				code.Var(c.TypesInfo, e.Y) == v && c.TypesInfo.Types[e.X].IsNil()
		}
	}
	return false
}
