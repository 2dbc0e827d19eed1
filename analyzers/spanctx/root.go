package spanctx

import (
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"strings"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/ast/edge"
	"golang.org/x/tools/go/ast/inspector"
	"golang.org/x/tools/go/types/typeutil"

	"github.com/mintwright/mintwright/analyzers/internal/code"
	"github.com/mintwright/mintwright/analyzers/rule"
	"github.com/mintwright/mintwright/internal/knowledge"
)

// carrier is a variable that holds a context: a context, or a request.
type carrier struct {
	*types.Var
	request bool
}

func (v carrier) String() string {
	if v.request {
		return v.Name() + ".Context()"
	}
	return v.Name()
}

// checkRoot reports a start from an empty context where another one is at hand.
func (c *checker) checkRoot(f *function, s *start) {
	if !c.policy.IsOn(&root) || c.hasOption(s, "WithNewRoot", "WithLinks") {
		return
	}
	empty := c.emptyContext(f, s.Parent)
	if empty == nil || c.endless(f, s) || c.isWaiting(f, s) || c.addsLink(f) {
		return
	}
	carriers, sure := c.atHand(s)
	if len(carriers) == 0 {
		return
	}
	confidence := rule.High
	if !sure || s.Call.Ellipsis.IsValid() {
		confidence = rule.Medium // an option among many may be a link
	}
	d := analysis.Diagnostic{
		Pos: s.Parent.Pos(), End: s.Parent.End(),
		Message: fmt.Sprintf("the span starts a trace of its own: %s is at hand", carriers[0]),
	}
	if empty != s.Parent {
		d.Related = []analysis.RelatedInformation{{Pos: empty.Pos(), End: empty.End(), Message: "the context comes from here"}}
	}
	if edits := c.passContext(s, empty, carriers); edits != nil && confidence == rule.High {
		d.SuggestedFixes = []analysis.SuggestedFix{{Message: "pass the context on", TextEdits: edits}}
	}
	c.policy.Report(c.Pass, &root, confidence, d)
}

// addsLink reports whether a function links two traces: both are meant.
func (c *checker) addsLink(f *function) bool {
	found := false
	ast.Inspect(f.node, func(n ast.Node) bool {
		if call, ok := n.(*ast.CallExpr); ok && !found {
			found = code.IsFunc(code.Callee(c.TypesInfo, call), knowledge.OTelTrace, "LinkFromContext") || code.IsMethod(code.Callee(c.TypesInfo, call), knowledge.OTelTrace, "Span", "AddLink")
		}
		return !found
	})
	return found
}

// emptyContext returns the call of context.Background or context.TODO that a context comes
// from: itself, or what a variable was set to once and for all. It is nil when there is none.
func (c *checker) emptyContext(f *function, e ast.Expr) ast.Expr {
	e = ast.Unparen(e)
	if c.isEmpty(e) {
		return e
	}
	v := code.Var(c.TypesInfo, e)
	if v == nil || v.Parent() == c.Pkg.Scope() {
		return nil
	}
	values := c.assigned(f)[v]
	// A start may take the variable itself: ctx, span := tracer.Start(ctx, ...) sets it again,
	// after it was used.
	if len(values) == 2 && values[1] == nil && c.setBy(f, v) {
		values = values[:1]
	}
	if len(values) != 1 || values[0] == nil || !c.isEmpty(ast.Unparen(values[0])) || f.isParam(c.TypesInfo, v) {
		return nil // a parameter is set where the caller had no context: if ctx == nil
	}
	return ast.Unparen(values[0])
}

// isParam reports whether v is a parameter or a result of the function, or of a literal in it.
func (f *function) isParam(info *types.Info, v *types.Var) bool {
	found := false
	ast.Inspect(f.node, func(n ast.Node) bool {
		if field, ok := n.(*ast.Field); ok {
			for _, name := range field.Names {
				found = found || info.Defs[name] == v
			}
		}
		return !found
	})
	return found
}

// assigned returns what the variables are set to in a function, in the order of the source: nil
// where that is one of several results, or cannot be seen.
func (c *checker) assigned(f *function) map[*types.Var][]ast.Expr {
	if f.assigned != nil {
		return f.assigned
	}
	f.assigned = map[*types.Var][]ast.Expr{}
	set := func(v *types.Var, values []ast.Expr, i, n int) {
		if v == nil {
			return
		}
		var value ast.Expr
		if len(values) == n && n > 0 {
			value = values[i]
		}
		f.assigned[v] = append(f.assigned[v], value)
	}
	ast.Inspect(f.node, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.AssignStmt:
			for i, lhs := range n.Lhs {
				set(code.Var(c.TypesInfo, lhs), n.Rhs, i, len(n.Lhs))
			}
		case *ast.ValueSpec:
			for i, name := range n.Names {
				set(code.Var(c.TypesInfo, name), n.Values, i, len(n.Names))
			}
		case *ast.RangeStmt:
			for _, e := range [...]ast.Expr{n.Key, n.Value} {
				if e != nil {
					set(code.Var(c.TypesInfo, e), nil, 0, 0)
				}
			}
		case *ast.UnaryExpr:
			if n.Op == token.AND {
				set(code.Var(c.TypesInfo, n.X), nil, 0, 0)
			}
		}
		return true
	})
	return f.assigned
}

// setBy reports whether the only start of a function sets v.
func (c *checker) setBy(f *function, v *types.Var) bool {
	return len(f.starts) == 1 && f.starts[0].ctx == v
}

func (c *checker) isEmpty(e ast.Expr) bool {
	call, ok := e.(*ast.CallExpr)
	if !ok {
		return false
	}
	fn, _ := typeutil.Callee(c.TypesInfo, call).(*types.Func)
	return code.IsFunc(fn, "context", "Background") || code.IsFunc(fn, "context", "TODO")
}

// isWaiting reports whether the function has waited for a context's end before the start, or is
// there to shut down or to start up.
func (c *checker) isWaiting(f *function, s *start) bool {
	if d, ok := f.node.(*ast.FuncDecl); ok {
		if d.Recv == nil && (d.Name.Name == "main" || d.Name.Name == "init") {
			return true
		}
		for _, word := range [...]string{"shutdown", "close", "stop", "cleanup", "teardown", "drain"} {
			if strings.HasPrefix(strings.ToLower(d.Name.Name), word) {
				return true
			}
		}
		for _, word := range [...]string{"Shutdown", "InBackground", "Async", "Detached"} {
			if strings.HasSuffix(d.Name.Name, word) {
				return true
			}
		}
	}
	waiting := false
	ast.Inspect(f.node, func(n ast.Node) bool {
		call, ok := n.(*ast.CallExpr)
		if ok && call.Pos() < s.Call.Pos() && code.IsMethod(code.Callee(c.TypesInfo, call), "context", "Context", "Done") {
			waiting = true
		}
		return !waiting
	})
	return waiting
}

// atHand returns the parameters around a start that hold a context, the innermost first; sure
// is false when the start may run when they are over.
func (c *checker) atHand(s *start) (list []carrier, sure bool) {
	for cur := range s.cursor.Enclosing((*ast.FuncDecl)(nil), (*ast.FuncLit)(nil)) {
		var t *ast.FuncType
		switch n := cur.Node().(type) {
		case *ast.FuncDecl:
			t = n.Type
		case *ast.FuncLit:
			t = n.Type
		}
		for _, field := range t.Params.List {
			for _, name := range field.Names {
				v, _ := c.TypesInfo.Defs[name].(*types.Var)
				switch {
				case v == nil || name.Name == "_":
				case code.IsContext(v.Type()):
					list = append(list, carrier{v, false})
				case code.IsNamed(v.Type(), "net/http", "Request"):
					list = append(list, carrier{v, true})
				}
			}
		}
		if len(list) > 0 || !runsInPlace(cur) {
			return list, true
		}
	}
	return list, true
}

// runsInPlace reports whether a function literal is called where it stands, or by a group that
// waits for it.
func runsInPlace(lit inspector.Cursor) bool {
	for lit.ParentEdgeKind() == edge.ParenExpr_X {
		lit = lit.Parent()
	}
	parent := lit.Parent()
	switch lit.ParentEdgeKind() {
	case edge.CallExpr_Fun:
		switch parent.Parent().Node().(type) {
		case *ast.GoStmt, *ast.DeferStmt:
			return false
		}
		return true
	case edge.CallExpr_Args:
		return isGo(parent.Node().(*ast.CallExpr))
	}
	return false
}

// passContext returns the edits that give a start the context that is at hand; nil where there
// are several, or where more than the span would change.
func (c *checker) passContext(s *start, empty ast.Expr, carriers []carrier) []analysis.TextEdit {
	v := carriers[0]
	if len(carriers) != 1 || empty != ast.Unparen(s.Parent) || s.assign == nil || !code.Sees(c.Pkg, v.Var, s.Call.Pos()) {
		return nil
	}
	// The name of the package that is edited away has to be used elsewhere in the file.
	sel, ok := ast.Unparen(empty.(*ast.CallExpr).Fun).(*ast.SelectorExpr)
	if !ok {
		return nil
	}
	text := v.String()
	switch {
	case s.ctx != nil:
		// What the new context is given to would end with the old one, if it could.
		if !c.hasWithoutCancel() {
			return nil
		}
		text = fmt.Sprintf("%s.WithoutCancel(%s)", types.ExprString(sel.X), text)
	case s.blank == nil || c.isUsed(v.Var, s.assign.End()) || !c.isNeeded(sel):
		return nil
	}
	return []analysis.TextEdit{{Pos: empty.Pos(), End: empty.End(), NewText: []byte(text)}}
}

// hasWithoutCancel reports whether the package is written for Go 1.21 or later.
func (c *checker) hasWithoutCancel() bool {
	for _, i := range c.Pkg.Imports() {
		if i.Path() == "context" {
			return i.Scope().Lookup("WithoutCancel") != nil
		}
	}
	return false
}

// isUsed reports whether a variable is used behind pos.
func (c *checker) isUsed(v *types.Var, pos token.Pos) bool {
	for id, obj := range c.TypesInfo.Uses {
		if obj == v && id.Pos() >= pos {
			return true
		}
	}
	return false
}

// isNeeded reports whether a file names a package elsewhere than in sel.
func (c *checker) isNeeded(sel *ast.SelectorExpr) bool {
	x, ok := sel.X.(*ast.Ident)
	if !ok {
		return false
	}
	f := code.File(c.Pass, x.Pos())
	pkg := c.TypesInfo.Uses[x]
	for id, obj := range c.TypesInfo.Uses {
		if obj == pkg && id != x && f.FileStart <= id.Pos() && id.Pos() <= f.FileEnd {
			return true
		}
	}
	return false
}
