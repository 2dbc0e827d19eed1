package code

import (
	"bytes"
	"go/ast"
	"go/token"
	"go/types"
	"strings"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/ast/edge"
	"golang.org/x/tools/go/ast/inspector"
)

// InsertAfter returns the edit that adds a statement behind the one that n stands in, on a line
// of its own and indented like it. When err is not nil and the next statement is an if that
// checks it and leaves, the new one goes behind that.
//
// ok is false where no statement can be added: in the head of an if, and the like.
func InsertAfter(pass *analysis.Pass, n inspector.Cursor, err *types.Var, text string) (edits []analysis.TextEdit, ok bool) {
	for {
		if _, isStmt := n.Node().(ast.Stmt); isStmt || n.Node() == nil {
			break
		}
		n = n.Parent()
	}
	if k, _ := n.ParentEdge(); k != edge.BlockStmt_List && k != edge.CaseClause_Body && k != edge.CommClause_Body {
		return nil, false
	}
	if next, has := n.NextSibling(); err != nil {
		if !has || !leavesOn(pass.TypesInfo, next.Node(), err) {
			return nil, false
		}
		n = next
	}
	file := pass.Fset.File(n.Node().Pos())
	source, readErr := pass.ReadFile(file.Name())
	if readErr != nil || file.Size() != len(source) {
		return nil, false
	}
	start, end := file.Offset(n.Node().Pos()), file.Offset(n.Node().End())
	line := bytes.LastIndexByte(source[:start], '\n') + 1
	indent := source[line:start]
	if len(bytes.TrimLeft(indent, " \t")) > 0 {
		return nil, false
	}
	rest, _, _ := bytes.Cut(source[end:], []byte("\n"))
	rest = bytes.TrimSuffix(rest, []byte("\r"))
	if after := strings.TrimSpace(string(rest)); after != "" && !strings.HasPrefix(after, "//") {
		return nil, false
	}
	at := n.Node().End() + token.Pos(len(rest))
	return []analysis.TextEdit{Insert(at, "\n"+string(indent)+text)}, true
}

// leavesOn reports whether a statement is "if err != nil" with a body that returns.
func leavesOn(info *types.Info, n ast.Node, err *types.Var) bool {
	s, ok := n.(*ast.IfStmt)
	if !ok || s.Init != nil || s.Else != nil || len(s.Body.List) == 0 {
		return false
	}
	c, ok := ast.Unparen(s.Cond).(*ast.BinaryExpr)
	if !ok || c.Op != token.NEQ || Var(info, c.X) != err || !info.Types[c.Y].IsNil() {
		return false
	}
	switch last := s.Body.List[len(s.Body.List)-1].(type) {
	case *ast.ReturnStmt:
		return true
	case *ast.ExprStmt:
		call, ok := last.X.(*ast.CallExpr)
		if !ok {
			return false
		}
		switch fn := Callee(info, call); {
		case fn == nil:
			id, ok := ast.Unparen(call.Fun).(*ast.Ident)
			return ok && id.Name == "panic"
		default:
			return IsFunc(fn, "os", "Exit") || fn.Pkg() != nil && fn.Pkg().Path() == "log" && strings.HasPrefix(fn.Name(), "Fatal") || strings.HasPrefix(fn.Name(), "Fatal") && fn.Signature().Recv() != nil
		}
	}
	return false
}
