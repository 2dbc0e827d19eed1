package spanmissing

import (
	"fmt"
	"go/ast"
	"go/types"
	"slices"

	"golang.org/x/tools/go/analysis"

	"github.com/mintwright/mintwright/analyzers/internal/code"
	"github.com/mintwright/mintwright/analyzers/rule"
	"github.com/mintwright/mintwright/internal/knowledge"
)

const (
	noTransport  = "the transport of this client is not instrumented, so the trace ends here: wrap it with otelhttp.NewTransport"
	noGRPCClient = "this gRPC client is not instrumented, so the trace ends here: add grpc.WithStatsHandler(otelgrpc.NewClientHandler())"
)

// httpClient looks at a literal of http.Client.
func (c *checker) httpClient(at *place, n *ast.CompositeLit) {
	transport, ok := field(n, "Transport")
	s := at.scope()
	if !ok || s == nothing || at.isProbe() || c.isUnix(at.decl) {
		return
	}
	holder := at.variable()
	if c.isExporters(at, holder) {
		return
	}
	var assigned []ast.Expr
	if holder != nil {
		assigned = c.assigned(holder, "Transport")
	}
	v := plain
	for _, t := range append(assigned, transport) {
		if t != nil {
			v = max(v, c.eval.of(t, knowledge.ClientHTTP))
		}
	}
	confidence := rule.High
	if s == made {
		confidence = rule.Medium
	}
	if holder != nil {
		more := c.holder(holder)
		if more == given {
			more = unknown
		}
		v = max(v, more)
	}
	argument, more := c.handedTo(at)
	v = max(v, more)
	if argument || c.goesToOthers(holder) {
		confidence = rule.Medium // whom it is for may instrument by other means
	}
	if transport == nil && len(assigned) == 0 && c.setsDefault() {
		v = unknown
	}
	if v == given { // nothing is seen of the caller's transport, and the function adds nothing
		confidence, v = min(confidence, rule.Medium), plain
	}
	c.add(finding{
		rule: &outbound, boundary: Boundary{n.Pos(), at.function(), v != plain}, end: n.Type.End(),
		confidence: confidence, message: noTransport,
		fix: func() []analysis.SuggestedFix {
			if len(assigned) > 0 || confidence < rule.High {
				return nil
			}
			return c.wrapTransport(n, transport)
		},
	})
}

// setsDefault reports whether something that the package reaches sets the transport of clients
// that have none.
func (c *checker) setsDefault() bool { return c.use != nil && c.use.Default }

// holder returns what is done to the client that a variable holds, its literal apart.
func (c *checker) holder(v *types.Var) verdict {
	if v.IsField() && v.Pkg() == c.pass.Pkg && v.Exported() {
		return plain // a field of options: what others set in its place is theirs
	}
	if v.Pkg() != c.pass.Pkg || c.eval.index.usesOf(v) == nil {
		return plain
	}
	worst := plain
	for _, call := range c.eval.index.usesOf(v).touches {
		worst = max(worst, c.eval.touch(call, knowledge.ClientHTTP))
	}
	return worst
}

// handedTo returns the verdict on the function that the node is an argument of, and whether it
// is one or goes into a struct of others.
func (c *checker) handedTo(at *place) (argument bool, v verdict) {
	for _, n := range slices.Backward(at.stack) {
		switch n := n.(type) {
		case *ast.ParenExpr, *ast.UnaryExpr, *ast.KeyValueExpr:
		case *ast.CompositeLit:
			if !c.eval.isOwn(c.pass.TypesInfo.TypeOf(n)) {
				argument = true
			}
		case *ast.CallExpr:
			if c.pass.TypesInfo.Types[n.Fun].IsType() {
				continue
			}
			if fn := code.Callee(c.pass.TypesInfo, n); fn != nil {
				return true, max(v, c.eval.function(fn, knowledge.ClientHTTP))
			}
			return true, unknown
		default:
			return argument, v
		}
	}
	return argument, v
}

// goesToOthers reports whether what a variable holds is an argument of a function of another
// project, or goes into a struct of one.
func (c *checker) goesToOthers(v *types.Var) bool {
	if v == nil || c.eval.index.usesOf(v) == nil {
		return false
	}
	if v.IsField() && !sameProject(v.Pkg().Path(), c.eval.root) {
		return true
	}
	return slices.ContainsFunc(c.eval.index.usesOf(v).touches, func(call *ast.CallExpr) bool {
		fn := code.Callee(c.pass.TypesInfo, call)
		return fn != nil && fn.Pkg() != nil && fn.Pkg().Path() != "net/http" && !sameProject(fn.Pkg().Path(), c.eval.root)
	})
}

// isProbe reports whether the place asks whether something is up: such a call belongs to no
// trace.
func (at *place) isProbe() bool { return at.isOps() }

// isExporters reports whether a client is made for what sends telemetry away.
func (c *checker) isExporters(at *place, holder *types.Var) bool {
	toExporter := func(call *ast.CallExpr) bool {
		fn := code.Callee(c.pass.TypesInfo, call)
		return fn != nil && fn.Pkg() != nil && knowledge.IsExporter(fn.Pkg().Path())
	}
	for _, n := range at.stack {
		if call, ok := n.(*ast.CallExpr); ok && toExporter(call) {
			return true
		}
	}
	u := c.eval.index.usesOf(holder)
	return holder != nil && u != nil && slices.ContainsFunc(u.touches, toExporter)
}

// clientMethod looks at a call of a method of http.DefaultClient.
func (c *checker) clientMethod(at *place, n *ast.CallExpr, fn *types.Func) {
	switch fn.Name() {
	case "Do", "Get", "Head", "Post", "PostForm":
	default:
		return
	}
	if sel, ok := ast.Unparen(n.Fun).(*ast.SelectorExpr); ok {
		if v := variable(c.pass.TypesInfo, sel.X); v != nil && v.Pkg() != nil && v.Pkg().Path() == "net/http" && v.Name() == "DefaultClient" {
			c.defaultClient(at, n, "http.DefaultClient."+fn.Name())
		}
	}
}

// httpGet looks at a call of http.Get and its like.
func (c *checker) httpGet(at *place, n *ast.CallExpr, fn *types.Func) {
	c.defaultClient(at, n, "http."+fn.Name())
}

func (c *checker) defaultClient(at *place, n *ast.CallExpr, name string) {
	if at.isProbe() || len(n.Args) > 0 && (c.isLocal(n.Args[0]) || c.mentionsOps(n.Args[0])) || c.anyURL(n, c.isOurs) {
		return
	}
	confidence := rule.Low // no trace passes here that could be carried on
	switch at.scope() {
	case made:
		confidence = rule.Medium
	case request:
		confidence = rule.High
		if len(n.Args) > 0 && c.isForeign(n.Args[0]) || c.anyURL(n, c.isForeign) {
			confidence = rule.Medium
		}
	}
	c.add(finding{
		rule: &outbound, boundary: Boundary{n.Pos(), at.function(), c.setsDefault()}, end: n.End(),
		confidence: confidence,
		message:    fmt.Sprintf("%s goes out by http.DefaultTransport, which is not instrumented, so the trace ends here: use a client with otelhttp.NewTransport, and a request with the context", name),
	})
}

// isOurs reports whether a URL is of this machine, or about the operation of the service.
func (c *checker) isOurs(url ast.Expr) bool { return c.isLocal(url) || c.mentionsOps(url) }

// anyURL reports whether is holds for the URL of a request that is the argument of Do.
func (c *checker) anyURL(n *ast.CallExpr, is func(ast.Expr) bool) bool {
	if len(n.Args) != 1 {
		return false
	}
	v := variable(c.pass.TypesInfo, n.Args[0])
	u := c.eval.index.usesOf(v)
	if v == nil || u == nil {
		return false
	}
	for _, value := range u.values {
		call, ok := ast.Unparen(value).(*ast.CallExpr)
		if !ok {
			continue
		}
		fn, at := code.Callee(c.pass.TypesInfo, call), 1
		if code.IsFunc(fn, "net/http", "NewRequestWithContext") {
			at = 2
		} else if !code.IsFunc(fn, "net/http", "NewRequest") {
			continue
		}
		if len(call.Args) > at && is(call.Args[at]) {
			return true
		}
	}
	return false
}

// grpcClient looks at a call that makes a client; target is the place of the target among its
// arguments.
func (c *checker) grpcClient(at *place, n *ast.CallExpr, target int) {
	if len(n.Args) <= target || at.isProbe() || c.isLocal(n.Args[target]) || c.isUnix(at.decl) || c.isExporters(at, at.result()) {
		return
	}
	s := at.scope()
	if s == nothing {
		return
	}
	v := plain
	for _, option := range n.Args[target+1:] {
		v = max(v, c.eval.of(option, knowledge.ClientGRPC))
	}
	confidence := rule.High
	if s == made {
		confidence = rule.Medium
	}
	c.add(finding{
		rule: &outbound, boundary: Boundary{n.Pos(), at.function(), v != plain}, end: n.End(),
		confidence: confidence, message: noGRPCClient,
		fix: func() []analysis.SuggestedFix {
			return c.addOption(n, target+1, "WithStatsHandler", "NewClientHandler", knowledge.ClientGRPC)
		},
	})
}

// result returns the variable that the first result of the node's call is assigned to, or nil.
func (at *place) result() *types.Var {
	if len(at.stack) == 0 {
		return nil
	}
	if a, ok := at.stack[len(at.stack)-1].(*ast.AssignStmt); ok && len(a.Rhs) == 1 && a.Rhs[0] == at.node {
		return variable(at.c.pass.TypesInfo, a.Lhs[0])
	}
	return nil
}

// sqlOpen looks at a call of sql.Open.
func (c *checker) sqlOpen(at *place, n *ast.CallExpr, fn *types.Func) {
	if fn.Signature().Recv() != nil || fn.Name() != "Open" || len(n.Args) != 2 || at.isProbe() || at.scope() != request {
		return
	}
	name, ok := code.ConstString(c.pass.TypesInfo, n.Args[0])
	if !ok {
		return
	}
	covered := !knowledge.IsSQLDriver(name) || c.instrumentsDatabase()
	c.add(finding{
		rule: &outbound, boundary: Boundary{n.Pos(), at.function(), covered}, end: n.End(),
		confidence: rule.High,
		message:    fmt.Sprintf("database/sql opens %q without instrumentation, so queries have no spans: open it with otelsql or another driver that makes them", name),
	})
}

// instrumentsDatabase reports whether the package imports an instrumentation of databases.
func (c *checker) instrumentsDatabase() bool {
	return slices.ContainsFunc(c.pass.Pkg.Imports(), func(i *types.Package) bool {
		return knowledge.IsInstrumentation(i.Path()) && knowledge.Instruments(i.Path(), "")&knowledge.Database != 0
	})
}
