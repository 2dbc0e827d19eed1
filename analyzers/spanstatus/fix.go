package spanstatus

import (
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"strings"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/ast/edge"
	"golang.org/x/tools/go/ast/inspector"

	"github.com/mintwright/mintwright/analyzers/internal/code"
	"github.com/mintwright/mintwright/internal/knowledge"
)

// setStatus returns the fix that sets the status after the error is recorded, where that is a
// statement of its own and the error has a name.
func (c *checker) setStatus(m *mention) []analysis.SuggestedFix {
	span, ok := code.IsSpanMethod(c.TypesInfo, m.call, "RecordError")
	if !ok || len(m.call.Args) == 0 {
		return nil
	}
	if _, ok := code.PathOf(c.TypesInfo, m.call.Args[0]); !ok || !c.isRepeatable(span) || isCall(m.call.Args[0]) {
		return nil
	}
	stmt, ok := statement(m.cursor, m.call)
	if !ok {
		return nil
	}
	name, edits, ok := code.AddImport(c.Pass, stmt.Pos(), knowledge.OTelCodes, "codes")
	if !ok {
		if name, edits, ok = code.AddImport(c.Pass, stmt.Pos(), knowledge.OTelCodes, "otelcodes"); !ok {
			return nil
		}
	}
	indent, ok := c.indent(stmt.Pos())
	if !ok {
		return nil
	}
	err := types.ExprString(m.call.Args[0])
	text := fmt.Sprintf("%s.SetStatus(%s.Error, %s.Error())", types.ExprString(span), name, err)
	if !c.isFailure(m) {
		// RecordError takes a nil as no error; its text would be a panic.
		text = fmt.Sprintf("if %s != nil {\n%s\t%s\n%s}", err, indent, text, indent)
	}
	at := c.lineEnd(stmt)
	edits = append(edits, analysis.TextEdit{Pos: at, End: at, NewText: []byte("\n" + indent + text)})
	return []analysis.SuggestedFix{{Message: "set the status as well", TextEdits: edits}}
}

func isCall(e ast.Expr) bool {
	_, ok := ast.Unparen(e).(*ast.CallExpr)
	return ok
}

// isRepeatable reports whether the span can be asked for twice.
func (c *checker) isRepeatable(e ast.Expr) bool {
	if call, ok := ast.Unparen(e).(*ast.CallExpr); ok {
		if !code.IsFunc(code.Callee(c.TypesInfo, call), knowledge.OTelTrace, "SpanFromContext") || len(call.Args) != 1 {
			return false
		}
		e = call.Args[0]
	}
	_, ok := code.PathOf(c.TypesInfo, e)
	return ok
}

// statement returns the statement that a call is, in a list of them.
func statement(cur inspector.Cursor, call *ast.CallExpr) (*ast.ExprStmt, bool) {
	for cur := range cur.Enclosing((*ast.ExprStmt)(nil)) {
		stmt := cur.Node().(*ast.ExprStmt)
		switch cur.ParentEdgeKind() {
		case edge.BlockStmt_List, edge.CaseClause_Body, edge.CommClause_Body:
			return stmt, ast.Unparen(stmt.X) == call
		}
		break
	}
	return nil, false
}

// indent returns the tabs that the line of pos begins with; ok is false when something else
// stands before pos.
func (c *checker) indent(pos token.Pos) (_ string, ok bool) {
	p := c.Fset.PositionFor(pos, false)
	text, err := c.ReadFile(p.Filename)
	if err != nil || p.Offset > len(text) || p.Column > p.Offset+1 {
		return "", false
	}
	before := string(text[p.Offset-p.Column+1 : p.Offset])
	tabs := before[:len(before)-len(strings.TrimLeft(before, "\t"))]
	return tabs, true
}

// lineEnd returns the place behind a statement, and behind a comment beside it.
func (c *checker) lineEnd(stmt ast.Stmt) token.Pos {
	f := code.File(c.Pass, stmt.Pos())
	line := code.Line(c.Pass, stmt.End())
	for _, group := range f.Comments {
		if group.Pos() >= stmt.End() && code.Line(c.Pass, group.Pos()) == line {
			between := group.Pos() - stmt.End()
			if c.onlySpace(stmt.End(), int(between)) {
				return group.List[0].End()
			}
		}
		if group.Pos() > stmt.End() {
			break
		}
	}
	return stmt.End()
}

func (c *checker) onlySpace(pos token.Pos, n int) bool {
	p := c.Fset.PositionFor(pos, false)
	text, err := c.ReadFile(p.Filename)
	return err == nil && p.Offset+n <= len(text) && strings.TrimSpace(string(text[p.Offset:p.Offset+n])) == ""
}

// isFailure reports whether the error is known not to be nil where it is recorded.
func (c *checker) isFailure(m *mention) bool {
	arg, ok := code.PathOf(c.TypesInfo, m.call.Args[0])
	if !ok {
		return false
	}
	for cur := range m.cursor.Enclosing((*ast.IfStmt)(nil), (*ast.FuncDecl)(nil), (*ast.FuncLit)(nil)) {
		n, isIf := cur.Node().(*ast.IfStmt)
		if !isIf {
			return false
		}
		pos := m.call.Pos()
		switch {
		case n.Body.Pos() <= pos && pos < n.Body.End():
			if c.compares(n.Cond, arg, token.NEQ, token.LAND) {
				return !c.assigns(n.Body, arg, pos)
			}
		case n.Else != nil && n.Else.Pos() <= pos:
			if c.compares(n.Cond, arg, token.EQL, token.LOR) {
				return !c.assigns(n.Else, arg, pos)
			}
		}
	}
	return false
}

// compares reports whether one of the conditions that join holds together compares p with nil.
func (c *checker) compares(e ast.Expr, p code.Path, op, join token.Token) bool {
	b, ok := ast.Unparen(e).(*ast.BinaryExpr)
	switch {
	case !ok:
		return false
	case b.Op == join:
		return c.compares(b.X, p, op, join) || c.compares(b.Y, p, op, join)
	case b.Op != op:
		return false
	}
	x, okX := code.PathOf(c.TypesInfo, b.X)
	y, okY := code.PathOf(c.TypesInfo, b.Y)
	return okX && x == p && c.TypesInfo.Types[b.Y].IsNil() || okY && y == p && c.TypesInfo.Types[b.X].IsNil()
}

// assigns reports whether something is assigned on the way to p before pos.
func (c *checker) assigns(n ast.Node, p code.Path, pos token.Pos) bool {
	found := false
	ast.Inspect(n, func(n ast.Node) bool {
		if a, ok := n.(*ast.AssignStmt); ok && a.Pos() < pos {
			for _, lhs := range a.Lhs {
				q, ok := code.PathOf(c.TypesInfo, lhs)
				found = found || ok && p.Root == q.Root
			}
		}
		return !found
	})
	return found
}
