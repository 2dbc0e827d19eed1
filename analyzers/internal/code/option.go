package code

import (
	"go/ast"
	"go/constant"
	"go/token"
	"go/types"

	"golang.org/x/tools/go/ast/inspector"
)

// IsChosen reports whether the node is reached only where somebody has switched something on:
// inside the branch of a condition over an option that holds when it is on, or of a case with a
// name or a text for it. The branch where an option is missing is no choice.
func IsChosen(info *types.Info, at inspector.Cursor) bool {
	for c := at; ; c = c.Parent() {
		parent := c.Parent().Node()
		switch p := parent.(type) {
		case nil, *ast.FuncDecl, *ast.File:
			return false
		case *ast.IfStmt:
			switch c.Node() {
			case p.Body:
				if isOn(info, p.Cond, true) {
					return true
				}
			case p.Else:
				if isOn(info, p.Cond, false) {
					return true
				}
			}
		case *ast.CaseClause:
			for _, e := range p.List {
				if isNamed(info, e) || isOn(info, e, true) {
					return true
				}
			}
		}
	}
}

// isOn reports whether a condition whose value is known says that an option is on.
func isOn(info *types.Info, cond ast.Expr, value bool) bool {
	switch cond := ast.Unparen(cond).(type) {
	case *ast.UnaryExpr:
		return cond.Op == token.NOT && isOn(info, cond.X, !value)
	case *ast.BinaryExpr:
		switch {
		case cond.Op == token.LAND && value:
			return isOn(info, cond.X, true) || isOn(info, cond.Y, true)
		case cond.Op == token.LOR && value:
			return isOn(info, cond.X, true) && isOn(info, cond.Y, true)
		case cond.Op == token.EQL, cond.Op == token.NEQ:
			return (cond.Op == token.EQL) == value && (isNamed(info, cond.X) || isNamed(info, cond.Y))
		}
	case *ast.Ident:
		switch cond.Name {
		case "ok", "found", "exists", "has":
			return false // what the program found out, not what it was told
		}
		return value && info.Types[cond].Value == nil
	case *ast.SelectorExpr, *ast.StarExpr, *ast.IndexExpr:
		return value && info.Types[cond].Value == nil
	}
	return false
}

// isNamed reports whether e is a constant that names a choice: a text that is not empty, true,
// or a declared constant that is not zero.
func isNamed(info *types.Info, e ast.Expr) bool {
	v := info.Types[e].Value
	if v == nil {
		return false
	}
	switch v.Kind() {
	case constant.String:
		return constant.StringVal(v) != ""
	case constant.Bool:
		return constant.BoolVal(v)
	case constant.Int:
		_, declared := Object(info, e).(*types.Const)
		return declared && constant.Sign(v) != 0
	}
	return false
}
