package spanmissing

import (
	"go/ast"
	"go/types"
	"strings"

	"golang.org/x/tools/go/analysis"

	"github.com/mintwright/mintwright/analyzers/internal/code"
	"github.com/mintwright/mintwright/internal/knowledge"
)

// verdict says whether a value brings spans in. Of several values the greatest holds: one
// instrumented branch is enough, and where one is unknown the whole is.
type verdict uint8

const (
	plain    verdict = iota
	given            // it came in by a parameter, and is plain apart from that
	settable         // it is what an exported field holds, and is plain apart from that
	unknown
	instrumented
)

// evaluator answers what a value of one side of a boundary brings in: a handler, a transport,
// an option. It follows a value backwards through variables and fields of the package, and
// through functions by facts; it asks of each what its text mentions, not in which order.
type evaluator struct {
	pass    *analysis.Pass
	index   *index
	root    string // see projectOf
	use     *usage // nil when nothing in the package can start a span
	span    *types.Interface
	tracing map[*types.Package]bool
	memo    map[question]verdict
	carries map[carried]bool
	spans   map[types.Type]bool
}

type question struct {
	object types.Object
	side   knowledge.Side
}

type carried struct {
	t    types.Type
	side knowledge.Side
}

func newEvaluator(pass *analysis.Pass) *evaluator {
	root := projectOf(pass)
	return &evaluator{
		pass: pass, index: newIndex(pass), root: root, use: useOf(pass, root),
		span:    code.SpanInterface(pass.Pkg),
		tracing: map[*types.Package]bool{}, memo: map[question]verdict{},
		carries: map[carried]bool{}, spans: map[types.Type]bool{},
	}
}

// of returns the verdict on an expression, or on the body of a function.
func (e *evaluator) of(n ast.Node, side knowledge.Side) verdict {
	v := plain
	e.walk(n, n, side, &v)
	return v
}

// walk joins to v what the parts of n bring in. What whole declares is looked at where it is
// declared.
func (e *evaluator) walk(whole, n ast.Node, side knowledge.Side, v *verdict) {
	join := func(more verdict) { *v = max(*v, more) }
	ast.Inspect(n, func(n ast.Node) bool {
		if *v == instrumented {
			return false
		}
		switch n := n.(type) {
		case *ast.CallExpr:
			if e.startsSpan(n) {
				join(instrumented)
			}
		case *ast.CompositeLit:
			if t := e.byType(e.pass.TypesInfo.TypeOf(n), side); t != settable { // its fields are here
				join(t)
			}
		case *ast.TypeAssertExpr: // out of a container that holds anything
			if t := e.pass.TypesInfo.TypeOf(n); n.Type != nil && types.IsInterface(t) && e.carrier(t, side) {
				join(unknown)
			}
		case *ast.KeyValueExpr: // the key names a field, or finds an element
			e.walk(whole, n.Value, side, v)
			return false
		case *ast.AssignStmt: // what is assigned to is no use
			for _, right := range n.Rhs {
				e.walk(whole, right, side, v)
			}
			return false
		case *ast.SelectorExpr:
			obj := e.pass.TypesInfo.Uses[n.Sel]
			join(e.object(whole, obj, side))
			_, isFunc := obj.(*types.Func)
			if isFunc {
				e.walk(whole, n.X, side, v)
			}
			return false
		case *ast.Ident:
			join(e.object(whole, e.pass.TypesInfo.Uses[n], side))
		}
		return true
	})
}

func (e *evaluator) object(whole ast.Node, obj types.Object, side knowledge.Side) verdict {
	switch obj := obj.(type) {
	case *types.Func:
		return e.function(obj, side)
	case *types.Var:
		if whole.Pos() <= obj.Pos() && obj.Pos() < whole.End() {
			return plain // and so is seen where it is assigned
		}
		return e.variable(obj, side)
	}
	return plain
}

// function returns what a function brings in where it is called or handed over.
func (e *evaluator) function(fn *types.Func, side knowledge.Side) verdict {
	fn = fn.Origin()
	pkg := fn.Pkg()
	switch {
	case pkg == nil:
		return plain
	case knowledge.Instruments(pkg.Path(), fn.Name())&side != 0:
		return instrumented
	case !e.traces(pkg), strings.HasPrefix(pkg.Path(), knowledge.OTel):
		return plain
	case !e.concerns(fn.Signature(), side):
		if hints(fn) {
			return unknown
		}
		return plain
	}
	q := question{fn, side}
	if v, ok := e.memo[q]; ok {
		return v
	}
	e.memo[q] = plain // recursion adds nothing
	v := e.judge(fn, side)
	e.memo[q] = v
	return v
}

func (e *evaluator) judge(fn *types.Func, side knowledge.Side) verdict {
	if decl := e.index.decls[fn]; decl != nil && decl.Body != nil {
		if v := e.of(decl.Body, side); v != given { // parameters are seen where it is called
			return v
		}
		return plain
	}
	var fact brings
	switch {
	case fn.Pkg() != e.pass.Pkg && e.pass.ImportObjectFact(fn, &fact):
		return fact.of(side)
	case !e.hands(fn.Signature(), side):
		return plain // a request goes to it; what it does with it is its own
	case fn.Pkg() == e.pass.Pkg:
		return e.implementations(fn, side)
	}
	return unknown
}

// hands reports whether a function takes or returns what can bring in spans.
func (e *evaluator) hands(sig *types.Signature, side knowledge.Side) bool {
	for _, list := range [...]*types.Tuple{sig.Params(), sig.Results()} {
		for v := range list.Variables() {
			if e.carrier(v.Type(), side) {
				return true
			}
		}
	}
	return false
}

// implementations returns what the methods of the package's own types bring in that implement
// a method of an interface of the package.
func (e *evaluator) implementations(method *types.Func, side knowledge.Side) verdict {
	recv := method.Signature().Recv()
	if recv == nil || !types.IsInterface(recv.Type()) {
		return unknown
	}
	i, _ := recv.Type().Underlying().(*types.Interface)
	v, found := plain, false
	for _, name := range e.pass.Pkg.Scope().Names() {
		t, ok := e.pass.Pkg.Scope().Lookup(name).(*types.TypeName)
		if !ok || t.IsAlias() || types.IsInterface(t.Type()) {
			continue
		}
		if n, ok := t.Type().(*types.Named); !ok || n.TypeParams().Len() > 0 {
			continue
		}
		p := types.NewPointer(t.Type())
		if !types.Implements(p, i) {
			continue
		}
		obj, _, _ := types.LookupFieldOrMethod(p, false, method.Pkg(), method.Name())
		if m, ok := obj.(*types.Func); ok && m != method {
			found = true
			v = max(v, e.function(m, side))
		}
	}
	if !found {
		return unknown
	}
	return v
}

// variable returns what a variable or a field brings in.
func (e *evaluator) variable(obj *types.Var, side knowledge.Side) verdict {
	obj = obj.Origin()
	if obj.Pkg() == nil || !e.carrier(obj.Type(), side) {
		return plain
	}
	own := obj.Pkg() == e.pass.Pkg
	switch {
	case knowledge.Instruments(obj.Pkg().Path(), obj.Name())&side != 0:
		return instrumented
	case !own && obj.IsField():
		return unknown
	case !own && !e.traces(obj.Pkg()):
		return plain
	case !own:
		return unknown
	}
	q := question{obj, side}
	if v, ok := e.memo[q]; ok {
		return v
	}
	e.memo[q] = plain
	v := e.byType(obj.Type(), side)
	switch {
	case e.index.paramOf(obj) == ofDecl && (!e.isOwn(obj.Type()) || isFuncType(obj.Type())):
		v = max(v, given)
	case obj.Exported() && obj.IsField():
		v = max(v, settable)
	case obj.Exported() && obj.Parent() == e.pass.Pkg.Scope():
		v = max(v, unknown) // others set it
	}
	u := e.index.usesOf(obj)
	switch {
	case u != nil:
		for _, value := range u.values {
			v = max(v, e.of(value, side))
		}
		for _, call := range u.touches {
			v = max(v, e.touch(call, side))
		}
	case obj.IsField() && !obj.Exported():
		v = max(v, unknown)
	}
	e.memo[q] = v
	return v
}

// touch returns what a call does to what it touches: a handler goes to a mux, a mux to a
// function that fills it.
func (e *evaluator) touch(call *ast.CallExpr, side knowledge.Side) verdict {
	v := plain
	for _, arg := range call.Args {
		v = max(v, e.of(arg, side))
	}
	fun := ast.Unparen(call.Fun)
	if fn := code.Callee(e.pass.TypesInfo, call); fn != nil {
		return max(v, e.function(fn, side))
	}
	if _, ok := fun.(*ast.FuncLit); ok || variable(e.pass.TypesInfo, fun) != nil {
		return max(v, e.of(fun, side))
	}
	return max(v, unknown)
}

// byType returns what the method that serves a side brings in, when a value is of a type of
// this project that has one.
func (e *evaluator) byType(t types.Type, side knowledge.Side) verdict {
	if !e.isOwn(t) {
		return plain
	}
	named := code.Named(t)
	obj, _, _ := types.LookupFieldOrMethod(types.NewPointer(named), false, named.Obj().Pkg(), methodOf(side))
	if fn, ok := obj.(*types.Func); ok {
		return e.function(fn, side)
	}
	return plain
}

// isOwn reports whether t is a concrete named type of this project, or points to one: what it
// does is known by its methods.
func (e *evaluator) isOwn(t types.Type) bool {
	n := code.Named(t)
	return n != nil && n.Obj().Pkg() != nil && !types.IsInterface(n) && sameProject(n.Obj().Pkg().Path(), e.root)
}

// methodOf returns the method by which a value serves a side.
func methodOf(side knowledge.Side) string {
	switch side {
	case knowledge.ServerHTTP:
		return "ServeHTTP"
	case knowledge.ClientHTTP:
		return "RoundTrip"
	}
	return "TagRPC"
}

// traces reports whether what is in a package may start spans.
func (e *evaluator) traces(pkg *types.Package) bool {
	if pkg == e.pass.Pkg {
		return e.use != nil
	}
	v, ok := e.tracing[pkg]
	if !ok {
		v = knowledge.IsTracing(pkg.Path()) || e.pass.ImportPackageFact(pkg, new(usage))
		e.tracing[pkg] = v
	}
	return v
}

// concerns reports whether a function has to do with values of a side: it takes or returns
// one, or is one.
func (e *evaluator) concerns(sig *types.Signature, side knowledge.Side) bool {
	for _, list := range [...]*types.Tuple{sig.Params(), sig.Results()} {
		for v := range list.Variables() {
			if e.carrier(v.Type(), side) || isMark(v.Type(), side) {
				return true
			}
		}
	}
	return false
}

// isMark reports whether a parameter of that type makes a function one that serves a side.
func isMark(t types.Type, side knowledge.Side) bool {
	n := code.Named(t)
	if n == nil || n.Obj().Pkg() == nil {
		return false
	}
	path, name := n.Obj().Pkg().Path(), n.Obj().Name()
	switch side {
	case knowledge.ServerHTTP:
		switch path {
		case "net/http":
			return name == "Request"
		case "github.com/gin-gonic/gin", "github.com/labstack/echo", "github.com/labstack/echo/v4", "github.com/labstack/echo/v5", "github.com/kataras/iris/v12", "github.com/zeromicro/go-zero/rest":
			return name == "Context"
		case "connectrpc.com/connect":
			return name == "AnyRequest"
		}
	case knowledge.ClientHTTP:
		return path == "net/http" && name == "Response"
	case knowledge.ServerGRPC:
		return path == knowledge.GRPC && (name == "UnaryServerInfo" || name == "StreamServerInfo") || path == knowledge.GRPC+"/stats"
	case knowledge.ClientGRPC:
		return path == knowledge.GRPC && (name == "UnaryInvoker" || name == "Streamer") || path == knowledge.GRPC+"/stats"
	}
	return false
}

// carrier reports whether a value of type t can bring spans to a side.
func (e *evaluator) carrier(t types.Type, side knowledge.Side) bool {
	t = types.Unalias(t)
	switch u := t.(type) {
	case *types.Basic, *types.TypeParam, nil:
		return false
	case *types.Pointer:
		return e.carrier(u.Elem(), side)
	case *types.Slice:
		return e.carrier(u.Elem(), side)
	case *types.Array:
		return e.carrier(u.Elem(), side)
	case *types.Map:
		return e.carrier(u.Elem(), side)
	}
	q := carried{t, side}
	if v, ok := e.carries[q]; ok {
		return v
	}
	e.carries[q] = false
	v := e.isCarrier(t, side)
	e.carries[q] = v
	return v
}

func (e *evaluator) isCarrier(t types.Type, side knowledge.Side) bool {
	if named, ok := t.(*types.Named); ok {
		if obj := named.Obj(); obj.Pkg() != nil {
			if is, decided := isKnownCarrier(obj.Pkg().Path(), obj.Name(), side); decided {
				return is
			}
		}
		p := t
		if !types.IsInterface(t) {
			p = types.NewPointer(t)
		}
		obj, _, _ := types.LookupFieldOrMethod(p, false, nil, methodOf(side))
		if fn, ok := obj.(*types.Func); ok && fn.Signature().Params().Len() > 0 {
			return true
		}
	}
	switch u := t.Underlying().(type) {
	case *types.Signature:
		return e.concerns(u, side)
	case *types.Slice, *types.Array, *types.Map:
		return e.carrier(u, side)
	}
	return false
}

// isKnownCarrier decides about types of others that are told by their names.
func isKnownCarrier(path, name string, side knowledge.Side) (is, decided bool) {
	switch path {
	case "net/http":
		switch {
		case side == knowledge.ClientHTTP && name == "Client":
			return true, true
		case name == "Transport", name == "Request", name == "Response", name == "Server":
			return false, true // the one of net/http starts no spans
		}
	case "golang.org/x/net/http2":
		return false, true
	case knowledge.GRPC:
		switch name {
		case "ServerOption":
			return side == knowledge.ServerGRPC, true
		case "DialOption":
			return side == knowledge.ClientGRPC, true
		case "CallOption", "ClientConn", "Server":
			return false, true
		}
	case "connectrpc.com/connect":
		switch name {
		case "HandlerOption":
			return side == knowledge.ServerHTTP, true
		case "ClientOption":
			return side == knowledge.ClientHTTP, true
		case "Interceptor", "Option":
			return side == knowledge.ServerHTTP || side == knowledge.ClientHTTP, true
		}
	}
	return false, false
}

// startsSpan reports whether a call starts a span: a span is among its results, and it does
// not only take up the one of a context.
func (e *evaluator) startsSpan(call *ast.CallExpr) bool {
	return e.returnsSpan(call) && !isTakeUp(code.Callee(e.pass.TypesInfo, call))
}

// isTakeUp reports whether fn takes a span out of a context, or is a conversion's.
func isTakeUp(fn *types.Func) bool {
	return fn != nil && fn.Name() == "SpanFromContext"
}

// returnsSpan reports whether a call has a span of any tracer among its results.
func (e *evaluator) returnsSpan(call *ast.CallExpr) bool {
	tv := e.pass.TypesInfo.Types[call.Fun]
	if tv.IsType() || tv.IsBuiltin() {
		return false
	}
	if fn := code.Callee(e.pass.TypesInfo, call); fn != nil && fn.Pkg() != nil && fn.Pkg().Path() != knowledge.OTelTrace && strings.HasPrefix(fn.Name(), "Start") && knowledge.IsTracing(fn.Pkg().Path()) {
		return true
	}
	t := e.pass.TypesInfo.TypeOf(call)
	if tuple, ok := t.(*types.Tuple); ok {
		for v := range tuple.Variables() {
			if e.isSpan(v.Type()) {
				return true
			}
		}
		return false
	}
	return e.isSpan(t)
}

func (e *evaluator) isSpan(t types.Type) bool {
	if e.span == nil || t == nil {
		return false
	}
	switch types.Unalias(t).(type) {
	case *types.Basic, *types.Slice, *types.Map, *types.Signature, *types.Tuple:
		return false
	}
	v, ok := e.spans[t]
	if !ok {
		v = code.IsSpan(t, e.span)
		e.spans[t] = v
	}
	return v
}

// hints reports whether a function says by its name that it brings in spans, and by its type
// that it may: it returns a context or a function, or is handed one that it calls.
func hints(fn *types.Func) bool {
	name := strings.ToLower(fn.Name())
	switch {
	case !strings.Contains(name, "trac") && !strings.Contains(name, "span") && !strings.Contains(name, "otel") && !strings.Contains(name, "instrument") && !strings.Contains(name, "telemetry") && !strings.Contains(name, "observ"):
		return false
	}
	sig := fn.Signature()
	for v := range sig.Results().Variables() {
		if code.IsContext(v.Type()) || isFuncType(v.Type()) {
			return true
		}
	}
	for v := range sig.Params().Variables() {
		if isFuncType(v.Type()) {
			return true
		}
	}
	return false
}

func isFuncType(t types.Type) bool {
	_, ok := t.Underlying().(*types.Signature)
	return ok
}
