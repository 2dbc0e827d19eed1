package spiffeauthz

import (
	"fmt"
	"go/ast"
	"go/types"
	"strings"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/ast/inspector"

	"github.com/mintwright/mintwright/analyzers/internal/code"
	"github.com/mintwright/mintwright/analyzers/rule"
	"github.com/mintwright/mintwright/internal/knowledge"
)

// judges is the fact of a function that is a matcher or an authorizer, or returns one.
type judges struct {
	All      bool // it accepts every ID
	Watched  bool // and does something with the ID that may count later
	Path     bool // it looks at the path only
	Returned bool // what it returns does so
}

func (*judges) AFact() {}

func (j *judges) String() string {
	what := "judges by the path"
	if j.All {
		what = "accepts all"
	}
	if j.Returned {
		return "returns what " + what
	}
	return what
}

// judges returns how a function judges IDs, or nil when there is nothing to say of it.
func (c *checker) judges(fn *types.Func) *judges {
	if r := fn.Signature().Results(); !isJudge(fn.Signature()) && (r.Len() == 0 || !isJudgeType(r.At(0).Type())) {
		return nil
	}
	if fn.Pkg() != c.pass.Pkg {
		j := new(judges)
		if fn.Pkg() == nil || !c.pass.ImportObjectFact(fn, j) {
			return nil
		}
		return j
	}
	if j, ok := c.judging[fn]; ok {
		return j
	}
	c.judging[fn] = nil // it may call itself
	at, ok := c.declared[fn]
	if !ok {
		return nil
	}
	decl := at.Node().(*ast.FuncDecl)
	var j *judges
	if isJudge(fn.Signature()) {
		j = c.judgement(fn.Signature(), decl.Type, decl.Body)
	} else if r := fn.Signature().Results(); r.Len() > 0 && isJudgeType(r.At(0).Type()) {
		j = c.returned(decl.Body)
	}
	c.judging[fn] = j
	return j
}

// returned returns how all that a function returns judges, when it is the same for all.
func (c *checker) returned(body *ast.BlockStmt) *judges {
	var all *judges
	for _, r := range returns(body) {
		if len(r.Results) == 0 {
			return nil
		}
		if c.info.Types[r.Results[0]].IsNil() {
			continue // with an error
		}
		j := c.judge(r.Results[0])
		if j == nil || all != nil && (all.All != j.All || all.Path != j.Path) {
			return nil
		}
		all = j
	}
	if all == nil {
		return nil
	}
	j := *all
	j.Returned = true
	return &j
}

// judge returns how the matcher or authorizer that e is judges, or nil when that is not known.
func (c *checker) judge(e ast.Expr) *judges {
	made, index := c.values().Of(e)
	if index != 0 {
		return nil
	}
	switch made := made.(type) {
	case *ast.FuncLit:
		sig, _ := c.info.TypeOf(made).(*types.Signature)
		if !isJudge(sig) {
			return nil
		}
		return c.judgement(sig, made.Type, made.Body)
	case *ast.CallExpr:
		if tv := c.info.Types[made.Fun]; tv.IsType() && len(made.Args) == 1 {
			return c.judge(made.Args[0])
		}
		fn := code.Callee(c.info, made)
		if code.IsFunc(fn, knowledge.SPIFFETLSConfig, "AdaptMatcher") && len(made.Args) == 1 {
			return c.judge(made.Args[0])
		}
		if fn == nil {
			return nil
		}
		if j := c.judges(fn); j != nil && j.Returned {
			return &judges{All: j.All, Path: j.Path, Watched: j.Watched}
		}
	case *ast.Ident, *ast.SelectorExpr:
		if fn, ok := code.Object(c.info, made).(*types.Func); ok {
			if j := c.judges(fn.Origin()); j != nil && !j.Returned {
				return j
			}
		}
	}
	return nil
}

// isJudge reports whether a function has the signature of a matcher or an authorizer.
func isJudge(sig *types.Signature) bool {
	if sig == nil || sig.Results().Len() != 1 || !code.IsError(sig.Results().At(0).Type()) {
		return false
	}
	p := sig.Params()
	if p.Len() == 0 || p.Len() > 2 || !code.IsNamed(p.At(0).Type(), knowledge.SPIFFEID, "ID") {
		return false
	}
	if _, pointer := types.Unalias(p.At(0).Type()).(*types.Pointer); pointer {
		return false
	}
	return p.Len() == 1 || isChains(p.At(1).Type())
}

// isChains reports whether t is [][]*x509.Certificate.
func isChains(t types.Type) bool {
	outer, ok := t.Underlying().(*types.Slice)
	if !ok {
		return false
	}
	inner, ok := outer.Elem().Underlying().(*types.Slice)
	return ok && code.IsNamed(inner.Elem(), "crypto/x509", "Certificate")
}

// isJudgeType reports whether t is spiffeid.Matcher or tlsconfig.Authorizer.
func isJudgeType(t types.Type) bool {
	return code.IsNamed(t, knowledge.SPIFFEID, "Matcher") || code.IsNamed(t, knowledge.SPIFFETLSConfig, "Authorizer")
}

// returns lists the return statements of a function, not those of the closures in it.
func returns(body *ast.BlockStmt) []*ast.ReturnStmt {
	var list []*ast.ReturnStmt
	ast.Inspect(body, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.FuncLit:
			return false
		case *ast.ReturnStmt:
			list = append(list, n)
		}
		return true
	})
	return list
}

// judgement returns how the body of a matcher or an authorizer judges, or nil.
func (c *checker) judgement(sig *types.Signature, typ *ast.FuncType, body *ast.BlockStmt) *judges {
	var id *types.Var
	if len(typ.Params.List) > 0 && len(typ.Params.List[0].Names) > 0 {
		id, _ = c.info.Defs[typ.Params.List[0].Names[0]].(*types.Var)
	}
	uses := c.usesOf(id, body)
	if c.acceptsAll(sig, body) {
		return &judges{All: true, Watched: uses.elsewhere}
	}
	if id != nil && uses.path > 0 && !uses.domain && !uses.judged && !uses.elsewhere {
		return &judges{Path: true}
	}
	return nil
}

// acceptsAll reports whether a function returns nil wherever it returns, and returns somewhere.
func (c *checker) acceptsAll(sig *types.Signature, body *ast.BlockStmt) bool {
	list := returns(body)
	if len(list) == 0 || sig.Results().At(0).Name() != "" && sig.Results().At(0).Name() != "_" {
		return false // it panics, or something else may set the result
	}
	for _, r := range list {
		if len(r.Results) != 1 {
			return false
		}
		if c.info.Types[r.Results[0]].IsNil() {
			continue
		}
		call, ok := ast.Unparen(r.Results[0]).(*ast.CallExpr)
		if !ok {
			return false
		}
		// return other(id), where other accepts all
		if j := c.judge(call.Fun); j == nil || !j.All {
			return false
		}
	}
	stops := false
	ast.Inspect(body, func(n ast.Node) bool {
		if call, ok := n.(*ast.CallExpr); ok {
			stops = stops || mayStop(c.info, call)
		}
		return !stops
	})
	return !stops
}

// mayStop reports whether a call ends the goroutine or the program.
func mayStop(info *types.Info, call *ast.CallExpr) bool {
	if id, ok := ast.Unparen(call.Fun).(*ast.Ident); ok && info.Uses[id] == types.Universe.Lookup("panic") {
		return true
	}
	fn := code.Callee(info, call)
	return fn != nil && (strings.HasPrefix(fn.Name(), "Fatal") || strings.HasPrefix(fn.Name(), "Panic") || code.IsFunc(fn, "os", "Exit") || code.IsFunc(fn, "runtime", "Goexit"))
}

// uses says what a function does with the ID that it judges.
type uses struct {
	path      int  // reads of the path that are not for a message
	domain    bool // the trust domain counts, or the whole ID
	judged    bool // another matcher or authorizer looks at it
	elsewhere bool // it is handed on, kept, or something not understood
}

// usesOf follows the parameter through a body.
func (c *checker) usesOf(id *types.Var, body *ast.BlockStmt) uses {
	var u uses
	if id == nil {
		return u
	}
	at, ok := c.root.FindNode(body)
	if !ok {
		u.elsewhere = true
		return u
	}
	for use := range at.Preorder((*ast.Ident)(nil)) {
		if c.info.Uses[use.Node().(*ast.Ident)] != id {
			continue
		}
		c.useOf(use, &u)
	}
	return u
}

// useOf says what one mention of the ID is for.
func (c *checker) useOf(use inspector.Cursor, u *uses) {
	parent := use.Parent()
	switch p := parent.Node().(type) {
	case *ast.SelectorExpr:
		method := p.Sel.Name
		call := parent.Parent()
		if n, ok := call.Node().(*ast.CallExpr); !ok || n.Fun != p {
			u.elsewhere = true
			return
		}
		switch {
		case c.isMessage(call):
		case method == "Path":
			u.path++
		case method == "IsZero":
		case method == "URL":
			if sel, ok := call.Parent().Node().(*ast.SelectorExpr); ok && sel.Sel.Name == "Path" {
				u.path++
				return
			}
			u.elsewhere = true
		default:
			u.domain = true
		}
	case *ast.BinaryExpr:
		u.domain = true
	case *ast.AssignStmt:
		// _ = id
		if len(p.Lhs) == 1 && code.Var(c.info, p.Lhs[0]) == nil {
			if blank, ok := p.Lhs[0].(*ast.Ident); ok && blank.Name == "_" {
				return
			}
		}
		u.elsewhere = true
	case *ast.CallExpr:
		if c.isMessage(use) {
			return
		}
		if t := c.info.TypeOf(p.Fun); t != nil && len(p.Args) > 0 && p.Args[0] == use.Node() {
			if sig, ok := t.Underlying().(*types.Signature); ok && isJudge(sig) {
				u.judged = true
				return
			}
		}
		u.elsewhere = true
	default:
		u.elsewhere = true
	}
}

// isMessage reports whether a value is an argument of a call that writes a text: a log or an
// error.
func (c *checker) isMessage(at inspector.Cursor) bool {
	for cur := at; ; cur = cur.Parent() {
		call, ok := cur.Parent().Node().(*ast.CallExpr)
		if !ok || call.Fun == cur.Node() {
			return false
		}
		fn := code.Callee(c.info, call)
		if fn == nil {
			return false
		}
		if fn.Pkg() != nil {
			switch fn.Pkg().Path() {
			case "fmt", "log", "log/slog", "errors":
				return !strings.HasPrefix(fn.Name(), "Sscan")
			}
		}
		switch strings.TrimSuffix(strings.TrimSuffix(fn.Name(), "f"), "Context") {
		case "Debug", "Info", "Warn", "Warning", "Error", "Print", "Println", "Trace", "Log":
			return true
		}
		if fn.Name() != "String" { // slog.String("id", id.String()) inside of a call
			return false
		}
	}
}

// checkMatchers reports matchers and authorizers that accept all, or look at the path only.
func (c *checker) checkMatchers() {
	if !c.policy.AnyOn(&acceptAll, &pathOnly) {
		return
	}
	surely := map[ast.Node]bool{} // functions that are reported where they go to
	type maybe struct {
		in  ast.Node
		say found
	}
	var later []maybe
	for at := range c.root.Preorder((*ast.FuncLit)(nil), (*ast.Ident)(nil), (*ast.CallExpr)(nil)) {
		e, end, where := c.candidate(at)
		if e == nil {
			continue
		}
		j := c.judge(e)
		if j == nil {
			continue
		}
		s, call := c.goesTo(where, 0)
		call2, isCall := e.(*ast.CallExpr)
		f := found{at: e}
		if end != nil {
			f.end = end.End()
		}
		switch {
		case s == nowhere:
		case j.All:
			if isCall && c.isOurs(code.Callee(c.info, call2)) {
				continue // reported where it is made
			}
			sure := rule.High
			if j.Watched || s == handed {
				sure = rule.Medium
			}
			f.message = "every SPIFFE ID is accepted: this returns nil on every path"
			f.related = c.declaredAt(e)
			c.report(&acceptAll, sure, f)
		case s == handed || s == spiffe && c.isOneDomain(call):
		case s == spiffe:
			f.message = "only the path is compared: an ID of any trust domain whose bundle is at hand passes"
			f.related = c.declaredAt(e)
			c.report(&pathOnly, rule.High, f)
			if isCall {
				if decl, ok := c.declared[code.Callee(c.info, call2)]; ok {
					surely[decl.Node()] = true
				}
			}
		default:
			f.message = "only the path is compared: an ID of any trust domain whose bundle is at hand passes"
			later = append(later, maybe{declaration(where).Node(), f})
		}
	}
	for _, m := range later {
		if !surely[m.in] {
			c.report(&pathOnly, rule.Medium, m.say)
		}
	}
}

// candidate returns the expression at a place when it may be a matcher that does not judge, and
// what of it to show. Calls are those of functions that return one.
func (c *checker) candidate(at inspector.Cursor) (e ast.Expr, end ast.Node, where inspector.Cursor) {
	switch n := at.Node().(type) {
	case *ast.FuncLit:
		if sig, _ := c.info.TypeOf(n).(*types.Signature); isJudge(sig) {
			return n, n.Type, at
		}
	case *ast.Ident:
		fn, ok := c.info.Uses[n].(*types.Func)
		if !ok || !isJudge(fn.Signature()) {
			return nil, nil, at
		}
		if sel, ok := at.Parent().Node().(*ast.SelectorExpr); ok && sel.Sel == n {
			return sel, nil, at.Parent()
		}
		return n, nil, at
	case *ast.CallExpr:
		if fn := code.Callee(c.info, n); fn != nil && !isGoSPIFFE(fn) && isJudgeType(c.info.TypeOf(n)) {
			return n, nil, at
		}
	}
	return nil, nil, at
}

// isOurs reports whether a function is of this module, so that it is looked at for itself.
func (c *checker) isOurs(fn *types.Func) bool {
	if fn == nil || fn.Pkg() == nil {
		return false
	}
	if fn.Pkg() == c.pass.Pkg {
		return true
	}
	return c.pass.Module != nil && c.pass.Module.Path != "" && strings.HasPrefix(fn.Pkg().Path()+"/", c.pass.Module.Path+"/")
}

// isOneDomain reports whether a call of go-spiffe takes a bundle of one trust domain, so that
// no other can pass.
func (c *checker) isOneDomain(call *ast.CallExpr) bool {
	if call == nil {
		return false
	}
	for _, arg := range call.Args {
		if t := c.info.TypeOf(arg); code.IsNamed(t, knowledge.X509Bundle, "Bundle") || code.IsNamed(t, knowledge.SPIFFEBundle, "Bundle") {
			return true
		}
	}
	return false
}

// declaredAt tells where a named function is.
func (c *checker) declaredAt(e ast.Expr) []analysis.RelatedInformation {
	if call, ok := e.(*ast.CallExpr); ok {
		e = call.Fun
	}
	fn, ok := code.Object(c.info, e).(*types.Func)
	if !ok || fn.Pkg() != c.pass.Pkg {
		return nil
	}
	return []analysis.RelatedInformation{{Pos: fn.Pos(), Message: fmt.Sprintf("%s is declared here", fn.Name())}}
}
