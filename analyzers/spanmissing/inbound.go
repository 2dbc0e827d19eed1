package spanmissing

import (
	"go/ast"
	"go/types"
	"slices"
	"strings"

	"golang.org/x/tools/go/analysis"

	"github.com/mintwright/mintwright/analyzers/internal/code"
	"github.com/mintwright/mintwright/analyzers/rule"
	"github.com/mintwright/mintwright/internal/knowledge"
)

const (
	noHTTPServer = "the handler of this server is not instrumented, so its requests start no trace and continue none: wrap it with otelhttp.NewHandler"
	noGRPCServer = "this gRPC server is not instrumented, so its calls start no trace and continue none: add grpc.StatsHandler(otelgrpc.NewServerHandler())"
)

// httpServer looks at a literal of http.Server.
func (c *checker) httpServer(at *place, n *ast.CompositeLit) {
	handler, ok := field(n, "Handler")
	if !ok {
		return // without keys
	}
	address, _ := field(n, "Addr")
	var assigned []ast.Expr
	if v := at.variable(); v != nil {
		assigned = c.assigned(v, "Handler")
		address = c.listens(v, address)
	}
	if at.isOps(address, handler) || c.isLocal(address) || slices.ContainsFunc(assigned, c.mentionsOps) || c.isUnix(at.decl) {
		return
	}
	v := plain
	switch {
	case handler == nil && len(assigned) == 0 || isNil(handler):
		if v, ok = c.defaultMux(); !ok {
			return
		}
	default:
		for _, h := range append(assigned, handler) {
			if h != nil {
				v = max(v, c.eval.of(h, knowledge.ServerHTTP))
			}
			if h != nil && c.isOpsHandler(h) {
				return
			}
		}
	}
	confidence := rule.High
	if handler != nil && isProxy(c.pass.TypesInfo.TypeOf(handler)) {
		confidence = rule.Medium // what goes through is others' traffic
	}
	c.add(finding{
		rule: &inbound, boundary: Boundary{n.Pos(), at.function(), v != plain}, end: n.Type.End(),
		confidence: confidence, message: noHTTPServer,
		fix: func() []analysis.SuggestedFix {
			if len(assigned) > 0 || isNil(handler) {
				return nil
			}
			return c.wrapHandler(handler)
		},
	})
}

// isProxy reports whether a handler's type is called a proxy.
func isProxy(t types.Type) bool {
	n := code.Named(t)
	return n != nil && strings.Contains(strings.ToLower(n.Obj().Name()), "proxy")
}

// httpCall looks at a call of net/http.
func (c *checker) httpCall(at *place, n *ast.CallExpr, fn *types.Func) {
	if fn.Signature().Recv() != nil {
		c.clientMethod(at, n, fn)
		return
	}
	var address, handler ast.Expr
	switch name := fn.Name(); {
	case name == "ListenAndServe" && len(n.Args) == 2, name == "ListenAndServeTLS" && len(n.Args) == 4:
		address, handler = n.Args[0], n.Args[len(n.Args)-1]
	case name == "Serve" && len(n.Args) == 2, name == "ServeTLS" && len(n.Args) == 4:
		handler = n.Args[1]
		address = c.listenerAddress(n.Args[0])
		if at.isOps(n.Args[0]) {
			return
		}
	case name == "Get", name == "Head", name == "Post", name == "PostForm":
		c.httpGet(at, n, fn)
		return
	default:
		return
	}
	if at.isOps(address, handler) || c.isLocal(address) || c.isOpsHandler(handler) || c.isUnix(at.decl) {
		return
	}
	v := plain
	if isNil(handler) {
		var ok bool
		if v, ok = c.defaultMux(); !ok {
			return
		}
	} else {
		v = c.eval.of(handler, knowledge.ServerHTTP)
	}
	c.add(finding{
		rule: &inbound, boundary: Boundary{n.Pos(), at.function(), v != plain}, end: n.End(),
		confidence: rule.High, message: noHTTPServer,
		fix: func() []analysis.SuggestedFix { return c.wrapHandler(handler) },
	})
}

// defaultMux returns the verdict on what http.DefaultServeMux serves, as far as the package
// registers it; ok is false when it registers nothing but what is for the operation.
func (c *checker) defaultMux() (v verdict, ok bool) {
	for _, call := range c.eval.index.read().handled {
		if len(call.Args) != 2 || c.policy.IsTest(call.Pos()) {
			continue
		}
		v = max(v, c.eval.of(call.Args[1], knowledge.ServerHTTP))
		if pattern, isConst := code.ConstString(c.pass.TypesInfo, call.Args[0]); !isConst || !knowledge.IsOpsPath(pattern) {
			ok = true
		}
	}
	return v, ok
}

// isOpsHandler reports whether a handler is a mux that serves nothing but the operation of the
// service, as far as it is seen.
func (c *checker) isOpsHandler(handler ast.Expr) bool {
	if u, ok := ast.Unparen(handler).(*ast.UnaryExpr); ok {
		handler = u.X
	}
	v := variable(c.pass.TypesInfo, handler)
	if v == nil || c.eval.index.usesOf(v) == nil {
		return false
	}
	found := false
	for _, call := range c.eval.index.usesOf(v).touches {
		switch c.registers(v, call) {
		case nothingServed:
		case opsServed:
			found = true
		default:
			return false
		}
	}
	return found
}

// served is what a call adds to a mux.
type served uint8

const (
	nothingServed served = iota
	opsServed
	workServed
)

// registers returns what a call adds to the mux in v.
func (c *checker) registers(v *types.Var, call *ast.CallExpr) served {
	if sel, ok := ast.Unparen(call.Fun).(*ast.SelectorExpr); !ok || variable(c.pass.TypesInfo, sel.X) != v {
		// The mux is an argument of a function, which may fill it.
		fn := code.Callee(c.pass.TypesInfo, call)
		switch {
		case fn != nil && (isOpsName(fn.Name()) || fn.Pkg() != nil && knowledge.IsOpsPackage(fn.Pkg().Path())):
			return opsServed
		case fn != nil && fn.Signature().Results().Len() > 0:
			return nothingServed // it wraps it
		}
		return workServed
	}
	if len(call.Args) < 2 {
		return nothingServed
	}
	pattern, isConst := code.ConstString(c.pass.TypesInfo, call.Args[0])
	handler := call.Args[len(call.Args)-1]
	switch fn, _ := code.Object(c.pass.TypesInfo, handler).(*types.Func); {
	case code.IsFunc(fn, "net/http", "NotFound"):
		return nothingServed
	case isConst && knowledge.IsOpsPath(pattern), c.mentionsOps(handler):
		return opsServed
	case !isConst && c.isOpsSource(call.Args[0]):
		return opsServed
	}
	return workServed
}

// isOpsSource reports whether a variable holds what comes from something of the service's
// operation: patterns out of a map of profiles.
func (c *checker) isOpsSource(e ast.Expr) bool {
	v := variable(c.pass.TypesInfo, e)
	u := c.eval.index.usesOf(v)
	return v != nil && u != nil && slices.ContainsFunc(u.values, c.mentionsOps)
}

// grpcCall looks at a call of gRPC.
func (c *checker) grpcCall(at *place, n *ast.CallExpr, fn *types.Func) {
	if fn.Signature().Recv() != nil {
		return
	}
	switch fn.Name() {
	case "NewServer":
		c.grpcServer(at, n)
	case "NewClient", "Dial":
		c.grpcClient(at, n, 0)
	case "DialContext":
		c.grpcClient(at, n, 1)
	}
}

func (c *checker) grpcServer(at *place, n *ast.CallExpr) {
	server := at.variable()
	if at.isOps() || c.isUnix(at.decl) || c.servesLocally(server) || c.takesTelemetry(server) {
		return
	}
	v := plain
	for _, option := range n.Args {
		v = max(v, c.eval.of(option, knowledge.ServerGRPC))
	}
	confidence := rule.High
	if c.servesConnection(server) {
		confidence = rule.Medium // a child process may be at the other end
	}
	c.add(finding{
		rule: &inbound, boundary: Boundary{n.Pos(), at.function(), v != plain}, end: n.End(),
		confidence: confidence, message: noGRPCServer,
		fix: func() []analysis.SuggestedFix {
			return c.addOption(n, 0, "StatsHandler", "NewServerHandler", knowledge.ServerGRPC)
		},
	})
}

// servesLocally reports whether a server serves what listens on this machine only.
func (c *checker) servesLocally(server *types.Var) bool {
	u := c.eval.index.usesOf(server)
	if server == nil || u == nil {
		return false
	}
	return slices.ContainsFunc(u.touches, func(call *ast.CallExpr) bool {
		sel, ok := ast.Unparen(call.Fun).(*ast.SelectorExpr)
		return ok && sel.Sel.Name == "Serve" && len(call.Args) == 1 && c.isLocal(c.listenerAddress(call.Args[0]))
	})
}

// takesTelemetry reports whether a server takes telemetry in: spans of its own would come back
// to it.
func (c *checker) takesTelemetry(server *types.Var) bool {
	u := c.eval.index.usesOf(server)
	return u != nil && slices.ContainsFunc(u.touches, func(call *ast.CallExpr) bool {
		fn := code.Callee(c.pass.TypesInfo, call)
		return fn != nil && fn.Pkg() != nil && knowledge.IsOTLPService(fn.Pkg().Path())
	})
}

// servesConnection reports whether a server is handed over together with a connection that
// there is already.
func (c *checker) servesConnection(server *types.Var) bool {
	u := c.eval.index.usesOf(server)
	return u != nil && slices.ContainsFunc(u.touches, func(call *ast.CallExpr) bool {
		return slices.ContainsFunc(call.Args, func(arg ast.Expr) bool {
			return code.IsNamed(c.pass.TypesInfo.TypeOf(arg), "net", "Conn")
		})
	})
}

// listens returns the address that a server listens on: that of its literal, or of the
// listener that it is given.
func (c *checker) listens(server *types.Var, address ast.Expr) ast.Expr {
	u := c.eval.index.usesOf(server)
	if address != nil || u == nil {
		return address
	}
	for _, call := range u.touches {
		sel, ok := ast.Unparen(call.Fun).(*ast.SelectorExpr)
		if ok && (sel.Sel.Name == "Serve" || sel.Sel.Name == "ServeTLS") && len(call.Args) > 0 {
			return c.listenerAddress(call.Args[0])
		}
	}
	return nil
}

// listenerAddress returns the address that net.Listen was given for a listener, or the
// listener itself when that is not seen.
func (c *checker) listenerAddress(l ast.Expr) ast.Expr {
	v := variable(c.pass.TypesInfo, l)
	u := c.eval.index.usesOf(v)
	if v == nil || u == nil || len(u.values) != 1 {
		return l
	}
	call, ok := ast.Unparen(u.values[0]).(*ast.CallExpr)
	if !ok || len(call.Args) < 2 {
		return l
	}
	switch fn := code.Callee(c.pass.TypesInfo, call); {
	case code.IsFunc(fn, "net", "Listen"), code.IsFunc(fn, "crypto/tls", "Listen"):
		return call.Args[1]
	case code.IsMethod(fn, "net", "ListenConfig", "Listen") && len(call.Args) == 3:
		return call.Args[2]
	}
	return l
}

// add keeps what was seen at a boundary.
func (c *checker) add(f finding) { c.found = append(c.found, f) }

// field returns the value of a field of a struct literal, nil when it is not set; ok is false
// for a literal without keys.
func field(n *ast.CompositeLit, name string) (value ast.Expr, ok bool) {
	for _, e := range n.Elts {
		kv, isKeyed := e.(*ast.KeyValueExpr)
		if !isKeyed {
			return nil, false
		}
		if id, isIdent := kv.Key.(*ast.Ident); isIdent && id.Name == name {
			return kv.Value, true
		}
	}
	return nil, true
}

// assigned returns what is assigned to a field of a variable.
func (c *checker) assigned(v *types.Var, name string) []ast.Expr {
	u := c.eval.index.usesOf(v)
	if u == nil {
		return nil
	}
	var values []ast.Expr
	for _, s := range u.sets {
		if s.field == name {
			values = append(values, s.value)
		}
	}
	return values
}

func isNil(e ast.Expr) bool {
	id, ok := e.(*ast.Ident)
	return ok && id.Name == "nil"
}
