package spiffeauthz

import (
	"go/ast"
	"go/types"

	"golang.org/x/tools/go/ast/inspector"

	"github.com/mintwright/mintwright/analyzers/internal/code"
	"github.com/mintwright/mintwright/analyzers/rule"
	"github.com/mintwright/mintwright/internal/knowledge"
)

// poured is a bundle whose authorities go into a pool.
type poured struct {
	pool   *types.Var
	bundle ast.Expr
}

// pours returns the pool and the bundle of a call that adds an authority to a pool.
func (c *checker) pours(call *ast.CallExpr, fn *types.Func) (poured, bool) {
	adds := code.IsMethod(fn, "crypto/x509", "CertPool", "AddCert") || code.IsMethod(fn, "crypto/x509", "CertPool", "AppendCertsFromPEM")
	sel, ok := ast.Unparen(call.Fun).(*ast.SelectorExpr)
	if !adds || !ok || len(call.Args) != 1 {
		return poured{}, false
	}
	pool := code.Var(c.info, sel.X)
	if pool == nil {
		return poured{}, false
	}
	from := c.made(call.Args[0])
	if index, ok := from.(*ast.IndexExpr); ok {
		from = c.made(index.X)
	} else if operand, isKey := c.values().Ranged(from); operand != nil && !isKey {
		from = c.made(operand)
	}
	of, ok := from.(*ast.CallExpr)
	if !ok {
		return poured{}, false
	}
	method, ok := ast.Unparen(of.Fun).(*ast.SelectorExpr)
	if !ok {
		return poured{}, false
	}
	for _, path := range [...]string{knowledge.X509Bundle, knowledge.SPIFFEBundle} {
		if f := code.Callee(c.info, of); code.IsMethod(f, path, "Bundle", "X509Authorities") || code.IsMethod(f, path, "Bundle", "Marshal") {
			return poured{pool, c.made(method.X)}, true
		}
	}
	return poured{}, false
}

const onePool = "the authorities of several trust domains are in one pool: each of them could sign IDs of the others; keep a bundle a domain, as x509svid.Verify does"

// checkPool reports a call that adds an authority to a pool that has those of another trust
// domain.
func (c *checker) checkPool(at inspector.Cursor, call *ast.CallExpr, fn *types.Func) {
	p, ok := c.pours(call, fn)
	if !ok || !c.policy.IsOn(&bundles) {
		return
	}
	// A loop over bundles, with the pool outside of it.
	if loop := c.loopOver(at, p.bundle); loop.Valid() {
		body := loop.Node().(*ast.RangeStmt)
		if inside := body.Pos() < p.pool.Pos() && p.pool.Pos() < body.End(); !inside && !c.looksAtDomain(loop) {
			c.report(&bundles, rule.High, found{at: call, message: onePool})
		}
		return
	}
	// An earlier call with another bundle.
	for other := range declaration(at).Preorder((*ast.CallExpr)(nil)) {
		before := other.Node().(*ast.CallExpr)
		if before.Pos() >= call.Pos() {
			break
		}
		q, ok := c.pours(before, code.Callee(c.info, before))
		if !ok || q.pool != p.pool {
			continue
		}
		if sure, differ := c.differ(p.bundle, q.bundle); differ {
			c.report(&bundles, sure, found{at: call, message: onePool})
			return
		}
	}
}

// loopOver returns the range clause that a bundle comes from, if it is around at.
func (c *checker) loopOver(at inspector.Cursor, bundle ast.Expr) inspector.Cursor {
	v := code.Var(c.info, bundle)
	if v == nil {
		// set.Get(td), source.GetX509BundleForTrustDomain(td) with td from a range
		call, ok := bundle.(*ast.CallExpr)
		if !ok || len(call.Args) != 1 {
			return inspector.Cursor{}
		}
		if v = code.Var(c.info, call.Args[0]); v == nil || !isDomain(v.Type()) {
			return inspector.Cursor{}
		}
	}
	for loop := range at.Enclosing((*ast.RangeStmt)(nil)) {
		r := loop.Node().(*ast.RangeStmt)
		if r.Key != nil && code.Var(c.info, r.Key) == v || r.Value != nil && code.Var(c.info, r.Value) == v {
			return loop
		}
	}
	return inspector.Cursor{}
}

// looksAtDomain reports whether the loop takes notice of whose bundle it has.
func (c *checker) looksAtDomain(loop inspector.Cursor) bool {
	for at := range loop.Preorder((*ast.CallExpr)(nil)) {
		sel, ok := ast.Unparen(at.Node().(*ast.CallExpr).Fun).(*ast.SelectorExpr)
		if ok && sel.Sel.Name == "TrustDomain" {
			return true
		}
	}
	for at := range loop.Preorder((*ast.IfStmt)(nil), (*ast.SwitchStmt)(nil)) {
		domain := false
		ast.Inspect(at.Node(), func(n ast.Node) bool {
			if b, ok := n.(*ast.BinaryExpr); ok && isDomain(c.info.TypeOf(b.X)) {
				domain = true
			}
			return !domain
		})
		if domain {
			return true
		}
	}
	return false
}

// differ reports whether two bundles are of different trust domains, and how sure that is.
func (c *checker) differ(a, b ast.Expr) (rule.Confidence, bool) {
	x, isCall := a.(*ast.CallExpr)
	y, also := b.(*ast.CallExpr)
	if isCall && also && len(x.Args) == 1 && len(y.Args) == 1 && isDomain(c.info.TypeOf(x.Args[0])) && isDomain(c.info.TypeOf(y.Args[0])) {
		p, ok := code.PathOf(c.info, x.Args[0])
		q, known := code.PathOf(c.info, y.Args[0])
		return rule.High, ok && known && p != q
	}
	p, ok := code.PathOf(c.info, a)
	q, known := code.PathOf(c.info, b)
	return rule.Medium, ok && known && p != q
}
