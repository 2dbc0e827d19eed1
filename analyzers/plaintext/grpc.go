package plaintext

import (
	"go/ast"
	"go/token"
	"go/types"

	"golang.org/x/tools/go/ast/inspector"

	"github.com/mintwright/mintwright/analyzers/internal/code"
	"github.com/mintwright/mintwright/analyzers/rule"
	"github.com/mintwright/mintwright/internal/knowledge"
)

// options returns the calls that make the options among the arguments, through lists that are
// built in the same function; ok is false when not all of them are in sight.
func (c *checker) options(call *ast.CallExpr, args []ast.Expr, depth int) (made []*ast.CallExpr, ok bool) {
	ok = true
	if call.Ellipsis.IsValid() {
		last := args[len(args)-1]
		made, ok = c.list(last, depth+1)
		args = args[:len(args)-1]
	}
	more, known := c.elements(args)
	return append(made, more...), ok && known
}

// list returns the calls that make the elements of a slice: a literal, append, or a variable
// that gets nothing else.
func (c *checker) list(e ast.Expr, depth int) (made []*ast.CallExpr, ok bool) {
	if depth > 5 {
		return nil, false
	}
	switch e := ast.Unparen(e).(type) {
	case *ast.CompositeLit:
		return c.elements(e.Elts)
	case *ast.CallExpr:
		if id, isIdent := ast.Unparen(e.Fun).(*ast.Ident); !isIdent || c.info.Uses[id] != types.Universe.Lookup("append") {
			return nil, false
		}
		made, ok = c.list(e.Args[0], depth+1)
		more, known := c.options(e, e.Args[1:], depth)
		return append(made, more...), ok && known
	case *ast.Ident:
		if v := code.Var(c.info, e); v != nil && v.Parent() != v.Pkg().Scope() {
			return c.assigned(v, depth+1)
		}
	}
	return nil, false
}

// elements returns the calls among expressions, and whether all of them are calls.
func (c *checker) elements(list []ast.Expr) (made []*ast.CallExpr, all bool) {
	all = true
	for _, e := range list {
		e, _ := c.values().Of(e)
		call, isCall := e.(*ast.CallExpr)
		if !isCall {
			all = false
			continue
		}
		made = append(made, call)
	}
	return made, all
}

// contents is what is put into a local slice.
type contents struct {
	values   []ast.Expr
	declared bool
	spoiled  bool // changed where it cannot be followed
}

// maxOptions is how many options are followed from one call.
const maxOptions = 1000

// assigned returns the calls that make all that is ever put into a local slice.
func (c *checker) assigned(v *types.Var, depth int) (made []*ast.CallExpr, ok bool) {
	if c.slices == nil {
		c.readSlices()
	}
	all := c.slices[v]
	if all == nil || all.spoiled || !all.declared {
		return nil, false
	}
	ok = true
	for _, e := range all.values {
		var more []*ast.CallExpr
		var known bool
		// In v = append(v, x) the first argument is what is asked for.
		if call, isCall := ast.Unparen(e).(*ast.CallExpr); isCall && len(call.Args) > 0 && code.Var(c.info, call.Args[0]) == v && code.Callee(c.info, call) == nil {
			more, known = c.options(call, call.Args[1:], depth)
		} else {
			more, known = c.list(e, depth)
		}
		made, ok = append(made, more...), ok && known
		if !ok || len(made) > maxOptions {
			return made, false
		}
	}
	return made, ok
}

// readSlices reads the package once for all slices.
func (c *checker) readSlices() {
	c.slices = map[*types.Var]*contents{}
	at := func(e ast.Expr) *contents {
		v := code.Var(c.info, e)
		if v == nil {
			return new(contents) // kept by nobody
		}
		if c.slices[v] == nil {
			c.slices[v] = new(contents)
		}
		return c.slices[v]
	}
	read := func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.AssignStmt:
			for i, left := range n.Lhs {
				x := at(left)
				if len(n.Lhs) == len(n.Rhs) {
					x.declared = true
					x.values = append(x.values, n.Rhs[i])
				} else {
					x.spoiled = true
				}
				if index, isIndex := ast.Unparen(left).(*ast.IndexExpr); isIndex {
					at(index.X).spoiled = true
				}
			}
		case *ast.ValueSpec:
			for i, name := range n.Names {
				x := at(name)
				x.declared = true
				if i < len(n.Values) {
					x.values = append(x.values, n.Values[i])
				}
			}
		case *ast.UnaryExpr:
			if n.Op == token.AND {
				at(n.X).spoiled = true
			}
		}
		return true
	}
	for _, f := range c.pass.Files {
		ast.Inspect(f, read)
	}
}

// grpcServer looks at a call of grpc.NewServer.
func (c *checker) grpcServer(at inspector.Cursor, call *ast.CallExpr) {
	options, known := c.options(call, call.Args, 0)
	if !known {
		return
	}
	for _, o := range options {
		fn := code.Callee(c.info, o)
		if fn == nil || fn.Pkg() == nil || fn.Pkg().Path() != knowledge.GRPC {
			return // an option of somebody else may hold credentials
		}
		if fn.Name() == "Creds" && !c.isInsecure(o) {
			return
		}
	}
	if c.isChoice(at) {
		return
	}
	sure := rule.Low // pipes and tunnels are as good a guess
	switch who, whole := c.serves(at, call); {
	case who == local:
		return
	case who == remote && whole:
		sure = rule.High
	case who == remote:
		sure = rule.Medium
	}
	c.report(&grpcServer, sure, call, "the gRPC server has no credentials and speaks plaintext: pass grpc.Creds")
}

// isChoice reports whether plaintext is what an operator chose: on a branch where an option is
// on, or in a function that has TLS for the others.
func (c *checker) isChoice(at inspector.Cursor) bool {
	if c.policy.Config.Strict {
		return false
	}
	if c.choices.IsChosen(at) || asksForTLS(enclosing(at)) {
		return true
	}
	for other := range enclosing(at).Preorder((*ast.CallExpr)(nil)) {
		if fn := code.Callee(c.info, other.Node().(*ast.CallExpr)); fn != nil && fn.Pkg() != nil && fn.Pkg().Path() == knowledge.GRPCCredentials {
			return true
		}
	}
	return false
}

// isInsecure reports whether an option's argument is what package insecure makes.
func (c *checker) isInsecure(option *ast.CallExpr) bool {
	if len(option.Args) != 1 {
		return false
	}
	made, index := c.values().Of(option.Args[0])
	call, ok := made.(*ast.CallExpr)
	if !ok || index != 0 {
		return false
	}
	fn := code.Callee(c.info, call)
	return code.IsFunc(fn, knowledge.GRPCInsecure, "NewCredentials") || code.IsFunc(fn, knowledge.GRPCInsecure, "NewBundle")
}

// serves returns who can reach the server that a call makes, as far as the same function, or
// the one that uses its variable, serves with it. A listener that is not understood, and TLS in
// the function, are unknown or local.
func (c *checker) serves(at inspector.Cursor, call *ast.CallExpr) (who reach, whole bool) {
	in := enclosing(at)
	if c.servesTLS(in) {
		return local, true
	}
	if serve, ok := at.Parent().Node().(*ast.SelectorExpr); ok && serve.Sel.Name == "Serve" {
		if outer, ok := at.Parent().Parent().Node().(*ast.CallExpr); ok && len(outer.Args) == 1 {
			return c.serveReach(outer.Args[0])
		}
	}
	for use := range in.Preorder((*ast.CallExpr)(nil)) {
		serve := use.Node().(*ast.CallExpr)
		fn := code.Callee(c.info, serve)
		if !code.IsMethod(fn, knowledge.GRPC, "Server", "Serve") || len(serve.Args) != 1 {
			continue
		}
		sel, ok := ast.Unparen(serve.Fun).(*ast.SelectorExpr)
		if !ok {
			continue
		}
		if made, _ := c.values().Of(sel.X); made == call {
			return c.serveReach(serve.Args[0])
		}
	}
	return unknown, false
}

// serveReach is listener, with what is certain to stay on the machine known as such.
func (c *checker) serveReach(e ast.Expr) (who reach, whole bool) {
	if n := code.Named(c.info.TypeOf(e)); n != nil && n.Obj().Pkg() != nil && n.Obj().Name() == "Listener" && n.Obj().Pkg().Path() != "net" {
		return local, true // bufconn, or another implementation
	}
	return c.listener(e)
}

// grpcClient looks at a call of package grpc that may dial.
func (c *checker) grpcClient(at inspector.Cursor, call *ast.CallExpr, fn *types.Func) {
	args := call.Args
	switch fn.Name() {
	case "NewClient", "Dial":
	case "DialContext":
		if len(args) == 0 {
			return
		}
		args = args[1:]
	default:
		return
	}
	if fn.Signature().Recv() != nil || len(args) < 2 {
		return
	}
	target, whole := c.values().String(args[0])
	if !whole || dials(target) != remote {
		return
	}
	options, known := c.options(call, args[1:], 0)
	insecure := false
	for _, o := range options {
		switch fn := code.Callee(c.info, o); {
		case fn == nil || fn.Pkg() == nil || fn.Pkg().Path() != knowledge.GRPC:
			continue
		case fn.Name() == "WithContextDialer" || fn.Name() == "WithDialer":
			return
		case fn.Name() == "WithInsecure":
			insecure = true
		case fn.Name() == "WithTransportCredentials" || fn.Name() == "WithCredentialsBundle":
			insecure = c.isInsecure(o) // the last one counts
		}
	}
	sure := rule.High
	if !known {
		sure = rule.Medium // one that is not in sight may bring a dialer
	}
	if insecure && !c.isChoice(at) {
		c.report(&grpcClient, sure, call, "the gRPC client speaks plaintext with another machine: pass credentials")
	}
}
