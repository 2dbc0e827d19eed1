package plaintext

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

// http looks at a call of net/http that may serve.
func (c *checker) http(at inspector.Cursor, call *ast.CallExpr, fn *types.Func) {
	isMethod := fn.Signature().Recv() != nil
	if isMethod && !code.IsMethod(fn, "net/http", "Server", fn.Name()) {
		return
	}
	switch fn.Name() {
	case "ListenAndServe", "Serve":
	default:
		return
	}
	if !isMethod {
		if len(call.Args) != 2 {
			return
		}
		if fn.Name() == "Serve" {
			c.serve(at, call, call.Args[1], "", func() (reach, bool) { return c.listener(call.Args[0]) })
		} else {
			c.serve(at, call, call.Args[1], nameOf(call.Args[0]), func() (reach, bool) { return c.listens(call.Args[0]) })
		}
		return
	}
	sel, ok := ast.Unparen(call.Fun).(*ast.SelectorExpr)
	if !ok {
		return
	}
	fields := c.literal(sel.X)
	if fields == nil || c.isChanged(enclosing(at), sel.X) {
		return
	}
	if fn.Name() == "ListenAndServe" && fields["TLSConfig"] != nil && !c.servesTLS(enclosing(at)) {
		c.report(&server, rule.High, call, "ListenAndServe does not use the server's TLSConfig and speaks plaintext: call ListenAndServeTLS(\"\", \"\")")
		return
	}
	if fn.Name() == "Serve" && len(call.Args) == 1 {
		c.serve(at, call, fields["Handler"], nameOf(sel.X), func() (reach, bool) { return c.listener(call.Args[0]) })
		return
	}
	c.serve(at, call, fields["Handler"], nameOf(fields["Addr"])+" "+nameOf(sel.X), func() (reach, bool) {
		if fields["Addr"] == nil {
			return remote, true // ":http"
		}
		return c.listens(fields["Addr"])
	})
}

// serve reports a call that serves a handler in plaintext where others can reach it. names are
// of what belongs to the server.
func (c *checker) serve(at inspector.Cursor, call *ast.CallExpr, handler ast.Expr, names string, address func() (reach, bool)) {
	who, whole := address()
	if who != remote || c.servesTLS(enclosing(at)) || c.isOps(at, handler, names) {
		return
	}
	if !c.policy.Config.Strict && (c.choices.IsChosen(at) || asksForTLS(enclosing(at))) {
		return // the operator's wish
	}
	sure := rule.High
	if !whole {
		sure = rule.Medium
	}
	c.report(&server, sure, call, "the server speaks plaintext on an address that others can reach")
}

// literal returns the fields of the http.Server that e is made of, by name; nil when its making
// is not in sight.
func (c *checker) literal(e ast.Expr) map[string]ast.Expr {
	made, _ := c.values().Of(e)
	if u, ok := made.(*ast.UnaryExpr); ok && u.Op == token.AND {
		made = ast.Unparen(u.X)
	}
	lit, ok := made.(*ast.CompositeLit)
	if !ok || !code.IsNamed(c.info.TypeOf(lit), "net/http", "Server") {
		return nil
	}
	fields := map[string]ast.Expr{}
	for _, e := range lit.Elts {
		if kv, ok := e.(*ast.KeyValueExpr); ok {
			if id, ok := kv.Key.(*ast.Ident); ok {
				fields[id.Name] = kv.Value
			}
		}
	}
	return fields
}

// isChanged reports whether one of the fields that matter is assigned after the literal, or the
// server is handed to a function that may do so.
func (c *checker) isChanged(in inspector.Cursor, e ast.Expr) bool {
	srv := code.Var(c.info, e)
	if srv == nil {
		return false
	}
	for at := range in.Preorder((*ast.AssignStmt)(nil), (*ast.CallExpr)(nil)) {
		switch n := at.Node().(type) {
		case *ast.AssignStmt:
			for _, left := range n.Lhs {
				sel, ok := ast.Unparen(left).(*ast.SelectorExpr)
				if ok && code.Var(c.info, sel.X) == srv && (sel.Sel.Name == "Addr" || sel.Sel.Name == "Handler" || sel.Sel.Name == "TLSConfig") {
					return true
				}
			}
		case *ast.CallExpr:
			for _, arg := range n.Args {
				if u, ok := ast.Unparen(arg).(*ast.UnaryExpr); ok && u.Op == token.AND {
					arg = u.X
				}
				if code.Var(c.info, arg) == srv {
					return true
				}
			}
		}
	}
	return false
}

// servesTLS reports whether a function serves TLS too, so that the plaintext is there for those
// who have no certificate, or redirects.
func (c *checker) servesTLS(in inspector.Cursor) bool {
	for at := range in.Preorder((*ast.CallExpr)(nil)) {
		fn := code.Callee(c.info, at.Node().(*ast.CallExpr))
		if fn == nil || fn.Pkg() == nil {
			continue
		}
		switch path := fn.Pkg().Path(); {
		case path == "net/http" && (fn.Name() == "ListenAndServeTLS" || fn.Name() == "ServeTLS"):
			return true
		case path == "crypto/tls" && (fn.Name() == "NewListener" || fn.Name() == "Listen"):
			return true
		case path == "golang.org/x/crypto/acme/autocert":
			return true
		}
	}
	return false
}

// isOps reports whether a server is there for the operation of the service only: going by what
// its handler is made of, and by the names around it.
func (c *checker) isOps(at inspector.Cursor, handler ast.Expr, names string) bool {
	if knowledge.IsOpsName(names) || handler != nil && knowledge.IsOpsName(nameOf(handler)) {
		return true
	}
	if decl, ok := enclosing(at).Node().(*ast.FuncDecl); ok && knowledge.IsOpsName(decl.Name.Name) {
		return true
	}
	if handler == nil || c.info.Types[handler].IsNil() {
		patterns, all := c.patterns(nil)
		return all && (len(patterns) > 0 || importsOps(c.pass.Pkg))
	}
	if c.isOpsHandler(handler) {
		return true
	}
	mux := code.Var(c.info, handler)
	if mux == nil || !code.IsNamed(mux.Type(), "net/http", "ServeMux") {
		return false
	}
	patterns, all := c.patterns(mux)
	return all && len(patterns) > 0
}

// isOpsHandler reports whether a handler is one of a package that is about operation, a function
// of it, or made by one.
func (c *checker) isOpsHandler(e ast.Expr) bool {
	made, _ := c.values().Of(e)
	if call, ok := made.(*ast.CallExpr); ok {
		if c.info.Types[call.Fun].IsType() && len(call.Args) == 1 {
			return c.isOpsHandler(call.Args[0]) // http.HandlerFunc(f)
		}
		made = call.Fun
	}
	fn, ok := code.Object(c.info, made).(*types.Func)
	return ok && fn.Pkg() != nil && knowledge.IsOpsPackage(fn.Pkg().Path())
}

// patterns returns the patterns that are registered on a mux, nil being the default one, and
// whether all of them are about operation. The mux must not go anywhere else.
func (c *checker) patterns(mux *types.Var) (patterns []string, all bool) {
	all = true
	for _, f := range c.pass.Files {
		ast.Inspect(f, func(n ast.Node) bool {
			call, ok := n.(*ast.CallExpr)
			if !ok {
				return all
			}
			fn := code.Callee(c.info, call)
			if fn != nil && (fn.Name() == "Handle" || fn.Name() == "HandleFunc") && fn.Pkg() != nil && fn.Pkg().Path() == "net/http" && len(call.Args) == 2 && registersOn(c.info, call, mux) {
				pattern, whole := c.values().String(call.Args[0])
				patterns = append(patterns, pattern)
				all = all && (whole && knowledge.IsOpsPath(pattern) || c.isOpsHandler(call.Args[1]))
				return all
			}
			if mux != nil && !isServing(fn) {
				for _, arg := range call.Args {
					all = all && code.Var(c.info, arg) != mux
				}
			}
			return all
		})
	}
	return patterns, all
}

// registersOn reports whether a call of Handle or HandleFunc is one on the mux.
func registersOn(info *types.Info, call *ast.CallExpr, mux *types.Var) bool {
	sel, ok := ast.Unparen(call.Fun).(*ast.SelectorExpr)
	if !ok {
		return mux == nil // dot import
	}
	if std, ok := code.Object(info, sel.X).(*types.Var); ok && std.Name() == "DefaultServeMux" && std.Pkg() != nil && std.Pkg().Path() == "net/http" {
		return mux == nil
	}
	v := code.Var(info, sel.X)
	if v == nil {
		obj, _ := info.Uses[sel.Sel].(*types.Func)
		return mux == nil && obj != nil && obj.Signature().Recv() == nil
	}
	return v == mux
}

func isServing(fn *types.Func) bool {
	return fn != nil && fn.Pkg() != nil && fn.Pkg().Path() == "net/http" && (fn.Name() == "ListenAndServe" || fn.Name() == "Serve")
}

func importsOps(pkg *types.Package) bool {
	for _, i := range pkg.Imports() {
		if knowledge.IsOpsPackage(i.Path()) {
			return true
		}
	}
	return false
}

// nameOf returns the names that an expression is made of.
func nameOf(e ast.Expr) string {
	var names []string
	if e != nil {
		ast.Inspect(e, func(n ast.Node) bool {
			if id, ok := n.(*ast.Ident); ok {
				names = append(names, id.Name)
			}
			return true
		})
	}
	return strings.Join(names, " ")
}
