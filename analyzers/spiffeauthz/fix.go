package spiffeauthz

import (
	"go/ast"
	"go/token"
	"go/types"

	"golang.org/x/tools/go/analysis"

	"github.com/mintwright/mintwright/analyzers/internal/code"
)

// memberFix turns AuthorizeAny() into AuthorizeMemberOf(td), and MatchAny() likewise, where one
// trust domain alone is in scope.
func (c *checker) memberFix(sel *ast.SelectorExpr, call *ast.CallExpr) []analysis.SuggestedFix {
	td := c.onlyDomain(call.Pos())
	if td == nil {
		return nil
	}
	name := "AuthorizeMemberOf"
	if sel.Sel.Name == "MatchAny" {
		name = "MatchMemberOf"
	}
	return []analysis.SuggestedFix{{
		Message: "accept members of " + td.Name() + " only",
		TextEdits: []analysis.TextEdit{
			{Pos: sel.Sel.Pos(), End: sel.Sel.End(), NewText: []byte(name)},
			{Pos: call.Lparen + 1, End: call.Rparen, NewText: []byte(td.Name())},
		},
	}}
}

// onlyDomain returns the one variable or parameter of type spiffeid.TrustDomain that can be
// named at pos, or nil when there are none or several, or it is not sure to be the service's.
func (c *checker) onlyDomain(pos token.Pos) *types.Var {
	f := code.File(c.pass, pos)
	if f == nil {
		return nil
	}
	scope := c.info.Scopes[f]
	if scope == nil {
		return nil
	}
	if inner := scope.Innermost(pos); inner != nil {
		scope = inner
	}
	var only *types.Var
	for s := scope; s != nil && s != types.Universe; s = s.Parent() {
		for _, name := range s.Names() {
			v, ok := s.Lookup(name).(*types.Var)
			if !ok || !isDomain(v.Type()) || code.IsPointer(v.Type()) {
				continue
			}
			if _, found := scope.LookupParent(name, pos); found != v {
				continue // hidden, or not declared yet
			}
			if only != nil {
				return nil
			}
			only = v
		}
	}
	if only == nil || only.Name() == "_" {
		return nil
	}
	if made, _ := c.values().Of(identOf(c.info, only)); made != nil {
		if _, ok := c.isMethodOf(made, "ID", "TrustDomain"); ok {
			return nil // of some ID, maybe the peer's
		}
	}
	return only
}

// identOf returns the identifier that declares a variable, or nil.
func identOf(info *types.Info, v *types.Var) ast.Expr {
	for id, obj := range info.Defs {
		if obj == v {
			return id
		}
	}
	return nil
}
