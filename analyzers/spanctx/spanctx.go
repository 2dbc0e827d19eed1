package spanctx

import (
	_ "embed"
	"go/ast"
	"go/types"
	"slices"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/analysis/passes/ctrlflow"
	"golang.org/x/tools/go/analysis/passes/inspect"
	"golang.org/x/tools/go/ast/inspector"

	"github.com/mintwright/mintwright/analyzers/internal/code"
	"github.com/mintwright/mintwright/analyzers/internal/reach"
	"github.com/mintwright/mintwright/analyzers/internal/spanuses"
	"github.com/mintwright/mintwright/analyzers/policy"
	"github.com/mintwright/mintwright/analyzers/rule"
	"github.com/mintwright/mintwright/internal/knowledge"
)

//go:embed doc.go
var doc string

// Analyzer finds work whose context does not carry the span around it.
var Analyzer = &analysis.Analyzer{
	Name:     "spanctx",
	Doc:      rule.Doc(doc),
	URL:      rule.URL("spanctx"),
	Requires: []*analysis.Analyzer{policy.Analyzer, inspect.Analyzer, ctrlflow.Analyzer, spanuses.Analyzer},
	Run:      run,
}

var (
	dropped  = rule.Rule{ID: "spanctx.dropped", Severity: rule.Warning, Summary: "the context that carries a span is dropped, and the old one is used"}
	root     = rule.Rule{ID: "spanctx.root", Severity: rule.Warning, Summary: "a span begins a new trace where a context is at hand"}
	detached = rule.Rule{ID: "spanctx.detached", Severity: rule.Warning, Summary: "a call inside a span takes no context"}
	stale    = rule.Rule{ID: "spanctx.stale", Severity: rule.Warning, Off: true, Summary: "a call gets an older context though the span's has a name"}
)

// Rules returns what the analyzer can find.
func Rules() []rule.Rule { return []rule.Rule{dropped, root, detached, stale} }

// checker holds what the questions about one package share.
type checker struct {
	*analysis.Pass
	policy *policy.Package
	uses   *spanuses.Result
	graphs *reach.Graphs
	span   *types.Interface
}

// function is a function in which spans are started.
type function struct {
	node   ast.Node // *ast.FuncDecl or *ast.FuncLit
	cursor inspector.Cursor
	graph  *reach.Graph
	starts []*start

	assigned map[*types.Var][]ast.Expr // see checker.assigned
	carried  map[*types.Var]bool       // what calls that return a context are given
}

// start is where a span starts.
type start struct {
	code.Start
	cursor inspector.Cursor // of the call
	place  reach.Place
	assign *ast.AssignStmt // what takes the results; nil when it is something else
	span   *types.Var      // the variable that takes the span, or nil
	ctx    *types.Var      // the variable that takes the context, or nil
	blank  *ast.Ident      // the "_" that takes it
}

func run(pass *analysis.Pass) (any, error) {
	p := policy.Of(pass)
	if p.FactsOnly() || !p.AnyOn(&dropped, &root, &detached, &stale) || !p.Reaches(knowledge.OTelTrace) {
		return nil, nil
	}
	c := &checker{
		Pass: pass, policy: p,
		uses:   pass.ResultOf[spanuses.Analyzer].(*spanuses.Result),
		graphs: reach.In(pass),
		span:   code.SpanInterface(pass.Pkg),
	}
	for _, f := range c.functions() {
		called := map[*ast.CallExpr]bool{} // detached calls that are reported
		// The inner spans first: a call belongs to the span that started last.
		for _, s := range slices.Backward(f.starts) {
			if f.graph.IsTired() {
				break
			}
			c.checkRoot(f, s)
			mended := c.checkContext(f, s)
			c.checkDetached(f, s, mended, called)
		}
	}
	return nil, nil
}

// functions returns the functions that start spans, in the order of the source.
func (c *checker) functions() []*function {
	var list []*function
	byNode := map[ast.Node]*function{}
	in := c.ResultOf[inspect.Analyzer].(*inspector.Inspector)
	for cur := range in.Root().Preorder((*ast.CallExpr)(nil)) {
		call := cur.Node().(*ast.CallExpr)
		st, ok := code.StartOf(c.TypesInfo, call, c.span)
		if !ok || c.policy.IsTest(call.Pos()) || c.policy.IsGenerated(call.Pos()) {
			continue
		}
		for outer := range cur.Enclosing((*ast.FuncDecl)(nil), (*ast.FuncLit)(nil)) {
			f := byNode[outer.Node()]
			if f == nil {
				f = &function{node: outer.Node(), cursor: outer, graph: c.graphs.Of(outer.Node())}
				byNode[f.node] = f
				list = append(list, f)
			}
			if f.graph != nil {
				f.starts = append(f.starts, c.start(f, cur, st))
			}
			break
		}
	}
	return list
}

// start finds out what becomes of a start's results.
func (c *checker) start(f *function, cur inspector.Cursor, st code.Start) *start {
	s := &start{Start: st, cursor: cur, place: f.graph.Place(st.Call.Pos())}
	parent := cur.Parent()
	for parent.Valid() {
		if _, ok := parent.Node().(*ast.ParenExpr); !ok {
			break
		}
		parent = parent.Parent()
	}
	a, ok := parent.Node().(*ast.AssignStmt)
	if !ok || len(a.Rhs) != 1 || len(a.Lhs) != st.Results {
		return s
	}
	s.assign = a
	s.span = c.local(a.Lhs[st.Span])
	s.ctx = c.local(a.Lhs[st.Context])
	if id, ok := a.Lhs[st.Context].(*ast.Ident); ok && id.Name == "_" {
		s.blank = id
	}
	return s
}

// local returns the local variable that e is, or nil.
func (c *checker) local(e ast.Expr) *types.Var {
	v := code.Var(c.TypesInfo, e)
	if v == nil || v.Name() == "_" || v.Parent() == c.Pkg.Scope() || v.Parent() == types.Universe {
		return nil
	}
	return v
}

// endless reports whether a loop without an end of its own lies between the call and its
// function: for {}, or a range over a channel.
func (c *checker) endless(f *function, s *start) bool {
	for cur := range s.cursor.Enclosing((*ast.ForStmt)(nil), (*ast.RangeStmt)(nil), (*ast.FuncDecl)(nil), (*ast.FuncLit)(nil)) {
		switch n := cur.Node().(type) {
		case *ast.ForStmt:
			if n.Cond == nil {
				return true
			}
		case *ast.RangeStmt:
			if t := c.TypesInfo.TypeOf(n.X); t != nil {
				if _, ok := t.Underlying().(*types.Chan); ok {
					return true
				}
			}
		default:
			return false
		}
	}
	return false
}
