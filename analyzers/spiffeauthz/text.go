package spiffeauthz

import (
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"strings"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/ast/inspector"

	"github.com/mintwright/mintwright/analyzers/internal/code"
	"github.com/mintwright/mintwright/analyzers/rule"
	"github.com/mintwright/mintwright/internal/knowledge"
)

// text is what a string was made of.
type text uint8

const (
	other      text = iota
	wholeID         // spiffe://example.org/orders
	domainName      // example.org
	domainID        // spiffe://example.org
	pathOfID        // /orders
)

const scheme = "spiffe://"

// textOf returns what a string was made of, and from which ID or trust domain.
func (c *checker) textOf(e ast.Expr) (what text, from ast.Expr) {
	made, index := c.values().Of(e)
	if index != 0 {
		return other, nil
	}
	if x, ok := c.isMethodOf(made, "ID", "String"); ok {
		id, _ := c.values().Of(x)
		if td, ok := c.isMethodOf(id, "TrustDomain", "ID"); ok {
			return domainID, td
		}
		return wholeID, x
	}
	if x, ok := c.isMethodOf(made, "ID", "Path"); ok {
		return pathOfID, x
	}
	if x, ok := c.isMethodOf(made, "TrustDomain", "Name", "String"); ok {
		return domainName, x
	}
	if x, ok := c.isMethodOf(made, "TrustDomain", "IDString"); ok {
		return domainID, x
	}
	call, ok := made.(*ast.CallExpr)
	if !ok || !code.IsMethod(code.Callee(c.info, call), "net/url", "URL", "String") {
		return other, nil
	}
	if sel, ok := ast.Unparen(call.Fun).(*ast.SelectorExpr); ok && c.isURISAN(sel.X) {
		return wholeID, nil
	}
	return other, nil
}

// isURISAN reports whether e is one of the URIs of a certificate.
func (c *checker) isURISAN(e ast.Expr) bool {
	made, _ := c.values().Of(e)
	if index, ok := made.(*ast.IndexExpr); ok {
		made = index.X
	} else if operand, isKey := c.values().Ranged(made); operand != nil && !isKey {
		made = operand
	} else {
		return false
	}
	list, _ := c.values().Of(made)
	sel, ok := list.(*ast.SelectorExpr)
	return ok && sel.Sel.Name == "URIs" && code.IsNamed(c.info.TypeOf(sel.X), "crypto/x509", "Certificate")
}

// checkText reports a test of a piece of an ID's text that others pass too.
func (c *checker) checkText(at inspector.Cursor, call *ast.CallExpr, fn *types.Func) {
	if fn.Pkg().Path() != "strings" || len(call.Args) != 2 || !c.policy.IsOn(&prefix) {
		return
	}
	what, from := c.textOf(call.Args[0])
	if what == other {
		return
	}
	switch fn.Name() {
	case "HasPrefix":
		c.checkPrefix(call, what, from)
	case "HasSuffix", "Contains":
		piece, whole := c.values().String(call.Args[1])
		rest, isID := strings.CutPrefix(piece, scheme)
		switch {
		case !whole, piece == "", isID && (rest == "" || strings.Contains(rest, "/")):
			return
		case what == wholeID:
			c.report(&prefix, c.decides(at), found{at: call, message: "IDs of every trust domain can have this text in them: compare the trust domain and the path"})
		case what == domainName && fn.Name() == "HasSuffix" && !strings.HasPrefix(piece, "."):
			c.report(&prefix, c.decides(at), found{at: call, message: fmt.Sprintf("the trust domain evil%s ends in this too: compare trust domains as a whole", piece)})
		case what == domainName && fn.Name() == "Contains":
			c.report(&prefix, rule.Medium, found{at: call, message: "other trust domains have this text in their names too: compare trust domains as a whole"})
		}
	}
}

// decides returns how sure it is that a test decides about access: it is in a function that
// answers with an error or a bool.
func (c *checker) decides(at inspector.Cursor) rule.Confidence {
	for f := range at.Enclosing((*ast.FuncDecl)(nil), (*ast.FuncLit)(nil)) {
		var typ *ast.FuncType
		switch f := f.Node().(type) {
		case *ast.FuncDecl:
			typ = f.Type
		case *ast.FuncLit:
			typ = f.Type
		}
		if typ.Results == nil {
			return rule.Medium
		}
		for _, r := range typ.Results.List {
			t := c.info.TypeOf(r.Type)
			if types.Identical(t, types.Typ[types.Bool]) || code.IsError(t) {
				return rule.High
			}
		}
		return rule.Medium
	}
	return rule.Medium
}

// checkPrefix reports strings.HasPrefix on an ID, when the prefix ends within a trust domain or
// a segment of the path.
func (c *checker) checkPrefix(call *ast.CallExpr, what text, from ast.Expr) {
	arg := call.Args[1]
	piece, whole := c.values().String(arg)
	switch {
	case what == pathOfID && whole && piece != "" && !strings.HasSuffix(piece, "/"):
		c.report(&prefix, rule.Medium, found{at: call, message: fmt.Sprintf("the path %s-evil begins with this too: end the prefix with a slash, or use spiffeid.MatchIDPrefix", piece), fix: slashFix(c.info, arg)})
	case what == domainName && whole && piece != "":
		c.report(&prefix, rule.Medium, found{at: call, message: "other trust domains begin with this too: compare trust domains as a whole"})
	case what != wholeID:
	case whole:
		rest, ok := strings.CutPrefix(piece, scheme)
		switch {
		case !ok || rest == "" || strings.HasSuffix(rest, "/"):
		case !strings.Contains(rest, "/"):
			c.report(&prefix, rule.High, found{at: call, message: fmt.Sprintf("an ID of the trust domain %s.evil begins with this too: %s", rest, useMemberOf), fix: slashFix(c.info, arg)})
		default:
			c.report(&prefix, rule.Medium, found{at: call, message: fmt.Sprintf("the ID %s-evil begins with this too: end the prefix with a slash, or use spiffeid.MatchIDPrefix", piece), fix: slashFix(c.info, arg)})
		}
	default:
		sure, fix := c.openPrefix(call, arg, from)
		if sure == rule.High {
			c.report(&prefix, sure, found{at: call, message: "an ID of a trust domain with a longer name begins with this too: " + useMemberOf, fix: fix})
		} else if made, ofID := c.textOf(arg); made == wholeID && ofID != nil {
			c.report(&prefix, rule.Medium, found{at: call, message: "an ID with more behind the last segment begins with this too: use spiffeid.MatchIDPrefix", fix: fix})
		}
	}
}

const useMemberOf = "use ID.MemberOf, or end the prefix with a slash"

// openPrefix judges a prefix that is not a constant: the scheme and a trust domain, and no
// slash behind them.
func (c *checker) openPrefix(call *ast.CallExpr, arg, id ast.Expr) (rule.Confidence, []analysis.SuggestedFix) {
	if made, td := c.textOf(arg); made == domainID {
		if fix := c.memberOfFix(call, id, td); fix != nil {
			return rule.High, fix
		}
		return rule.High, slashFix(c.info, arg)
	}
	made, _ := c.values().Of(arg)
	switch made := made.(type) {
	case *ast.BinaryExpr:
		left, whole := code.ConstString(c.info, made.X)
		if made.Op != token.ADD || !whole || left != scheme {
			return rule.Low, nil
		}
		if what, _ := c.textOf(made.Y); what == domainName || isNameOfDomain(made.Y) {
			return rule.High, slashFix(c.info, arg)
		}
	case *ast.CallExpr:
		if !code.IsFunc(code.Callee(c.info, made), "fmt", "Sprintf") || len(made.Args) != 2 {
			return rule.Low, nil
		}
		format, _ := code.ConstString(c.info, made.Args[0])
		if format != scheme+"%s" && format != scheme+"%v" {
			return rule.Low, nil
		}
		what, _ := c.textOf(made.Args[1])
		if what == domainName || isNameOfDomain(made.Args[1]) || isDomain(c.info.TypeOf(made.Args[1])) {
			return rule.High, slashFix(c.info, arg)
		}
	}
	return rule.Low, nil
}

// isNameOfDomain reports whether an expression says by its name that it is a trust domain: a
// variable or a field called trustDomain, domain or td.
func isNameOfDomain(e ast.Expr) bool {
	name := ""
	switch e := ast.Unparen(e).(type) {
	case *ast.Ident:
		name = e.Name
	case *ast.SelectorExpr:
		name = e.Sel.Name
	}
	name = strings.ToLower(name)
	return strings.HasSuffix(name, "domain") || name == "td" || strings.HasSuffix(name, "domainname")
}

// slashFix ends a prefix with a slash.
func slashFix(info *types.Info, arg ast.Expr) []analysis.SuggestedFix {
	edit := analysis.TextEdit{Pos: arg.End(), End: arg.End(), NewText: []byte(`+"/"`)}
	inside := ast.Unparen(arg)
	if call, ok := inside.(*ast.CallExpr); ok && code.IsFunc(code.Callee(info, call), "fmt", "Sprintf") && len(call.Args) > 0 {
		inside = ast.Unparen(call.Args[0])
	}
	if lit, ok := inside.(*ast.BasicLit); ok && lit.Kind == token.STRING {
		edit = analysis.TextEdit{Pos: lit.End() - 1, End: lit.End() - 1, NewText: []byte("/")}
	}
	return []analysis.SuggestedFix{{Message: "end the prefix with a slash", TextEdits: []analysis.TextEdit{edit}}}
}

// memberOfFix asks the ID in place of its text, where package strings is used for more.
func (c *checker) memberOfFix(call *ast.CallExpr, id, td ast.Expr) []analysis.SuggestedFix {
	f := code.File(c.pass, call.Pos())
	if id == nil || td == nil || f == nil || !c.isID(c.info.TypeOf(id)) || !c.inScope(call.Pos(), id, td) {
		return nil
	}
	used := false
	ast.Inspect(f, func(n ast.Node) bool {
		if sel, ok := n.(*ast.SelectorExpr); ok && sel.Sel.Name != "HasPrefix" {
			fn, _ := c.info.Uses[sel.Sel].(*types.Func)
			used = used || code.IsFunc(fn, "strings", sel.Sel.Name)
		}
		return !used
	})
	if !used {
		return nil
	}
	return []analysis.SuggestedFix{{
		Message: "ask whether the ID is a member of the trust domain",
		TextEdits: []analysis.TextEdit{{
			Pos: call.Pos(), End: call.End(),
			NewText: fmt.Appendf(nil, "%s.MemberOf(%s)", types.ExprString(id), types.ExprString(td)),
		}},
	}}
}

// inScope reports whether expressions that may stand elsewhere are variables, or fields of such,
// that mean the same at pos.
func (c *checker) inScope(pos token.Pos, list ...ast.Expr) bool {
	for _, e := range list {
		p, ok := code.PathOf(c.info, e)
		if !ok || !c.values().IsStable(p.Root) || strings.Contains(p.Rest, "(") {
			return false
		}
		if !code.Sees(c.pass.Pkg, p.Root, pos) {
			return false
		}
	}
	return true
}

// origin returns the ID that a trust domain was taken from, or nil; peer is true when that is
// the certificate that a peer showed.
func (c *checker) origin(e ast.Expr) (id ast.Expr, peer bool) {
	made, index := c.values().Of(e)
	if index != 0 {
		return nil, false
	}
	if td, ok := c.isMethodOf(made, "TrustDomain", "Name", "String"); ok {
		return c.origin(td)
	}
	if x, ok := c.isMethodOf(made, "ID", "TrustDomain"); ok {
		return x, c.isPeer(x)
	}
	call, ok := made.(*ast.CallExpr)
	if !ok || len(call.Args) != 1 {
		return nil, false
	}
	fn := code.Callee(c.info, call)
	switch {
	case code.IsFunc(fn, knowledge.SPIFFEID, "TrustDomainFromString"), code.IsFunc(fn, knowledge.SPIFFEID, "RequireTrustDomainFromString"):
		if x, ok := c.isMethodOf(c.made(call.Args[0]), "ID", "String"); ok {
			return x, c.isPeer(x)
		}
		if what, from := c.textOf(call.Args[0]); what == wholeID && from == nil {
			return nil, c.isPeerURI(call.Args[0])
		}
		if what, td := c.textOf(call.Args[0]); what == domainName || what == domainID {
			return c.origin(td)
		}
	case code.IsFunc(fn, knowledge.SPIFFEID, "TrustDomainFromURI"), code.IsFunc(fn, knowledge.SPIFFEID, "RequireTrustDomainFromURI"):
		if x, ok := c.isMethodOf(c.made(call.Args[0]), "ID", "URL"); ok {
			return x, c.isPeer(x)
		}
		return nil, c.isPeerURI(call.Args[0])
	}
	return nil, false
}

func (c *checker) made(e ast.Expr) ast.Expr {
	made, _ := c.values().Of(e)
	return made
}

// isPeer reports whether an ID is the one that the other side showed.
func (c *checker) isPeer(id ast.Expr) bool {
	made, index := c.values().Of(id)
	switch made := made.(type) {
	case *ast.CallExpr:
		return index == 0 && isPeerID(code.Callee(c.info, made))
	case *ast.SelectorExpr:
		if made.Sel.Name != "ID" || !code.IsNamed(c.info.TypeOf(made.X), knowledge.JWTSVID, "SVID") {
			return false
		}
		call, ok := c.made(made.X).(*ast.CallExpr)
		if !ok {
			return false
		}
		fn := code.Callee(c.info, call)
		return code.IsFunc(fn, knowledge.JWTSVID, "ParseAndValidate") || code.IsFunc(fn, knowledge.JWTSVID, "ParseInsecure") || code.IsMethod(fn, knowledge.WorkloadAPI, "Client", "ValidateJWTSVID")
	case *ast.Ident:
		v := code.Var(c.info, made)
		return v != nil && c.values().IsStable(v) && c.isJudged(v)
	}
	return false
}

// isJudged reports whether a variable is the first parameter of a matcher or an authorizer.
func (c *checker) isJudged(v *types.Var) bool {
	at, ok := c.root.FindByPos(v.Pos(), v.Pos())
	if !ok {
		return false
	}
	for f := range at.Enclosing((*ast.FuncDecl)(nil), (*ast.FuncLit)(nil)) {
		var sig *types.Signature
		switch f := f.Node().(type) {
		case *ast.FuncDecl:
			if fn, ok := c.info.Defs[f.Name].(*types.Func); ok {
				sig = fn.Signature()
			}
		case *ast.FuncLit:
			sig, _ = c.info.TypeOf(f).(*types.Signature)
		}
		return isJudge(sig) && sig.Params().At(0) == v
	}
	return false
}

// isPeerURI reports whether a URI, or its text, is from a certificate that a peer showed.
func (c *checker) isPeerURI(e ast.Expr) bool {
	made := c.made(e)
	if call, ok := made.(*ast.CallExpr); ok {
		sel, isSel := ast.Unparen(call.Fun).(*ast.SelectorExpr)
		if !isSel || !code.IsMethod(code.Callee(c.info, call), "net/url", "URL", "String") {
			return false
		}
		made = c.made(sel.X)
	}
	if !c.isURISAN(made) {
		return false
	}
	if index, ok := made.(*ast.IndexExpr); ok {
		made = index.X
	} else {
		made, _ = c.values().Ranged(made)
	}
	sel, ok := c.made(made).(*ast.SelectorExpr)
	return ok && c.isPeerCert(sel.X, 0)
}

const ownDomain = "the trust domain is the peer's own, so that it is always a member: compare with one that you know"

// checkMembership reports AuthorizeMemberOf and its kin with a trust domain of the peer's.
func (c *checker) checkMembership(call *ast.CallExpr, fn *types.Func) {
	if !isGoSPIFFE(fn) || len(call.Args) != 1 || !c.policy.IsOn(&peerDomain) {
		return
	}
	switch {
	case code.IsFunc(fn, knowledge.SPIFFETLSConfig, "AuthorizeMemberOf"), code.IsFunc(fn, knowledge.SPIFFEID, "MatchMemberOf"):
		if _, peer := c.origin(call.Args[0]); peer {
			c.report(&peerDomain, rule.High, found{at: call, message: ownDomain})
		}
	case code.IsMethod(fn, knowledge.SPIFFEID, "ID", "MemberOf"):
		sel, ok := ast.Unparen(call.Fun).(*ast.SelectorExpr)
		if !ok {
			return
		}
		id, peer := c.origin(call.Args[0])
		if c.isSame(id, sel.X) || id == nil && peer && c.isPeer(sel.X) {
			c.report(&peerDomain, rule.High, found{at: call, message: ownDomain})
		}
	}
}

// checkDomains reports a comparison of an ID's trust domain with itself.
func (c *checker) checkDomains(b *ast.BinaryExpr) {
	if b.Op != token.EQL && b.Op != token.NEQ || !c.policy.IsOn(&peerDomain) {
		return
	}
	left, _ := c.values().Of(b.X)
	if !isDomain(c.info.TypeOf(b.X)) {
		if _, ok := c.isMethodOf(left, "TrustDomain", "Name", "String"); !ok {
			return
		}
	}
	a, _ := c.origin(b.X)
	d, _ := c.origin(b.Y)
	if c.isSame(a, d) {
		c.report(&peerDomain, rule.High, found{at: b, message: ownDomain})
	}
}

// isSame reports whether two expressions are the same ID for certain.
func (c *checker) isSame(a, b ast.Expr) bool {
	if a == nil || b == nil {
		return false
	}
	p, ok := code.PathOf(c.info, a)
	q, also := code.PathOf(c.info, b)
	return ok && also && p == q && c.values().IsStable(p.Root)
}
