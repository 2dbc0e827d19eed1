package spiffeauthz

import (
	"go/ast"
	"go/token"
	"go/types"
	"strings"

	"golang.org/x/tools/go/ast/inspector"

	"github.com/mintwright/mintwright/analyzers/internal/code"
	"github.com/mintwright/mintwright/analyzers/rule"
	"github.com/mintwright/mintwright/internal/knowledge"
)

// isPeerCert reports whether e is a certificate that the other side of a connection showed.
func (c *checker) isPeerCert(e ast.Expr, depth int) bool {
	if depth > 4 {
		return false
	}
	made, index := c.values().Of(e)
	switch made := made.(type) {
	case *ast.IndexExpr:
		return c.isPeerCerts(made.X, depth+1)
	case *ast.CallExpr:
		// x509.ParseCertificate(raw[0]) in a VerifyPeerCertificate
		if index != 0 || !code.IsFunc(code.Callee(c.info, made), "crypto/x509", "ParseCertificate") || len(made.Args) != 1 {
			return false
		}
		raw := c.made(made.Args[0])
		if i, ok := raw.(*ast.IndexExpr); ok {
			return c.isRaw(i.X)
		}
		operand, isKey := c.values().Ranged(raw)
		return operand != nil && !isKey && c.isRaw(operand)
	case *ast.Ident:
		if operand, isKey := c.values().Ranged(made); operand != nil {
			return !isKey && c.isPeerCerts(operand, depth+1)
		}
		v := code.Var(c.info, made)
		return v != nil && c.isPassed(v, func(arg ast.Expr) bool { return c.isPeerCert(arg, depth+1) })
	}
	return false
}

// isPeerCerts reports whether e is a chain, or several, that the other side showed.
func (c *checker) isPeerCerts(e ast.Expr, depth int) bool {
	if depth > 4 {
		return false
	}
	made, index := c.values().Of(e)
	switch made := made.(type) {
	case *ast.SelectorExpr:
		return (made.Sel.Name == "PeerCertificates" || made.Sel.Name == "VerifiedChains") && code.IsNamed(c.info.TypeOf(made.X), "crypto/tls", "ConnectionState")
	case *ast.IndexExpr:
		return c.isPeerCerts(made.X, depth+1)
	case *ast.CallExpr:
		return index == 1 && isPeerID(code.Callee(c.info, made)) // chains of Verify
	case *ast.Ident:
		if operand, isKey := c.values().Ranged(made); operand != nil {
			return !isKey && c.isPeerCerts(operand, depth+1)
		}
		v := code.Var(c.info, made)
		return v != nil && isChains(v.Type()) && c.isParam(v)
	}
	return false
}

// isRaw reports whether e is a parameter of type [][]byte, as VerifyPeerCertificate has one.
func (c *checker) isRaw(e ast.Expr) bool {
	v := code.Var(c.info, e)
	return v != nil && types.TypeString(v.Type(), nil) == "[][]byte" && c.isParam(v)
}

func (c *checker) isParam(v *types.Var) bool {
	at, ok := c.root.FindByPos(v.Pos(), v.Pos())
	if !ok {
		return false
	}
	for p := at; p.Node() != nil; p = p.Parent() {
		switch p.Node().(type) {
		case *ast.FieldList:
			return true
		case ast.Stmt:
			return false
		}
	}
	return false
}

// isPassed reports whether a variable is the parameter of a function of this package that some
// call gives such an argument to.
func (c *checker) isPassed(v *types.Var, is func(ast.Expr) bool) bool {
	if !c.isParam(v) {
		return false
	}
	at, _ := c.root.FindByPos(v.Pos(), v.Pos())
	decl, ok := declaration(at).Node().(*ast.FuncDecl)
	if !ok {
		return false
	}
	fn, ok := c.info.Defs[decl.Name].(*types.Func)
	if !ok {
		return false
	}
	for i := range fn.Signature().Params().Len() {
		if fn.Signature().Params().At(i) != v {
			continue
		}
		for _, call := range c.calls(fn) {
			if args := call.Node().(*ast.CallExpr).Args; i < len(args) && is(args[i]) {
				return true
			}
		}
	}
	return false
}

// checkName reports a name in a peer's certificate, other than its SPIFFE ID, by which the peer
// is authorised.
func (c *checker) checkName(at inspector.Cursor, sel *ast.SelectorExpr) {
	what, cert := "", sel.X
	switch sel.Sel.Name {
	case "CommonName":
		subject, ok := ast.Unparen(sel.X).(*ast.SelectorExpr)
		if !ok || subject.Sel.Name != "Subject" {
			return
		}
		what, cert = "common name", subject.X
	case "DNSNames":
		what = "DNS names"
	case "EmailAddresses":
		what = "email addresses"
	case "Extensions":
		what = "extension"
	default:
		return
	}
	if !code.IsNamed(c.info.TypeOf(cert), "crypto/x509", "Certificate") || !c.policy.IsOn(&identity) || !c.isPeerCert(cert, 0) || c.knowsID(at) {
		return
	}
	f := found{at: sel, message: "the peer is authorised by the " + what + " of its certificate: the identity is its SPIFFE ID, the URI SAN"}
	if what == "extension" {
		if oid, sure := c.ownExtension(at); oid != nil {
			f.message = "the peer's identity is read from an extension of its own: the identity is its SPIFFE ID, the URI SAN"
			c.report(&identity, sure, f)
		}
		return
	}
	if !c.authorises(at, 0) {
		return
	}
	sure := rule.Medium
	if code.ImportsAny(c.pass.Pkg, knowledge.GoSPIFFE+"/") {
		sure = rule.High
	}
	c.report(&identity, sure, f)
}

// knowsID reports whether the function reads the SPIFFE ID too.
func (c *checker) knowsID(at inspector.Cursor) bool {
	in := declaration(at)
	for n := range in.Preorder((*ast.SelectorExpr)(nil), (*ast.CallExpr)(nil), (*ast.Ident)(nil)) {
		switch n := n.Node().(type) {
		case *ast.SelectorExpr:
			if n.Sel.Name == "URIs" && code.IsNamed(c.info.TypeOf(n.X), "crypto/x509", "Certificate") {
				return true
			}
		case *ast.CallExpr:
			if isPeerID(code.Callee(c.info, n)) {
				return true
			}
		case *ast.Ident:
			if v, ok := c.info.Uses[n].(*types.Var); ok && !v.IsField() && c.isID(v.Type()) && c.isJudged(v) {
				return true
			}
		}
	}
	return false
}

// authorises reports whether a decision hangs on a value: it is compared, looked up, or passed
// to what compares it.
func (c *checker) authorises(at inspector.Cursor, depth int) bool {
	if depth > 8 {
		return false
	}
	e, ok := at.Node().(ast.Expr)
	if !ok {
		return false
	}
	parent := at.Parent()
	switch p := parent.Node().(type) {
	case *ast.ParenExpr:
		return c.authorises(parent, depth+1)
	case *ast.BinaryExpr:
		if p.Op != token.EQL && p.Op != token.NEQ {
			return p.Op == token.ADD && c.authorises(parent, depth+1)
		}
		for _, side := range [...]ast.Expr{p.X, p.Y} {
			if text, known := code.ConstString(c.info, side); known && text == "" || c.info.Types[side].IsNil() {
				return false
			}
		}
		return true
	case *ast.SwitchStmt:
		return p.Tag == e
	case *ast.IndexExpr:
		if p.X == e {
			return c.authorises(parent, depth+1)
		}
		_, isMap := c.info.TypeOf(p.X).Underlying().(*types.Map)
		return isMap
	case *ast.CallExpr:
		return p.Fun != e && c.passes(parent, depth)
	case *ast.RangeStmt:
		return p.X == e && p.Value != nil && c.anyUse(parent, p.Value, depth)
	case *ast.AssignStmt:
		for i, right := range p.Rhs {
			if right == e && len(p.Lhs) == len(p.Rhs) {
				return c.anyUse(parent, p.Lhs[i], depth)
			}
		}
	case *ast.ValueSpec:
		for i, right := range p.Values {
			if right == e && len(p.Names) == len(p.Values) {
				return c.anyUse(parent, p.Names[i], depth)
			}
		}
	case *ast.ReturnStmt:
		decl, ok := declaration(parent).Node().(*ast.FuncDecl)
		if !ok {
			return false
		}
		fn, ok := c.info.Defs[decl.Name].(*types.Func)
		if !ok {
			return false
		}
		for _, call := range c.calls(fn) {
			if c.authorises(call, depth+1) {
				return true
			}
			// name, err := peerName(conn)
			if assign, ok := call.Parent().Node().(*ast.AssignStmt); ok && len(assign.Rhs) == 1 && c.anyUse(call.Parent(), assign.Lhs[0], depth) {
				return true
			}
		}
	}
	return false
}

// passes reports whether a call decides about one of its arguments.
func (c *checker) passes(call inspector.Cursor, depth int) bool {
	fn := code.Callee(c.info, call.Node().(*ast.CallExpr))
	if fn == nil || fn.Pkg() == nil {
		return false
	}
	switch fn.Pkg().Path() {
	case "strings":
		switch fn.Name() {
		case "HasPrefix", "HasSuffix", "Contains", "EqualFold", "Compare":
			return true
		}
		return c.authorises(call, depth+1)
	case "slices":
		return fn.Name() == "Contains" || fn.Name() == "Index"
	case "regexp", "path", "crypto/subtle":
		return strings.Contains(fn.Name(), "Match") || strings.HasPrefix(fn.Name(), "ConstantTime")
	}
	name := strings.ToLower(fn.Name())
	for _, word := range [...]string{"allow", "authoriz", "authoris", "permit", "isadmin"} {
		if strings.Contains(name, word) {
			return true
		}
	}
	return false
}

// anyUse reports whether a decision hangs on one of the uses of a variable.
func (c *checker) anyUse(at inspector.Cursor, left ast.Expr, depth int) bool {
	v := code.Var(c.info, left)
	if v == nil || v.Parent() == v.Pkg().Scope() {
		return false
	}
	for use := range declaration(at).Preorder((*ast.Ident)(nil)) {
		if c.info.Uses[use.Node().(*ast.Ident)] == v && c.authorises(use, depth+1) {
			return true
		}
	}
	return false
}

// ownExtension returns the private OID that a loop over extensions looks for, when the loop
// takes the extension's value.
func (c *checker) ownExtension(at inspector.Cursor) (oid ast.Expr, sure rule.Confidence) {
	loop := at.Parent()
	r, ok := loop.Node().(*ast.RangeStmt)
	if !ok || r.X != at.Node() || r.Value == nil {
		return nil, rule.Low
	}
	ext := code.Var(c.info, r.Value)
	takes := false
	for n := range loop.Preorder((*ast.SelectorExpr)(nil), (*ast.CallExpr)(nil)) {
		switch n := n.Node().(type) {
		case *ast.SelectorExpr:
			takes = takes || n.Sel.Name == "Value" && ext != nil && code.Var(c.info, n.X) == ext
		case *ast.CallExpr:
			if !code.IsMethod(code.Callee(c.info, n), "encoding/asn1", "ObjectIdentifier", "Equal") {
				continue
			}
			sel, ok := ast.Unparen(n.Fun).(*ast.SelectorExpr)
			if !ok || len(n.Args) != 1 {
				continue
			}
			for _, side := range [...]ast.Expr{sel.X, n.Args[0]} {
				if arcs := c.arcs(side); len(arcs) > 6 && equal(arcs[:6], 1, 3, 6, 1, 4, 1) {
					oid, sure = side, rule.Medium
					if arcs[6] == 53592 {
						sure = rule.High // the arc of SPIFFE, which defines no such extension
					}
				}
			}
		}
	}
	if !takes {
		return nil, rule.Low
	}
	return oid, sure
}

// arcs returns the numbers of an OID that is written out.
func (c *checker) arcs(e ast.Expr) []int64 {
	lit, ok := c.made(e).(*ast.CompositeLit)
	if !ok {
		return nil
	}
	var list []int64
	for _, e := range lit.Elts {
		n, ok := code.ConstInt(c.info, e)
		if !ok {
			return nil
		}
		list = append(list, n)
	}
	return list
}

func equal(list []int64, want ...int64) bool {
	for i, n := range want {
		if list[i] != n {
			return false
		}
	}
	return true
}
