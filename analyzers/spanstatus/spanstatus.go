package spanstatus

import (
	_ "embed"
	"fmt"
	"go/ast"
	"go/types"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/analysis/passes/ctrlflow"
	"golang.org/x/tools/go/analysis/passes/inspect"
	"golang.org/x/tools/go/ast/edge"
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

// Analyzer finds errors that are recorded on a span whose status stays unset.
var Analyzer = &analysis.Analyzer{
	Name:     "spanstatus",
	Doc:      rule.Doc(doc),
	URL:      rule.URL("spanstatus"),
	Requires: []*analysis.Analyzer{policy.Analyzer, inspect.Analyzer, ctrlflow.Analyzer, spanuses.Analyzer},
	Run:      run,
}

var unset = rule.Rule{ID: "spanstatus.unset", Severity: rule.Warning, Summary: "an error is recorded on a span, and its status stays unset"}

// Rules returns what the analyzer can find.
func Rules() []rule.Rule { return []rule.Rule{unset} }

type checker struct {
	*analysis.Pass
	policy *policy.Package
	uses   *spanuses.Result
	span   *types.Interface
	root   inspector.Cursor
	graphs *reach.Graphs
	fields map[*types.Var][]mention // of all files, when they have been asked for
	ended  map[*types.Var]bool      // what is ended somewhere, and the
	params map[*types.Var]bool      // parameters of literals; nil until asked for
	set    map[*types.Func]bool     // see callersSet
}

// mention is where something is done with a span.
type mention struct {
	span   *types.Var // the variable or the field; nil for the span of a context, or an unknown one
	use    spanuses.Use
	status bool // SetStatus itself, to whatever
	cursor inspector.Cursor
	call   *ast.CallExpr // of the method or function that does it, or nil
	in     ast.Node      // the innermost function around
	panics bool          // only after a panic
	at     reach.Place   // in the graph of that function
}

func run(pass *analysis.Pass) (any, error) {
	p := policy.Of(pass)
	if !p.IsOn(&unset) || !p.Reaches(knowledge.OTelTrace) {
		return nil, nil
	}
	c := &checker{
		Pass: pass, policy: p,
		uses:   pass.ResultOf[spanuses.Analyzer].(*spanuses.Result),
		span:   code.SpanInterface(pass.Pkg),
		root:   pass.ResultOf[inspect.Analyzer].(*inspector.Inspector).Root(),
		graphs: reach.In(pass),
		set:    map[*types.Func]bool{},
	}
	for outer, body := range outermost(c.root) {
		if p.IsTest(outer.Node().Pos()) || p.IsGenerated(outer.Node().Pos()) || isRecorder(outer.Node()) {
			continue
		}
		if !c.records(body) {
			continue
		}
		mentions := c.mentions(outer)
		for i := range mentions {
			if c.isRecord(&mentions[i]) {
				c.check(outer, mentions, &mentions[i])
			}
		}
	}
	return nil, nil
}

// outermost yields the functions that are in no other one, and their bodies.
func outermost(root inspector.Cursor) func(func(inspector.Cursor, *ast.BlockStmt) bool) {
	return func(yield func(inspector.Cursor, *ast.BlockStmt) bool) {
		ok := true
		root.Inspect([]ast.Node{(*ast.FuncDecl)(nil), (*ast.FuncLit)(nil)}, func(cur inspector.Cursor) bool {
			switch n := cur.Node().(type) {
			case *ast.FuncDecl:
				ok = ok && (n.Body == nil || yield(cur, n.Body))
			case *ast.FuncLit:
				ok = ok && yield(cur, n.Body)
			}
			return false
		})
	}
}

// isRecorder reports whether a function is a span's own RecordError or SetStatus, which hands
// on what it is called with.
func isRecorder(n ast.Node) bool {
	d, ok := n.(*ast.FuncDecl)
	return ok && d.Recv != nil && (d.Name.Name == "RecordError" || d.Name.Name == "SetStatus")
}

// records reports whether an error is recorded in a function, by itself or by a helper.
func (c *checker) records(body *ast.BlockStmt) bool {
	found := false
	ast.Inspect(body, func(n ast.Node) bool {
		call, ok := n.(*ast.CallExpr)
		if !ok || found {
			return !found
		}
		if sel, ok := ast.Unparen(call.Fun).(*ast.SelectorExpr); ok && sel.Sel.Name == "RecordError" {
			found = true
			return false
		}
		for i := range call.Args {
			if use := c.uses.Arg(call, i); use&spanuses.Records != 0 && use&spanuses.Unknown == 0 {
				found = true
			}
		}
		return !found
	})
	return found
}

// mentions returns what is done with spans in a function and in the literals in it.
func (c *checker) mentions(outer inspector.Cursor) []mention {
	var list []mention
	for cur := range outer.Preorder((*ast.Ident)(nil), (*ast.CallExpr)(nil)) {
		m, ok := c.mention(cur)
		if ok {
			list = append(list, m)
		}
	}
	return list
}

// mention tells what is done with a span at a node, if anything.
func (c *checker) mention(cur inspector.Cursor) (mention, bool) {
	m := mention{cursor: cur}
	switch n := cur.Node().(type) {
	case *ast.Ident:
		v, _ := c.TypesInfo.Uses[n].(*types.Var)
		if v == nil || code.IsContext(v.Type()) || !code.IsSpan(v.Type(), c.span) {
			return m, false
		}
		if cur.ParentEdgeKind() == edge.KeyValueExpr_Key {
			return m, false // a field that is set
		}
		m.span = v
		if sel, ok := cur.Parent().Node().(*ast.SelectorExpr); ok && sel.Sel == n {
			m.cursor = cur.Parent()
		}
	case *ast.CallExpr:
		t := c.TypesInfo.TypeOf(n)
		if isTuple(t) || !code.IsSpan(t, c.span) || code.IsContext(t) {
			return c.contextMention(cur, n)
		}
		// What a call returns has a name only by being assigned.
		if _, ok := cur.Parent().Node().(*ast.SelectorExpr); !ok {
			return m, false
		}
	}
	m.use = c.uses.Mention(m.cursor)
	m.call = callOf(m.cursor)
	if m.call != nil {
		if _, ok := code.IsSpanMethod(c.TypesInfo, m.call, "SetStatus"); ok {
			m.status = true
		}
	}
	c.place(&m)
	return m, true
}

// contextMention tells of a call that sets the status of the span in a context.
func (c *checker) contextMention(cur inspector.Cursor, call *ast.CallExpr) (mention, bool) {
	for i, arg := range call.Args {
		if !code.IsContext(c.TypesInfo.TypeOf(arg)) {
			continue
		}
		if use := c.uses.Arg(call, i); use&spanuses.SetsStatus != 0 {
			m := mention{cursor: cur, use: spanuses.SetsStatus, call: call}
			c.place(&m)
			return m, true
		}
	}
	return mention{}, false
}

// place sets the function around, and whether what is done is done after a panic only.
func (c *checker) place(m *mention) {
	for cur := range m.cursor.Enclosing((*ast.FuncDecl)(nil), (*ast.FuncLit)(nil), (*ast.IfStmt)(nil)) {
		if n, ok := cur.Node().(*ast.IfStmt); ok {
			if n.Body.Pos() <= m.cursor.Node().Pos() && m.cursor.Node().End() <= n.Body.End() && c.recovers(n) {
				m.panics = true
			}
			continue
		}
		m.in = cur.Node()
		return
	}
}

// recovers reports whether an if statement asks for a panic.
func (c *checker) recovers(n *ast.IfStmt) bool {
	found := false
	for _, part := range [...]ast.Node{n.Init, n.Cond} {
		if part == nil {
			continue
		}
		ast.Inspect(part, func(n ast.Node) bool {
			if call, ok := n.(*ast.CallExpr); ok {
				if b, ok := code.Object(c.TypesInfo, call.Fun).(*types.Builtin); ok && b.Name() == "recover" {
					found = true
				}
			}
			return !found
		})
	}
	return found
}

func isTuple(t types.Type) bool {
	_, ok := t.(*types.Tuple)
	return ok
}

// callOf returns the call whose receiver or argument is there, or nil.
func callOf(cur inspector.Cursor) *ast.CallExpr {
	parent := cur.Parent()
	if _, ok := parent.Node().(*ast.SelectorExpr); ok {
		parent = parent.Parent()
	}
	call, _ := parent.Node().(*ast.CallExpr)
	return call
}

// isRecord reports whether an error is recorded there, and the status is not set with it: by
// RecordError, or by a helper of another package, which is not ours to mend.
func (c *checker) isRecord(m *mention) bool {
	if m.use&spanuses.Records == 0 || m.use&(spanuses.SetsStatus|spanuses.Unknown) != 0 || m.call == nil {
		return false
	}
	fn := code.Callee(c.TypesInfo, m.call)
	return fn != nil && (fn.Name() == "RecordError" || fn.Pkg() != c.Pkg)
}

// check reports an error that is recorded while the status stays unset.
func (c *checker) check(outer inspector.Cursor, mentions []mention, m *mention) {
	if m.span != nil && m.span.IsField() {
		mentions = append(mentions, c.field(m.span)...)
	}
	if c.isSet(mentions, m) || c.isExpected(m) {
		return
	}
	confidence := min(c.owner(outer, m), c.survived(m))
	name := "the span of the context"
	if sel, ok := ast.Unparen(m.call.Fun).(*ast.SelectorExpr); ok && m.span != nil {
		name = m.span.Name()
		if m.span.IsField() {
			name = types.ExprString(sel.X)
		}
	}
	d := analysis.Diagnostic{
		Pos: m.call.Pos(), End: m.call.End(),
		Message: fmt.Sprintf("the error is recorded, but the status of %s stays unset: call SetStatus(codes.Error, ...) too", name),
		Related: c.elsewhere(mentions, m),
	}
	if confidence == rule.High {
		d.SuggestedFixes = c.setStatus(m)
	}
	c.policy.Report(c.Pass, &unset, confidence, d)
}

// elsewhere points to a status that is set on another way.
func (c *checker) elsewhere(mentions []mention, m *mention) []analysis.RelatedInformation {
	for i := range mentions {
		if o := &mentions[i]; o.span == m.span && o.use&spanuses.SetsStatus != 0 && o.call != nil {
			return []analysis.RelatedInformation{{Pos: o.call.Pos(), End: o.call.End(), Message: "the status is set on another way only"}}
		}
	}
	return nil
}

// isSet reports whether the status may be set beside the record m, as far as can be seen; and
// that it may, where it cannot be seen.
func (c *checker) isSet(mentions []mention, m *mention) bool {
	g := c.graphs.Of(m.in)
	if g == nil {
		return true
	}
	at := g.Place(m.call.Pos())
	if at.Block == nil {
		return true // nothing gets there
	}
	var beside []*mention // set in the same function, on this way or another
	for i := range mentions {
		o := &mentions[i]
		switch {
		case o == m || !c.isSame(o.span, m.span):
		case o.use&spanuses.Unknown != 0:
			return true // it is handed on
		case o.use&spanuses.SetsStatus == 0 && !o.status:
		case o.in == m.in:
			if o.at.Block == nil {
				o.at = g.Place(o.cursor.Node().Pos())
			}
			if o.at.Block == at.Block && (o.at.Index >= at.Index || o.use&spanuses.SetsStatus != 0) {
				return true
			}
			beside = append(beside, o)
		case o.use&spanuses.SetsStatus != 0 && !o.panics:
			return true
		}
	}
	if len(beside) == 0 {
		return false
	}
	if g.IsTired() {
		return true
	}
	around := map[ast.Node]bool{} // what can run after (true) and before
	g.Before(at, func(n ast.Node) bool { around[n] = false; return true })
	g.After(at, func(n ast.Node) bool { around[n] = true; return true })
	for _, o := range beside {
		if o.at.Block == nil {
			continue // nothing gets there
		}
		after, ok := around[o.at.Block.Nodes[o.at.Index]]
		if ok && (after || o.use&spanuses.SetsStatus != 0) {
			return true
		}
	}
	return false
}

// isSame reports whether two mentions may be of one span: the same variable, or the span of a
// context, which has many names.
func (c *checker) isSame(a, b *types.Var) bool { return a == nil || b == nil || a == b }

// field returns what is done in all the package with spans that a field holds.
func (c *checker) field(v *types.Var) []mention {
	if c.fields == nil {
		c.fields = map[*types.Var][]mention{}
		for cur := range c.root.Preorder((*ast.Ident)(nil)) {
			if f, ok := c.TypesInfo.Uses[cur.Node().(*ast.Ident)].(*types.Var); !ok || !f.IsField() {
				continue
			}
			if m, ok := c.mention(cur); ok {
				c.fields[m.span] = append(c.fields[m.span], m)
			}
		}
	}
	var list []mention
	for _, m := range c.fields[v] {
		m.in = nil // elsewhere, at whatever time
		list = append(list, m)
	}
	return list
}
