package tlsconfig

import (
	"go/ast"
	"go/token"

	"golang.org/x/tools/go/analysis"

	"github.com/mintwright/mintwright/analyzers/internal/code"
	"github.com/mintwright/mintwright/analyzers/internal/fields"
	"github.com/mintwright/mintwright/internal/knowledge"
)

// imported returns the name by which a place can refer to crypto/tls, where it can.
func (c *checker) imported(pos token.Pos) (string, bool) {
	name, edits, ok := code.AddImport(c.Pass, pos, knowledge.TLS, "tls")
	return name, ok && len(edits) == 0
}

// raise sets MinVersion to TLS 1.2, where the value itself stands in the write.
func (c *checker) raise(field string, v *fields.Value) []analysis.SuggestedFix {
	if field != "MinVersion" || v.Via != nil || v.Expr == nil || v.Origin.IsValid() {
		return nil
	}
	switch e := ast.Unparen(v.Expr).(type) {
	case *ast.BasicLit, *ast.SelectorExpr:
	case *ast.Ident:
		if obj := c.TypesInfo.Uses[e]; obj == nil || obj.Parent() != c.Pkg.Scope() && obj.Pkg() == c.Pkg {
			return nil // a local constant could be left without use
		}
	default:
		return nil
	}
	if sel, ok := ast.Unparen(v.Expr).(*ast.SelectorExpr); ok {
		// Another package's constant could be the last use of its import.
		if obj := c.TypesInfo.Uses[sel.Sel]; obj == nil || !isIn(obj, knowledge.TLS) {
			return nil
		}
	}
	name, ok := c.imported(v.Expr.Pos())
	if !ok {
		return nil
	}
	return []analysis.SuggestedFix{{
		Message:   "set MinVersion to TLS 1.2",
		TextEdits: []analysis.TextEdit{{Pos: v.Expr.Pos(), End: v.Expr.End(), NewText: []byte(name + ".VersionTLS12")}},
	}}
}

// requireAndVerify adds ClientAuth beside ClientCAs in the same literal.
func (c *checker) requireAndVerify(o *fields.Object, v *fields.Value, unset bool) []analysis.SuggestedFix {
	kv, ok := v.Node.(*ast.KeyValueExpr)
	if !ok || !unset || !v.Made || v.Via != nil {
		return nil
	}
	name, ok := c.imported(kv.Pos())
	if !ok {
		return nil
	}
	sep := ", "
	if lit, ok := c.fields.Parent(kv).(*ast.CompositeLit); ok && code.Line(c.Pass, lit.Lbrace) != code.Line(c.Pass, kv.Pos()) {
		sep = ",\n"
	}
	return []analysis.SuggestedFix{{
		Message:   "require and verify client certificates",
		TextEdits: []analysis.TextEdit{{Pos: kv.End(), End: kv.End(), NewText: []byte(sep + "ClientAuth: " + name + ".RequireAndVerifyClientCert")}},
	}}
}

// remove deletes the write to a field whose value is written out.
func (c *checker) remove(o *fields.Object, v *fields.Value) []analysis.SuggestedFix {
	if v.Expr == nil || v.Origin.IsValid() {
		return nil
	}
	if id, ok := ast.Unparen(v.Expr).(*ast.Ident); !ok || id.Name != "true" && id.Name != "false" {
		return nil
	}
	f := code.File(c.Pass, v.Pos)
	if f == nil {
		return nil
	}
	var from, to token.Pos
	switch n := v.Node.(type) {
	case *ast.KeyValueExpr:
		lit, ok := c.fields.Parent(n).(*ast.CompositeLit)
		if !ok {
			return nil
		}
		from, to = element(lit, n)
	case *ast.AssignStmt:
		if len(n.Lhs) != 1 || len(o.Uses) == 0 {
			return nil
		}
		from, to = c.lineOf(n)
	default:
		return nil
	}
	if !from.IsValid() || c.commented(f, from, to, code.Line(c.Pass, v.End)) {
		return nil
	}
	return []analysis.SuggestedFix{{
		Message:   "delete PreferServerCipherSuites",
		TextEdits: []analysis.TextEdit{{Pos: from, End: to}},
	}}
}

// element returns what to delete so that an element of a literal is gone, with its comma.
func element(lit *ast.CompositeLit, e ast.Expr) (from, to token.Pos) {
	for i, have := range lit.Elts {
		switch {
		case have != e:
		case i+1 < len(lit.Elts):
			return e.Pos(), lit.Elts[i+1].Pos()
		case i > 0:
			return lit.Elts[i-1].End(), e.End()
		default:
			return lit.Lbrace + 1, lit.Rbrace
		}
	}
	return token.NoPos, token.NoPos
}

// lineOf returns the line of a statement that has it for itself.
func (c *checker) lineOf(n ast.Stmt) (from, to token.Pos) {
	var list []ast.Stmt
	var last token.Pos
	switch b := c.fields.Parent(n).(type) {
	case *ast.BlockStmt:
		list, last = b.List, b.Rbrace
	case *ast.CaseClause:
		list = b.Body
	case *ast.CommClause:
		list = b.Body
	}
	file := c.Fset.File(n.Pos())
	first, end := file.Line(n.Pos()), file.Line(n.End())
	for i, s := range list {
		if s != n {
			continue
		}
		if i > 0 {
			from = list[i-1].End()
		} else {
			from = c.fields.Parent(n).Pos()
		}
		if i+1 < len(list) {
			last = list[i+1].Pos()
		}
		if file.Line(from) == first || last.IsValid() && file.Line(last) == end || end >= file.LineCount() {
			return token.NoPos, token.NoPos
		}
		return file.LineStart(first), file.LineStart(end + 1)
	}
	return token.NoPos, token.NoPos
}

// commented reports whether a comment stands in a range, but for the one at the end of a line:
// that speaks of what is deleted.
func (c *checker) commented(f *ast.File, from, to token.Pos, line int) bool {
	for _, g := range f.Comments {
		if g.End() > from && g.Pos() < to && (code.Line(c.Pass, g.Pos()) != line || code.Line(c.Pass, g.End()) != line) {
			return true
		}
	}
	return false
}
