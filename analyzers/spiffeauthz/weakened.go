package spiffeauthz

import (
	"go/ast"
	"go/constant"
	"go/types"
	"strings"

	"github.com/mintwright/mintwright/analyzers/internal/code"
	"github.com/mintwright/mintwright/internal/knowledge"
)

// weakens says what is wrong with a write to a field of a config that go-spiffe made; nothing
// when it is harmless.
func (c *checker) weakens(o *object, field string, w write) (message string, unsure bool) {
	if last, _ := o.last(field); last.at != w.at {
		return "", false // overwritten
	}
	if !o.authorizes && !o.param && field != "InsecureSkipVerify" || o.authorizes && field == "InsecureSkipVerify" {
		return "", false // there is nothing to weaken; and go-spiffe sets it by itself
	}
	switch field {
	case "VerifyPeerCertificate":
		if c.verifiesConnection(o) {
			return "", false // the judging has moved
		}
		if c.info.Types[w.value].IsNil() {
			return "without VerifyPeerCertificate no peer is authorised", false
		}
		known, wraps := c.wraps(o, w.value)
		if !wraps {
			return "the new VerifyPeerCertificate replaces the one that authorises peers: wrap it, or set it before go-spiffe's hook", !known
		}
	case "ClientAuth":
		v := c.info.Types[w.value].Value
		if v == nil || !o.server && !o.param {
			return "", false
		}
		switch n, _ := constant.Int64Val(constant.ToInt(v)); n {
		case 0:
			return "clients that show no certificate are let in: ClientAuth has to be RequireAnyClientCert", false
		case 1:
			// go-spiffe's callback refuses an empty chain; nothing else does.
			return "no certificate is required of clients any more: ClientAuth has to be RequireAnyClientCert", true
		}
	case "InsecureSkipVerify":
		if on, _ := code.ConstBool(c.info, w.value); !on || o.server || o.param {
			return "", false
		}
		if _, ok := o.last("VerifyPeerCertificate"); !ok && !c.verifiesConnection(o) {
			return "nothing verifies the server any more: this config has no authorizer, but the roots and the server's name", false
		}
	case "GetConfigForClient":
		if (o.server || o.param) && c.givesPlainConfig(w.value) {
			return "GetConfigForClient gives clients a config that authorises nobody", false
		}
	}
	return "", false
}

func (c *checker) verifiesConnection(o *object) bool {
	v, ok := o.last("VerifyConnection")
	return ok && !c.info.Types[v.value].IsNil()
}

// wraps reports whether a function calls the one that it replaces, or verifies with go-spiffe
// by itself; known is false for one that is not in sight.
func (c *checker) wraps(o *object, value ast.Expr) (known, wraps bool) {
	made, _ := c.values().Of(value)
	switch made.(type) {
	case *ast.FuncLit:
		known = true
	case *ast.CallExpr:
	default:
		fn, ok := code.Object(c.info, made).(*types.Func)
		decl, here := c.declared[fn]
		if !ok || !here {
			return false, false
		}
		return true, c.verifies(o, decl.Node())
	}
	return known, c.verifies(o, made)
}

func (c *checker) verifies(o *object, in ast.Node) bool {
	found := false
	ast.Inspect(in, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.CallExpr:
			fn := code.Callee(c.info, n)
			found = found || isGoSPIFFE(fn)
		case *ast.Ident, *ast.SelectorExpr:
			made, _ := c.values().Of(n.(ast.Expr))
			sel, ok := made.(*ast.SelectorExpr)
			if ok && sel.Sel.Name == "VerifyPeerCertificate" {
				p, isPath := code.PathOf(c.info, sel.X)
				found = found || isPath && o.places[p]
			}
		}
		return !found
	})
	return found
}

// givesPlainConfig reports whether a GetConfigForClient returns a literal that has no callback
// in it, or a config of go-spiffe's that asks for no client certificate.
func (c *checker) givesPlainConfig(value ast.Expr) bool {
	lit, ok := c.made(value).(*ast.FuncLit)
	if !ok {
		return false
	}
	for _, r := range returns(lit.Body) {
		if len(r.Results) != 2 {
			continue
		}
		if v := code.Var(c.info, r.Results[0]); v != nil {
			continue // what is done to it is not followed
		}
		switch e := ast.Unparen(r.Results[0]).(type) {
		case *ast.UnaryExpr:
			config, ok := ast.Unparen(e.X).(*ast.CompositeLit)
			if !ok {
				continue
			}
			plain := true
			for _, elt := range config.Elts {
				if kv, ok := elt.(*ast.KeyValueExpr); ok {
					if key, ok := kv.Key.(*ast.Ident); ok && (strings.HasPrefix(key.Name, "Verify") || key.Name == "ClientAuth") {
						plain = false
					}
				}
			}
			if plain {
				return true
			}
		case *ast.CallExpr:
			if code.IsFunc(code.Callee(c.info, e), knowledge.SPIFFETLSConfig, "TLSServerConfig") {
				return true
			}
		}
	}
	return false
}
