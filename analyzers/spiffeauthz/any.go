package spiffeauthz

import (
	"go/ast"
	"go/types"

	"golang.org/x/tools/go/ast/inspector"

	"github.com/mintwright/mintwright/analyzers/internal/code"
	"github.com/mintwright/mintwright/analyzers/rule"
	"github.com/mintwright/mintwright/internal/knowledge"
)

// checkAny reports AuthorizeAny and MatchAny, called or not.
func (c *checker) checkAny(at inspector.Cursor, sel *ast.SelectorExpr) {
	fn, _ := c.info.Uses[sel.Sel].(*types.Func)
	switch {
	case code.IsFunc(fn, knowledge.SPIFFETLSConfig, "AuthorizeAny"):
	case code.IsFunc(fn, knowledge.SPIFFEID, "MatchAny"):
	default:
		return
	}
	f := found{at: sel, message: fn.Name() + " accepts every SPIFFE ID of every trust domain whose bundle is at hand: name who may come in"}
	where := at
	if call, ok := at.Parent().Node().(*ast.CallExpr); ok && call.Fun == sel {
		f.at, where = call, at.Parent()
		f.fix = c.memberFix(sel, call)
	}
	if !c.policy.Config.Strict && c.choices.IsChosen(at) {
		return // the operator's wish
	}
	sure := rule.High
	if to, _ := c.goesTo(where, 0); to == handed || c.asksForPeer() {
		sure = rule.Medium
	}
	c.report(&anyID, sure, f)
}
