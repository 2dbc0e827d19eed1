package fields

import (
	"go/ast"
	"go/token"
	"slices"

	"github.com/mintwright/mintwright/analyzers/internal/code"
)

// isOptIn reports whether a node stands where somebody has asked for less security.
func (p *Package) isOptIn(n ast.Node) bool {
	p.reach(n)
	var path []ast.Node
	for ; n != nil; n = p.parents[n] {
		path = append(path, n)
	}
	return p.choices.IsChosenIn(path)
}

// reach sees to it that the parents of a node are known.
func (p *Package) reach(n ast.Node) {
	if p.parents[n] != nil {
		return
	}
	f := code.File(p.pass, n.Pos())
	if f == nil {
		return
	}
	i, ok := slices.BinarySearchFunc(f.Decls, n.Pos(), func(d ast.Decl, pos token.Pos) int {
		switch {
		case d.End() <= pos:
			return -1
		case d.Pos() > pos:
			return 1
		}
		return 0
	})
	if ok && !p.linked[f.Decls[i]] {
		p.link(f.Decls[i])
	}
}

// when tells on which boolean parameter a node depends, see Value.when.
func (u *unit) when(n ast.Node) int {
	p := u.pkg
	for cur, up := n, p.parents[n]; up != nil && cur != u.node; cur, up = up, p.parents[up] {
		s, ok := up.(*ast.IfStmt)
		if !ok || cur != s.Body && cur != s.Else {
			continue
		}
		cond, is := ast.Unparen(s.Cond), cur == s.Body
		if not, ok := cond.(*ast.UnaryExpr); ok && not.Op == token.NOT {
			cond, is = ast.Unparen(not.X), !is
		}
		v := code.Var(p.info, cond)
		if v == nil {
			continue
		}
		if index, ok := u.param(v); ok && index >= 0 {
			if is {
				return 2*index + 2
			}
			return 2*index + 3
		}
	}
	return 0
}
