package spiffeauthz

import (
	"go/ast"
	"go/types"

	"golang.org/x/tools/go/ast/inspector"

	"github.com/mintwright/mintwright/analyzers/internal/code"
	"github.com/mintwright/mintwright/analyzers/rule"
	"github.com/mintwright/mintwright/internal/knowledge"
)

// checkAudience reports a JWT-SVID that is validated, or fetched, without an audience.
func (c *checker) checkAudience(at inspector.Cursor, call *ast.CallExpr, fn *types.Func) {
	if !isGoSPIFFE(fn) || !c.policy.IsOn(&audience) {
		return
	}
	switch {
	case code.IsFunc(fn, knowledge.JWTSVID, "ParseAndValidate") && len(call.Args) == 3:
		switch {
		case c.isEmpty(call.Args[2]):
			c.report(&audience, rule.High, found{at: call, message: "without an audience a token that was meant for any other service is accepted: pass the audiences of this one"})
		case c.isOwnAudience(call.Args[2]):
			c.report(&audience, rule.High, found{at: call, message: "the audience is the token's own, so that it always fits: pass the audiences of this service"})
		}
	case fn.Name() == "ValidateJWTSVID" && len(call.Args) >= 3:
		if text, whole := c.values().String(call.Args[2]); whole && text == "" {
			c.report(&audience, rule.High, found{at: call, message: "without an audience a token is refused, or accepted whoever it was meant for: pass the audience of this service"})
		}
	case (fn.Name() == "FetchJWTSVID" || fn.Name() == "FetchJWTSVIDs") && len(call.Args) >= 2:
		if c.lacksAudience(at, call.Args[1]) {
			c.report(&audience, rule.High, found{at: call, message: "a JWT-SVID without an audience is refused, or good for every service: set Params.Audience"})
		}
	}
}

// isEmpty reports whether a list of audiences has no element for certain.
func (c *checker) isEmpty(e ast.Expr) bool {
	if c.info.Types[e].IsNil() || c.values().IsZero(e) {
		return true
	}
	switch made := c.made(e).(type) {
	case *ast.CompositeLit:
		return len(made.Elts) == 0
	case *ast.CallExpr:
		// []string(nil)
		return c.info.Types[made.Fun].IsType() && len(made.Args) == 1 && c.info.Types[made.Args[0]].IsNil()
	case *ast.Ident:
		return c.info.Types[made].IsNil()
	}
	return false
}

// isOwnAudience reports whether a list of audiences is that of a token that nobody has checked.
func (c *checker) isOwnAudience(e ast.Expr) bool {
	sel, ok := c.made(e).(*ast.SelectorExpr)
	if !ok || sel.Sel.Name != "Audience" {
		return false
	}
	call, ok := c.made(sel.X).(*ast.CallExpr)
	return ok && code.IsFunc(code.Callee(c.info, call), knowledge.JWTSVID, "ParseInsecure")
}

// lacksAudience reports whether parameters for a JWT-SVID have no audience for certain.
func (c *checker) lacksAudience(at inspector.Cursor, e ast.Expr) bool {
	var v *types.Var
	if !c.values().IsZero(e) {
		lit, ok := c.made(e).(*ast.CompositeLit)
		if !ok || !code.IsNamed(c.info.TypeOf(lit), knowledge.JWTSVID, "Params") {
			return false
		}
		for _, elt := range lit.Elts {
			kv, ok := elt.(*ast.KeyValueExpr)
			if !ok {
				return false
			}
			key, _ := kv.Key.(*ast.Ident)
			if key == nil || key.Name != "Audience" {
				continue
			}
			if text, whole := c.values().String(kv.Value); !whole || text != "" {
				return false
			}
		}
	}
	if v = code.Var(c.info, e); v == nil {
		return true
	}
	for sel := range declaration(at).Preorder((*ast.SelectorExpr)(nil)) {
		s := sel.Node().(*ast.SelectorExpr)
		if s.Sel.Name == "Audience" && code.Var(c.info, s.X) == v && isAssigned(sel) {
			return false
		}
	}
	return true
}

// checkInsecureToken reports the use of a token that nobody has verified for a decision.
func (c *checker) checkInsecureToken(at inspector.Cursor, call *ast.CallExpr, fn *types.Func) {
	if !code.IsFunc(fn, knowledge.JWTSVID, "ParseInsecure") || !c.policy.IsOn(&audience) {
		return
	}
	assign, ok := at.Parent().Node().(*ast.AssignStmt)
	if !ok || len(assign.Lhs) != 2 || len(assign.Rhs) != 1 {
		return
	}
	v := code.Var(c.info, assign.Lhs[0])
	if v == nil {
		return
	}
	in := declaration(at)
	for other := range in.Preorder((*ast.CallExpr)(nil)) {
		fn := code.Callee(c.info, other.Node().(*ast.CallExpr))
		if code.IsFunc(fn, knowledge.JWTSVID, "ParseAndValidate") || fn != nil && fn.Name() == "ValidateJWTSVID" {
			return // verified after all
		}
	}
	for sel := range in.Preorder((*ast.SelectorExpr)(nil)) {
		s := sel.Node().(*ast.SelectorExpr)
		if code.Var(c.info, s.X) == v && (s.Sel.Name == "ID" || s.Sel.Name == "Claims" || s.Sel.Name == "Audience") && c.decidesBy(sel, 0) {
			c.report(&audience, rule.High, found{at: call, message: "ParseInsecure does not check the token's signature, and access is granted by what it says: use ParseAndValidate"})
			return
		}
	}
}

// decidesBy reports whether a decision about access hangs on an ID or a claim.
func (c *checker) decidesBy(at inspector.Cursor, depth int) bool {
	if depth > 6 {
		return false
	}
	if c.authorises(at, depth) {
		return true
	}
	switch p := at.Parent().Node().(type) {
	case *ast.SelectorExpr:
		call := at.Parent().Parent()
		if n, ok := call.Node().(*ast.CallExpr); !ok || n.Fun != p {
			return false
		}
		if p.Sel.Name == "MemberOf" {
			return true
		}
		return c.decidesBy(call, depth+1)
	case *ast.CallExpr:
		// matcher(id)
		t := c.info.TypeOf(p.Fun)
		return p.Fun != at.Node() && t != nil && isJudgeType(t)
	case *ast.TypeAssertExpr:
		return c.decidesBy(at.Parent(), depth+1)
	case *ast.IndexExpr:
		return p.X == at.Node() && c.decidesBy(at.Parent(), depth+1)
	case *ast.AssignStmt:
		for i, right := range p.Rhs {
			if right != at.Node() || i >= len(p.Lhs) {
				continue
			}
			v := code.Var(c.info, p.Lhs[i])
			if v == nil {
				return false
			}
			for use := range declaration(at).Preorder((*ast.Ident)(nil)) {
				if c.info.Uses[use.Node().(*ast.Ident)] == v && c.decidesBy(use, depth+1) {
					return true
				}
			}
		}
	}
	return false
}
