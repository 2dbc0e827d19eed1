package code

import (
	"go/ast"
	"go/constant"
	"go/token"
	"go/types"
	"iter"
	"slices"
	"strings"
	"unicode"

	"golang.org/x/tools/go/ast/inspector"
)

// IsChosen reports whether the node is reached only where somebody has asked for less security:
// inside the branch of a condition over an option that holds when it is on, or of a case with a
// name or a text for it, and the words of its names say so. The branch where an option is
// missing is no choice.
func IsChosen(info *types.Info, at inspector.Cursor) bool {
	for c := at; ; c = c.Parent() {
		parent := c.Parent().Node()
		switch p := parent.(type) {
		case nil, *ast.FuncDecl, *ast.File:
			return false
		case *ast.IfStmt:
			switch c.Node() {
			case p.Body:
				if isOn(info, p.Cond, true) && isLax(p.Cond) {
					return true
				}
			case p.Else:
				if isOn(info, p.Cond, false) && isLax(p.Cond) {
					return true
				}
			}
		case *ast.CaseClause:
			for _, e := range p.List {
				if (isNamed(info, e) || isOn(info, e, true)) && isLax(e) {
					return true
				}
			}
		}
	}
}

// isLax reports whether a word in an expression, in its names and its texts, is about taking
// less care.
func isLax(e ast.Expr) bool {
	return HasWord(e, "insecure", "unsafe", "skip", "legacy", "old", "self", "disable", "disabled", "any", "anyone", "anybody", "all", "every", "everyone", "everybody", "open", "plain", "plaintext", "permissive", "optional", "dev", "development", "debug", "test", "testing", "local", "demo", "no", "without", "anonymous", "unauthenticated")
}

// HasWord reports whether one of the words is in a name or a text of an expression, as in
// skipVerify, AllowAny, SKIP_VERIFY or "no-tls".
func HasWord(e ast.Expr, words ...string) bool {
	found := false
	ast.Inspect(e, func(n ast.Node) bool {
		text := ""
		switch n := n.(type) {
		case *ast.Ident:
			text = n.Name
		case *ast.BasicLit:
			text = n.Value
		}
		for word := range split(text) {
			found = found || slices.Contains(words, strings.ToLower(word))
		}
		return !found
	})
	return found
}

// split returns the words of a name.
func split(name string) iter.Seq[string] {
	return func(yield func(string) bool) {
		runes := []rune(name)
		start := 0
		for i := range runes {
			isLetter := unicode.IsLetter(runes[i])
			begins := isLetter && i > start && unicode.IsUpper(runes[i]) &&
				(!unicode.IsUpper(runes[i-1]) || i+1 < len(runes) && unicode.IsLower(runes[i+1]))
			if !begins && isLetter {
				continue
			}
			if i > start && !yield(string(runes[start:i])) {
				return
			}
			start = i
			if !isLetter {
				start++
			}
		}
		if start < len(runes) {
			yield(string(runes[start:]))
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
