package trace

import (
	"fmt"
	"go/ast"
	"go/constant"
	"go/parser"
	"go/token"
	"go/types"
	"math"
	"strings"

	"github.com/dave/jennifer/jen"

	"github.com/mintwright/mintwright/internal/fault"
	"github.com/mintwright/mintwright/internal/names"
)

// resolver finds what the expression of an attribute means in a method.
type resolver struct {
	file    *file
	method  *method
	comment attrComment
}

// operand is an expression with its type.
type operand struct {
	expr        code
	typ         types.Type
	addressable bool
	isCall      bool // a method of the user's is called in it
	isResult    bool
	guards      []guard
	names       []string // of parameters, fields, methods and types on the way to it
	words       []string // identifiers that the emitted code needs to mean what they mean outside
}

// guard is a pointer or interface on the way to an operand, which must not be nil.
type guard struct {
	expr code
	bind string // what a variable for it would be called; "" when it can be written again
	id   int    // of the variable
}

// code prints an expression once the names of the method's variables are known.
type code func(*methodNames) *jen.Statement

func (r *resolver) fault(format string, args ...any) *fault.Fault {
	return at(r.comment.pos, fmt.Sprintf(format, args...), "")
}

func parse(expr string) (ast.Expr, error) {
	return parser.ParseExprFrom(token.NewFileSet(), "", expr, parser.SkipObjectResolution)
}

// operand resolves the expression of the comment, or the parameter at which it stands.
func (r *resolver) operand() (*operand, *fault.Fault) {
	if r.comment.expr == "" {
		return r.root(r.comment.param, false), nil
	}
	e, err := parse(r.comment.expr)
	if err != nil {
		f := r.fault("%q is no expression of Go", r.comment.expr)
		f.Remedy = "write a parameter, its field as in order.Customer.ID, a method without parameters, len(x), or a constant"
		return nil, f
	}
	return r.resolve(e)
}

func (r *resolver) resolve(e ast.Expr) (*operand, *fault.Fault) {
	switch e := e.(type) {
	case *ast.ParenExpr:
		return r.resolve(e.X)
	case *ast.BasicLit, *ast.UnaryExpr:
		return r.literal(e)
	case *ast.Ident:
		return r.ident(e)
	case *ast.SelectorExpr:
		if c, ok := r.constant(e).(*types.Const); ok {
			return r.named(c)
		}
		if obj := r.constant(e); obj != nil {
			f := r.fault("%s is no constant", types.ExprString(e))
			f.Remedy = "record a parameter, a result or a constant: the rest is not the method's own"
			return nil, f
		}
		return r.selector(e)
	case *ast.CallExpr:
		return r.call(e)
	}
	f := r.fault("%q is more than an attribute can be", r.comment.expr)
	f.Remedy = "write a parameter, its field as in order.Customer.ID, a method without parameters, len(x), or a constant; for more, give the type a method"
	return nil, f
}

func (r *resolver) literal(e ast.Expr) (*operand, *fault.Fault) {
	tv, err := types.Eval(token.NewFileSet(), nil, token.NoPos, types.ExprString(e))
	if err != nil || tv.Value == nil {
		f := r.fault("%q is no constant", r.comment.expr)
		f.Remedy = "write a text in quotes, a number, true or false"
		return nil, f
	}
	return r.literalOperand(tv.Value, types.ExprString(e))
}

// literalOperand is a constant without a type, which has to fit into one that attributes have.
func (r *resolver) literalOperand(v constant.Value, text string) (*operand, *fault.Fault) {
	kind, fits := types.Float64, true
	switch v.Kind() {
	case constant.Bool:
		kind = types.Bool
	case constant.String:
		kind = types.String
	case constant.Int:
		n, exact := constant.Int64Val(v)
		if kind, fits = types.Int, exact; n != int64(int32(n)) {
			kind = types.Int64 // int may have 32 bits
		}
	case constant.Float:
		f, _ := constant.Float64Val(v)
		fits = !math.IsInf(f, 0)
	case constant.Complex:
		kind = types.Complex128
	}
	if !fits {
		f := r.fault("no attribute can hold %s", r.comment.expr)
		f.Remedy = "record something else"
		return nil, f
	}
	return &operand{typ: types.Typ[kind], expr: func(*methodNames) *jen.Statement { return jen.Op(text) }}, nil
}

// named is a constant of a package.
func (r *resolver) named(c *types.Const) (*operand, *fault.Fault) {
	op, f := r.literalOperand(c.Val(), "")
	if f != nil {
		return nil, f
	}
	if b, ok := c.Type().(*types.Basic); !ok || b.Info()&types.IsUntyped == 0 {
		op.typ = c.Type()
	}
	op.expr = func(*methodNames) *jen.Statement { return jen.Qual(c.Pkg().Path(), c.Name()) }
	op.names = []string{c.Name()}
	op.words = []string{c.Name(), c.Pkg().Name()}
	return op, nil
}

// constant finds what a name or a qualified name declares outside the method, nil when nothing.
func (r *resolver) constant(e ast.Expr) types.Object {
	name := types.ExprString(e)
	if strings.Count(name, ".") > 1 {
		return nil
	}
	syntax := r.file.syntax(r.comment.pos.Filename)
	if syntax == nil && !strings.Contains(name, ".") {
		return nil
	}
	if root := rootOf(e); root != nil {
		if _, _, isParam := r.param(root.Name); isParam {
			return nil
		}
	}
	obj, err := r.file.pkg.Object(syntax, name)
	if err != nil {
		return nil
	}
	return obj
}

func (r *resolver) ident(e *ast.Ident) (*operand, *fault.Fault) {
	if i, isResult, ok := r.param(e.Name); ok {
		return r.root(i, isResult), nil
	}
	if e.Name == "true" || e.Name == "false" {
		return &operand{typ: types.Typ[types.Bool], words: []string{e.Name}, expr: func(*methodNames) *jen.Statement { return jen.Id(e.Name) }}, nil
	}
	if c, ok := r.constant(e).(*types.Const); ok {
		return r.named(c)
	}
	f := r.fault("%s has no parameter and no result called %q", r.method.Name, e.Name)
	switch known := r.known(); {
	case names.Nearest(e.Name, known) != "":
		f.Remedy = fmt.Sprintf("did you mean %s?", names.Nearest(e.Name, known))
	case len(known) > 0:
		f.Remedy = "name one of " + list(known)
	default:
		f.Remedy = "give its parameters names, or put the comment behind one"
	}
	return nil, f
}

// known returns the names of what can be recorded.
func (r *resolver) known() []string {
	var all []string
	for i, p := range r.method.Params {
		if p.Name != "" && p.Name != "_" && i != r.method.ctx && secretName(p.Type, []string{p.Name}) == "" {
			all = append(all, p.Name)
		}
	}
	for _, p := range r.method.Results {
		if p.Name != "" && p.Name != "_" && !isError(p.Type) && secretName(p.Type, []string{p.Name}) == "" {
			all = append(all, p.Name)
		}
	}
	return all
}

// param finds a parameter or result by its name.
func (r *resolver) param(name string) (i int, isResult, ok bool) {
	if name == "_" {
		return 0, false, false
	}
	for i, p := range r.method.Params {
		if p.Name == name {
			return i, false, true
		}
	}
	for i, p := range r.method.Results {
		if p.Name == name {
			return i, true, true
		}
	}
	return 0, false, false
}

func (r *resolver) root(i int, isResult bool) *operand {
	op := &operand{addressable: true, isResult: isResult}
	if isResult {
		op.typ, op.names = r.method.Results[i].Type, []string{r.method.Results[i].Name}
		op.expr = func(n *methodNames) *jen.Statement { return jen.Id(n.results[i]) }
	} else {
		op.typ, op.names = r.method.Params[i].Type, []string{r.method.Params[i].Name}
		op.expr = func(n *methodNames) *jen.Statement { return jen.Id(n.params[i]) }
	}
	op.names = append(op.names, typeName(op.typ)...)
	return op
}

// typeName is the name of a type, or of what it points to or lists.
func typeName(t types.Type) []string {
	switch t := t.(type) {
	case *types.Alias:
		return append([]string{t.Obj().Name()}, typeName(types.Unalias(t))...)
	case *types.Named:
		return []string{t.Obj().Name()}
	case *types.Pointer:
		return typeName(t.Elem())
	case *types.Slice:
		return typeName(t.Elem())
	case *types.Array:
		return typeName(t.Elem())
	}
	return nil
}

// selector resolves a field.
func (r *resolver) selector(e *ast.SelectorExpr) (*operand, *fault.Fault) {
	x, f := r.resolve(e.X)
	if f != nil {
		return nil, f
	}
	obj, index, _ := types.LookupFieldOrMethod(x.typ, x.addressable, r.file.pkg.Types, e.Sel.Name)
	switch obj := obj.(type) {
	case *types.Var:
		if f := r.hidden(e, x, index); f != nil {
			return nil, f
		}
		return r.field(x, obj, index), nil
	case *types.Func:
		if !isGetter(obj) {
			return nil, r.noGetter(e)
		}
		f := r.fault("%s is a method", types.ExprString(e))
		f.Remedy = fmt.Sprintf("call it: %s()", types.ExprString(e))
		return nil, f
	}
	return nil, r.nothing(e, x)
}

// nothing says that an operand has no field or method of the name.
func (r *resolver) nothing(e *ast.SelectorExpr, x *operand) *fault.Fault {
	have := types.ExprString(e.X)
	f := r.fault("%s has no %s that this package can use", have, e.Sel.Name)
	would := r.paths(have, x.typ)
	f.Remedy = offer(would)
	var members []string
	for _, w := range would {
		members = append(members, strings.TrimSuffix(strings.TrimPrefix(w, have+"."), "()"))
	}
	if near := names.Nearest(e.Sel.Name, members); near != "" {
		f.Remedy = fmt.Sprintf("did you mean %s.%s?", have, near)
	}
	return f
}

// field is a field of x.
func (r *resolver) field(x *operand, v *types.Var, index []int) *operand {
	owner := r.embedded(x, index)
	op := *r.step(owner, v)
	if direct := r.notNil(x); len(index) > 1 { // it is promoted
		op.expr = func(n *methodNames) *jen.Statement { return direct.expr(n).Dot(v.Name()) }
	}
	return &op
}

// hidden says that a field or method is promoted through a pointer that the package cannot compare
// with nil.
func (r *resolver) hidden(e *ast.SelectorExpr, x *operand, index []int) *fault.Fault {
	t := x.typ
	for _, i := range index[:len(index)-1] {
		v := fieldAt(t, i)
		if t = v.Type(); !isDirect(t) && !v.Exported() && v.Pkg() != r.file.pkg.Types {
			f := r.fault("%s leads through %s, which may be nil, and which this package cannot look at", types.ExprString(e), v.Name())
			f.Remedy = "give its type a method that returns what is wanted"
			return f
		}
	}
	return nil
}

// embedded is what declares a field or method of x: x itself, or something embedded in it.
func (r *resolver) embedded(x *operand, index []int) *operand {
	for _, i := range index[:len(index)-1] {
		x = r.step(x, fieldAt(x.typ, i))
	}
	return x
}

func fieldAt(t types.Type, i int) *types.Var {
	if p, ok := t.Underlying().(*types.Pointer); ok {
		t = p.Elem()
	}
	return t.Underlying().(*types.Struct).Field(i)
}

func (r *resolver) step(x *operand, v *types.Var) *operand {
	x = r.notNil(x)
	op := *x
	_, isPointer := x.typ.Underlying().(*types.Pointer)
	op.expr = func(n *methodNames) *jen.Statement { return x.expr(n).Dot(v.Name()) }
	op.typ, op.addressable = v.Type(), x.addressable || isPointer
	op.names = append(append(op.names[:len(op.names):len(op.names)], v.Name()), typeName(v.Type())...)
	return &op
}

// notNil guards an operand that may be nil.
func (r *resolver) notNil(x *operand) *operand {
	switch x.typ.Underlying().(type) {
	case *types.Pointer, *types.Interface:
	default:
		return x
	}
	if isTypeParam(x.typ) {
		return x
	}
	op := *x
	g := guard{expr: x.expr, id: len(x.guards)}
	if x.isCall {
		g.bind = lower(x.names[len(x.names)-1])
		op.expr = func(n *methodNames) *jen.Statement { return jen.Id(n.bound[g.id]) }
		op.isCall = false
	}
	op.guards = append(x.guards[:len(x.guards):len(x.guards)], g)
	return &op
}

// call resolves a call of len or of a method without parameters.
func (r *resolver) call(e *ast.CallExpr) (*operand, *fault.Fault) {
	if id, ok := e.Fun.(*ast.Ident); ok && id.Name == "len" && len(e.Args) == 1 {
		return r.length(e)
	}
	sel, ok := e.Fun.(*ast.SelectorExpr)
	if !ok || len(e.Args) > 0 {
		f := r.fault("%s is no call of a method without parameters", types.ExprString(e))
		f.Remedy = "give the type a method without parameters that returns what is wanted"
		return nil, f
	}
	x, f := r.resolve(sel.X)
	if f != nil {
		return nil, f
	}
	obj, index, _ := types.LookupFieldOrMethod(x.typ, x.addressable, r.file.pkg.Types, sel.Sel.Name)
	fn, ok := obj.(*types.Func)
	if !ok {
		if v, isField := obj.(*types.Var); isField && v != nil {
			f := r.fault("%s is a field", types.ExprString(sel))
			f.Remedy = "write it without the parentheses"
			return nil, f
		}
		return nil, r.nothing(sel, x)
	}
	if !isGetter(fn) {
		return nil, r.noGetter(sel)
	}
	if f := r.hidden(sel, x, index); f != nil {
		return nil, f
	}
	owner, direct := r.notNil(r.embedded(x, index)), r.notNil(x)
	op := *owner
	op.expr = func(n *methodNames) *jen.Statement { return direct.expr(n).Dot(fn.Name()).Call() }
	op.typ, op.addressable, op.isCall = fn.Signature().Results().At(0).Type(), false, true
	op.names = append(append(op.names[:len(op.names):len(op.names)], fn.Name()), typeName(op.typ)...)
	return &op, nil
}

func (r *resolver) noGetter(e *ast.SelectorExpr) *fault.Fault {
	f := r.fault("%s has parameters, or does not return one value", types.ExprString(e))
	f.Remedy = "name a method without parameters that returns one value"
	return f
}

func isGetter(fn *types.Func) bool {
	sig := fn.Signature()
	return sig.Params().Len() == 0 && sig.Results().Len() == 1
}

// length resolves len(x).
func (r *resolver) length(e *ast.CallExpr) (*operand, *fault.Fault) {
	x, f := r.resolve(e.Args[0])
	if f != nil {
		return nil, f
	}
	if !hasLength(x.typ) {
		f := r.fault("%s has no length", types.ExprString(e.Args[0]))
		f.Remedy = offer(r.paths(types.ExprString(e.Args[0]), x.typ))
		return nil, f
	}
	op := *x
	op.expr = func(n *methodNames) *jen.Statement { return jen.Len(x.expr(n)) }
	op.typ, op.addressable = types.Typ[types.Int], false
	op.words = append(op.words, "len")
	return &op, nil
}

func hasLength(t types.Type) bool {
	switch u := t.Underlying().(type) {
	case *types.Slice, *types.Map, *types.Chan, *types.Array:
		return true
	case *types.Basic:
		return u.Info()&types.IsString != 0
	case *types.Pointer:
		_, ok := u.Elem().Underlying().(*types.Array)
		return ok
	}
	return false
}
