package spanstatus

import (
	"go/ast"
	"go/token"
	"go/types"
	"slices"
	"strings"

	"golang.org/x/tools/go/ast/edge"
	"golang.org/x/tools/go/ast/inspector"

	"github.com/mintwright/mintwright/analyzers/internal/code"
	"github.com/mintwright/mintwright/analyzers/internal/spanuses"
	"github.com/mintwright/mintwright/analyzers/rule"
	"github.com/mintwright/mintwright/internal/knowledge"
)

// owner says how sure it is that nobody sets the status who has the span as well. A function
// that was given the span and does not end it has a caller who may.
func (c *checker) owner(outer inspector.Cursor, m *mention) rule.Confidence {
	if m.span == nil || m.span.IsField() {
		return rule.High
	}
	d, ok := outer.Node().(*ast.FuncDecl)
	fn := (*types.Func)(nil)
	if ok {
		fn, _ = c.TypesInfo.Defs[d.Name].(*types.Func)
	}
	switch {
	case c.isLiteralParam(m.span):
		return rule.Medium
	case fn == nil || !isParam(fn, m.span) || c.isEnded(m.span):
		return rule.High
	case fn.Exported() || c.callersSet(fn):
		return rule.Medium
	}
	return rule.High
}

func isParam(fn *types.Func, v *types.Var) bool {
	sig := fn.Signature()
	for p := range sig.Params().Variables() {
		if p == v {
			return true
		}
	}
	return sig.Recv() == v
}

func (c *checker) isLiteralParam(v *types.Var) bool { c.readAll(); return c.params[v] }

// isEnded reports whether a variable is mentioned where the span in it ends.
func (c *checker) isEnded(v *types.Var) bool { c.readAll(); return c.ended[v] }

// readAll reads the package once for all that is asked of its variables.
func (c *checker) readAll() {
	if c.ended != nil {
		return
	}
	c.ended, c.params = map[*types.Var]bool{}, map[*types.Var]bool{}
	for cur := range c.root.Preorder((*ast.FuncLit)(nil), (*ast.Ident)(nil)) {
		switch n := cur.Node().(type) {
		case *ast.FuncLit:
			for _, field := range n.Type.Params.List {
				for _, name := range field.Names {
					if v, ok := c.TypesInfo.Defs[name].(*types.Var); ok {
						c.params[v] = true
					}
				}
			}
		case *ast.Ident:
			v, ok := c.TypesInfo.Uses[n].(*types.Var)
			if ok && code.IsSpan(v.Type(), c.span) && c.uses.Mention(cur)&spanuses.Ends != 0 {
				c.ended[v] = true
			}
		}
	}
}

// callersSet reports whether a function that calls fn sets the status of some span, or fn is
// used in other ways than by calling it.
func (c *checker) callersSet(fn *types.Func) bool {
	set, ok := c.set[fn]
	if !ok {
		set = c.doCallersSet(fn)
		c.set[fn] = set
	}
	return set
}

func (c *checker) doCallersSet(fn *types.Func) bool {
	for cur := range c.root.Preorder((*ast.Ident)(nil)) {
		id := cur.Node().(*ast.Ident)
		if f, ok := c.TypesInfo.Uses[id].(*types.Func); !ok || f.Origin() != fn {
			continue
		}
		at := cur
		if sel, ok := cur.Parent().Node().(*ast.SelectorExpr); ok && sel.Sel == id {
			at = cur.Parent()
		}
		if at.ParentEdgeKind() != edge.CallExpr_Fun {
			return true
		}
		for outer := range cur.Enclosing((*ast.FuncDecl)(nil)) {
			for sel := range outer.Preorder((*ast.SelectorExpr)(nil)) {
				if sel.Node().(*ast.SelectorExpr).Sel.Name == "SetStatus" {
					return true
				}
			}
		}
	}
	return false
}

// survived says how sure it is that the error is the end of what the span stands for. A
// function that goes on, or tries again, may have come over it.
func (c *checker) survived(m *mention) rule.Confidence {
	g := c.graphs.Of(m.in)
	at := g.Place(m.call.Pos())
	if at.Block == nil {
		return rule.Medium
	}
	if g.IsTired() {
		return rule.Medium
	}
	recorded := c.recorded(m)
	if end, ok := lastOf(m.cursor); ok {
		if r, isReturn := end.(*ast.ReturnStmt); isReturn {
			if c.returnsNil(m.in, r) && !c.names(r, recorded) {
				return rule.Medium
			}
			return rule.High
		}
	}
	again, passed, works := false, false, false
	g.After(at, func(n ast.Node) bool {
		switch {
		case n == at.Block.Nodes[at.Index]:
			again = true
		case c.names(n, recorded) && isReturn(n):
			passed = true
		default:
			works = works || c.works(n)
		}
		return true
	})
	switch {
	case again:
		return rule.Medium
	case works && !passed:
		return rule.Medium
	}
	return rule.High
}

func isReturn(n ast.Node) bool {
	_, ok := n.(*ast.ReturnStmt)
	return ok
}

// recorded returns the variable whose value, or what is made of it, is recorded, or nil.
func (c *checker) recorded(m *mention) (v *types.Var) {
	for _, arg := range m.call.Args {
		ast.Inspect(arg, func(n ast.Node) bool {
			if id, ok := n.(*ast.Ident); ok && v == nil && code.IsError(c.TypesInfo.TypeOf(id)) {
				v = code.Var(c.TypesInfo, id)
			}
			return v == nil
		})
	}
	return v
}

// names reports whether a node mentions v.
func (c *checker) names(n ast.Node, v *types.Var) bool {
	found := false
	if r, ok := n.(*ast.ReturnStmt); v == nil || ok && len(r.Results) == 0 {
		return false
	}
	ast.Inspect(n, func(n ast.Node) bool {
		if id, ok := n.(*ast.Ident); ok && c.TypesInfo.Uses[id] == v {
			found = true
		}
		return !found
	})
	return found
}

// lastOf returns the last statement of the block that the expression's statement is in.
func lastOf(cur inspector.Cursor) (ast.Stmt, bool) {
	for cur := range cur.Enclosing((*ast.BlockStmt)(nil), (*ast.CaseClause)(nil), (*ast.CommClause)(nil)) {
		var list []ast.Stmt
		switch n := cur.Node().(type) {
		case *ast.BlockStmt:
			list = n.List
		case *ast.CaseClause:
			list = n.Body
		case *ast.CommClause:
			list = n.Body
		}
		if len(list) == 0 {
			return nil, false
		}
		return list[len(list)-1], true
	}
	return nil, false
}

// returnsNil reports whether a statement returns nil for an error.
func (c *checker) returnsNil(fn ast.Node, r *ast.ReturnStmt) bool {
	sig, ok := c.signature(fn)
	if !ok || sig.Results().Len() == 0 || len(r.Results) != sig.Results().Len() {
		return false
	}
	last := len(r.Results) - 1
	if !code.IsError(sig.Results().At(last).Type()) {
		return false
	}
	return c.TypesInfo.Types[ast.Unparen(r.Results[last])].IsNil()
}

func (c *checker) signature(fn ast.Node) (*types.Signature, bool) {
	switch n := fn.(type) {
	case *ast.FuncDecl:
		f, ok := c.TypesInfo.Defs[n.Name].(*types.Func)
		if !ok {
			return nil, false
		}
		return f.Signature(), true
	case *ast.FuncLit:
		sig, ok := c.TypesInfo.TypeOf(n).(*types.Signature)
		return sig, ok
	}
	return nil, false
}

// works reports whether a node calls something that takes a context or may fail, apart from
// what is done with spans, logs and metrics.
func (c *checker) works(n ast.Node) bool {
	found := false
	ast.Inspect(n, func(n ast.Node) bool {
		call, ok := n.(*ast.CallExpr)
		if !ok || found {
			_, isLit := n.(*ast.FuncLit)
			return !found && !isLit
		}
		sig := code.Signature(c.TypesInfo, call)
		if sig == nil {
			return true
		}
		if fn := code.Callee(c.TypesInfo, call); fn != nil && fn.Pkg() != nil {
			if knowledge.QuietWithContext(fn.Pkg().Path()) || fn.Pkg().Path() == "fmt" || fn.Pkg().Path() == "errors" || strings.Contains(strings.ToLower(fn.Pkg().Name()), "log") {
				return true
			}
		}
		for v := range sig.Params().Variables() {
			found = found || code.IsContext(v.Type())
		}
		if n := sig.Results().Len(); n > 0 {
			found = found || code.IsError(sig.Results().At(n-1).Type())
		}
		return !found
	})
	return found
}

// isExpected reports whether the conditions around name the error as one that is expected, so
// that it is no failure of the span.
func (c *checker) isExpected(m *mention) bool {
	if slices.ContainsFunc(m.call.Args, c.isGivenUp) {
		return true // the caller has given up: that is no failure of what was done for it
	}
	for at := m.cursor; ; at = at.Parent() {
		switch n := at.Parent().Node().(type) {
		case *ast.IfStmt:
			switch at.ParentEdgeKind() {
			case edge.IfStmt_Body:
				if c.tests(n.Cond, true) || c.isSetToGivenUp(n.Init, m.call) {
					return true
				}
			case edge.IfStmt_Else:
				if c.tests(n.Cond, false) {
					return true
				}
			}
		case *ast.CaseClause:
			for _, e := range n.List {
				if c.tests(e, true) || c.isSentinel(e) {
					return true
				}
			}
		case *ast.FuncDecl, *ast.FuncLit, nil:
			return false
		}
	}
}

// isGivenUp reports whether an error is that of a context that has ended.
func (c *checker) isGivenUp(e ast.Expr) bool {
	call, ok := ast.Unparen(e).(*ast.CallExpr)
	if !ok {
		return false
	}
	fn := code.Callee(c.TypesInfo, call)
	return code.IsMethod(fn, "context", "Context", "Err") || code.IsFunc(fn, "context", "Cause")
}

// isSetToGivenUp reports whether the statement before a condition sets what is recorded to such
// an error: if err := ctx.Err(); err != nil.
func (c *checker) isSetToGivenUp(init ast.Stmt, record *ast.CallExpr) bool {
	a, ok := init.(*ast.AssignStmt)
	if !ok || len(a.Lhs) != 1 || len(a.Rhs) != 1 || len(record.Args) == 0 || !c.isGivenUp(a.Rhs[0]) {
		return false
	}
	v := code.Var(c.TypesInfo, a.Lhs[0])
	return v != nil && v == code.Var(c.TypesInfo, record.Args[0])
}

// tests reports whether a condition that is so, or is not, says which error it is.
func (c *checker) tests(e ast.Expr, so bool) bool {
	switch e := ast.Unparen(e).(type) {
	case *ast.UnaryExpr:
		return e.Op == token.NOT && c.tests(e.X, !so)
	case *ast.BinaryExpr:
		switch e.Op {
		case token.LAND, token.LOR:
			return c.tests(e.X, so) || c.tests(e.Y, so)
		case token.EQL, token.NEQ:
			return (e.Op == token.EQL) == so && (c.isSentinel(e.X) || c.isSentinel(e.Y))
		}
	case *ast.CallExpr:
		if !so {
			return false
		}
		fn := code.Callee(c.TypesInfo, e)
		if fn == nil || fn.Signature().Recv() != nil && !takesError(c.TypesInfo, e) {
			return false
		}
		name := strings.TrimPrefix(fn.Name(), "is")
		return (name != fn.Name() || strings.HasPrefix(fn.Name(), "Is") || fn.Name() == "As" || strings.HasPrefix(fn.Name(), "AsType")) && takesError(c.TypesInfo, e)
	}
	return false
}

func takesError(info *types.Info, call *ast.CallExpr) bool {
	for _, arg := range call.Args {
		if code.IsError(info.TypeOf(arg)) {
			return true
		}
	}
	return false
}

// isSentinel reports whether e is a package's variable that holds an error, or a status code.
func (c *checker) isSentinel(e ast.Expr) bool {
	switch obj := code.Object(c.TypesInfo, e).(type) {
	case *types.Var:
		return obj.Pkg() != nil && obj.Parent() == obj.Pkg().Scope() && code.IsError(obj.Type())
	case *types.Const:
		return code.IsNamed(obj.Type(), "google.golang.org/grpc/codes", "Code")
	}
	return false
}
