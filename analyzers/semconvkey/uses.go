package semconvkey

import (
	"go/ast"
	"go/token"
	"go/types"
	"strings"

	"golang.org/x/tools/go/analysis/passes/inspect"
	"golang.org/x/tools/go/ast/edge"
	"golang.org/x/tools/go/ast/inspector"

	"github.com/mintwright/mintwright/analyzers/internal/code"
	"github.com/mintwright/mintwright/analyzers/rule"
	"github.com/mintwright/mintwright/internal/knowledge"
	"github.com/mintwright/mintwright/internal/knowledge/semconv"
)

// optIn is the variable by which operators choose between old and new names, or both.
const optIn = "OTEL_SEMCONV_STABILITY_OPT_IN"

// use is a place that sets an attribute, or that at least has its key ready to.
type use struct {
	keyed
	elem  ast.Expr     // the attribute.KeyValue, or nil
	kind  semconv.Type // of the value, 0 when it is not known
	value ast.Expr     // nil when it is not known
	sure  rule.Confidence
}

// keyed is a constant key and where it comes from.
type keyed struct {
	key string
	at  ast.Expr      // what has to change when the key does: the expression, or the value of a constant of the package
	lit *ast.BasicLit // the key as it is written, or nil
	// comment says that lit stands for a key in a comment, where it has no quotes.
	comment bool

	own types.Object // the constant or variable of the package that holds it, or nil

	name    *ast.Ident // of what a package of the conventions declares, or nil
	version string     // of that package
}

// collector finds the uses of a package.
type collector struct {
	*checker
	info   *types.Info
	values map[types.Object]ast.Expr // constants and variables of the package to what they are declared as
	done   map[*ast.Ident]bool       // names of the conventions that a use has accounted for
}

// collect finds all uses in Go.
func (c *checker) collect() {
	root := c.pass.ResultOf[inspect.Analyzer].(*inspector.Inspector).Root()
	k := &collector{c, c.pass.TypesInfo, map[types.Object]ast.Expr{}, map[*ast.Ident]bool{}}
	for cur := range root.Preorder((*ast.ValueSpec)(nil), (*ast.AssignStmt)(nil), (*ast.BasicLit)(nil)) {
		k.declared(cur.Node())
	}
	for cur := range root.Preorder((*ast.CallExpr)(nil), (*ast.CompositeLit)(nil)) {
		switch n := cur.Node().(type) {
		case *ast.CallExpr:
			k.call(n)
		case *ast.CompositeLit:
			k.composite(n)
		}
	}
	for cur := range root.Preorder((*ast.Ident)(nil)) {
		k.mention(cur)
	}
}

// declared takes up what constants and variables are declared as, and whether the package knows
// of the operator's choice.
func (k *collector) declared(n ast.Node) {
	switch n := n.(type) {
	case *ast.BasicLit:
		if n.Kind == token.STRING && len(n.Value) == len(optIn)+2 {
			if s, ok := code.ConstString(k.info, n); ok && s == optIn {
				k.both = true
			}
		}
	case *ast.ValueSpec:
		if len(n.Names) == len(n.Values) {
			for i, name := range n.Names {
				k.declare(name, n.Values[i])
			}
		}
	case *ast.AssignStmt:
		if n.Tok == token.DEFINE && len(n.Lhs) == len(n.Rhs) {
			for i, left := range n.Lhs {
				if name, ok := left.(*ast.Ident); ok {
					k.declare(name, n.Rhs[i])
				}
			}
		}
	}
}

func (k *collector) declare(name *ast.Ident, value ast.Expr) {
	switch obj := k.info.Defs[name].(type) {
	case *types.Const:
		k.values[obj] = value
	case *types.Var:
		if isKey(obj.Type()) {
			k.values[obj] = value
		}
	}
}

func isKey(t types.Type) bool { return code.IsNamed(t, knowledge.OTelAttribute, "Key") }

func isKeyValue(t types.Type) bool { return code.IsNamed(t, knowledge.OTelAttribute, "KeyValue") }

// keyOf returns the constant key that an expression is.
func (k *collector) keyOf(e ast.Expr) (keyed, bool) {
	return k.keyIn(e, 4)
}

// keyIn follows at most so many constants that are declared as others.
func (k *collector) keyIn(e ast.Expr, depth int) (keyed, bool) {
	e = ast.Unparen(e)
	if call, ok := e.(*ast.CallExpr); ok && len(call.Args) == 1 && k.info.Types[call.Fun].IsType() {
		return k.keyIn(call.Args[0], depth)
	}
	key, isConst := code.ConstString(k.info, e)
	if lit, ok := e.(*ast.BasicLit); ok {
		return keyed{key: key, at: e, lit: lit}, isConst
	}
	obj := code.Object(k.info, e)
	if obj == nil || obj.Pkg() == nil {
		return keyed{key: key, at: e}, isConst
	}
	if version, ok := semconv.Version(obj.Pkg().Path()); ok {
		return keyed{key: key, at: e, name: nameOf(e), version: version}, isConst
	}
	if value := k.values[obj]; value != nil && depth > 0 {
		from, ok := k.keyIn(value, depth-1)
		if ok && (!isConst || from.key == key) {
			from.own = obj
			return from, true
		}
	}
	return keyed{key: key, at: e}, isConst
}

// nameOf returns the last name of an identifier or a selector.
func nameOf(e ast.Expr) *ast.Ident {
	switch e := ast.Unparen(e).(type) {
	case *ast.Ident:
		return e
	case *ast.SelectorExpr:
		return e.Sel
	}
	return nil
}

// kindOf returns the type of the values that a function or method of the package attribute
// makes, or 0 when it makes none.
func kindOf(name string) semconv.Type {
	switch name {
	case "String", "Stringer":
		return semconv.String
	case "Int", "Int64":
		return semconv.Int
	case "Float64":
		return semconv.Double
	case "Bool":
		return semconv.Bool
	case "StringSlice":
		return semconv.StringSlice
	case "IntSlice", "Int64Slice":
		return semconv.IntSlice
	case "Float64Slice":
		return semconv.DoubleSlice
	case "BoolSlice":
		return semconv.BoolSlice
	case "Map":
		return semconv.Map
	case "Slice", "ByteSlice":
		return semconv.Any
	}
	return 0
}

// call takes up what a call sets.
func (k *collector) call(call *ast.CallExpr) {
	fn := code.Callee(k.info, call)
	if fn == nil || fn.Pkg() == nil {
		return
	}
	path := fn.Pkg().Path()
	if version, ok := semconv.Version(path); ok {
		k.convention(call, fn, version)
		return
	}
	kind := kindOf(fn.Name())
	if path != knowledge.OTelAttribute || kind == 0 {
		return
	}
	key, value := ast.Expr(nil), 0
	if recv := fn.Signature().Recv(); recv == nil && len(call.Args) > 0 {
		key, value = call.Args[0], 1
	} else if recv != nil && isKey(recv.Type()) {
		if sel, ok := ast.Unparen(call.Fun).(*ast.SelectorExpr); ok {
			key = sel.X
		}
	}
	if key == nil {
		return
	}
	from, ok := k.keyOf(key)
	if !ok {
		return
	}
	u := use{keyed: from, elem: call, kind: kind, sure: rule.High}
	if len(call.Args) > value {
		u.value = call.Args[value]
	}
	k.add(u, key)
}

// convention takes up a call of a function of the conventions: HTTPMethod("GET").
func (k *collector) convention(call *ast.CallExpr, fn *types.Func, version string) {
	name := nameOf(call.Fun)
	key, ok := declaredKey(fn)
	if !ok || name == nil {
		return
	}
	u := use{keyed: keyed{key: key, at: ast.Unparen(call.Fun), name: name, version: version}, elem: call, sure: rule.High}
	if len(call.Args) == 1 {
		u.value = call.Args[0]
	}
	k.add(u, call.Fun)
}

// declaredKey returns the key of what a package of the conventions declares: a constant, a
// function that makes an attribute, or a variable that is one.
func declaredKey(obj types.Object) (string, bool) {
	name := obj.Name()
	switch obj := obj.(type) {
	case *types.Const:
		if !isKey(obj.Type()) {
			return "", false
		}
	case *types.Func:
		if s := obj.Signature(); s.Recv() != nil || s.Results().Len() != 1 || !isKeyValue(s.Results().At(0).Type()) {
			return "", false
		}
		name += "Key"
	case *types.Var:
		if !isKeyValue(obj.Type()) || obj.IsField() {
			return "", false
		}
		name = semconv.ValueConst(name, func(name string) bool { return constIn(obj.Pkg(), name) != nil })
	default:
		return "", false
	}
	if c := constIn(obj.Pkg(), name); c != nil {
		return stringOf(c), true
	}
	return "", false
}

// constIn returns the key of that name that a package of the conventions declares, or nil.
func constIn(pkg *types.Package, name string) *types.Const {
	c, _ := pkg.Scope().Lookup(name).(*types.Const)
	if c == nil || !isKey(c.Type()) {
		return nil
	}
	return c
}

// composite takes up attribute.KeyValue{Key: k, Value: v}.
func (k *collector) composite(lit *ast.CompositeLit) {
	if t := k.info.TypeOf(lit); t == nil || !isKeyValue(t) {
		return
	}
	var key, value ast.Expr
	for i, e := range lit.Elts {
		kv, ok := e.(*ast.KeyValueExpr)
		switch {
		case !ok && i == 0:
			key = e
		case !ok:
			value = e
		default:
			name, _ := kv.Key.(*ast.Ident)
			if name != nil && name.Name == "Key" {
				key = kv.Value
			} else {
				value = kv.Value
			}
		}
	}
	if key == nil {
		return
	}
	from, ok := k.keyOf(key)
	if !ok {
		return
	}
	u := use{keyed: from, elem: lit, sure: rule.High}
	if call, ok := value.(*ast.CallExpr); ok {
		if fn := code.Callee(k.info, call); fn != nil && fn.Pkg() != nil && fn.Pkg().Path() == knowledge.OTelAttribute && len(call.Args) == 1 && fn.Signature().Recv() == nil {
			if name, ok := strings.CutSuffix(fn.Name(), "Value"); ok {
				u.kind, u.value = kindOf(name), call.Args[0]
			}
		}
	}
	k.add(u, key)
}

func (k *collector) add(u use, at ast.Expr) {
	ast.Inspect(at, func(n ast.Node) bool {
		if id, ok := n.(*ast.Ident); ok {
			k.done[id] = true
		}
		return true
	})
	if u.key != "" {
		k.uses = append(k.uses, u)
	}
}

// mention takes up a name of the conventions that stands where no call has accounted for it:
// semconv.DBSystemMySQL in a list, string(semconv.DBSystemKey) in a constant.
func (k *collector) mention(cur inspector.Cursor) {
	id := cur.Node().(*ast.Ident)
	if k.done[id] {
		return
	}
	obj := k.info.Uses[id]
	if obj == nil || obj.Pkg() == nil {
		return
	}
	version, ok := semconv.Version(obj.Pkg().Path())
	if !ok {
		return
	}
	key, ok := declaredKey(obj)
	if !ok {
		return
	}
	if kind, _ := cur.ParentEdge(); kind == edge.SelectorExpr_Sel {
		cur = cur.Parent()
	}
	e := cur.Node().(ast.Expr)
	u := use{keyed: keyed{key: key, at: e, name: id, version: version}, sure: k.intent(cur)}
	if _, isVar := obj.(*types.Var); isVar {
		u.elem = e
		if u.sure == rule.Medium {
			u.sure = rule.High // a whole attribute is made to be set
		}
	}
	if u.sure >= rule.Medium {
		k.uses = append(k.uses, u)
	}
}

// intent tells how likely it is that a key or an attribute that stands there will be set: what
// is compared or looked for in what others have set is Low.
func (k *collector) intent(cur inspector.Cursor) rule.Confidence {
	for {
		kind, _ := cur.ParentEdge()
		parent := cur.Parent()
		switch n := parent.Node().(type) {
		case *ast.ParenExpr:
		case *ast.CallExpr:
			if kind != edge.CallExpr_Args || len(n.Args) != 1 || !k.info.Types[n.Fun].IsType() {
				return k.argument(n, kind)
			}
		case *ast.BinaryExpr, *ast.CaseClause, *ast.SelectorExpr:
			return rule.Low
		case *ast.IndexExpr:
			if up, _ := parent.ParentEdge(); up == edge.AssignStmt_Lhs {
				return rule.Medium
			}
			return rule.Low
		case *ast.KeyValueExpr:
			if kind == edge.KeyValueExpr_Key {
				return rule.Low
			}
			return rule.Medium
		case *ast.ValueSpec, *ast.AssignStmt:
			return rule.High
		case *ast.CompositeLit:
			return k.element(n)
		default:
			return rule.Medium
		}
		cur = parent
	}
}

// element tells of a list: of attributes, or of anything else.
func (k *collector) element(lit *ast.CompositeLit) rule.Confidence {
	if t := k.info.TypeOf(lit); t != nil {
		if s, ok := t.Underlying().(*types.Slice); ok && isKeyValue(s.Elem()) {
			return rule.High
		}
	}
	return rule.Low
}

// argument tells of what is passed to a function: as one of several attributes it is set.
func (k *collector) argument(call *ast.CallExpr, kind edge.Kind) rule.Confidence {
	fn := code.Callee(k.info, call)
	switch {
	case kind != edge.CallExpr_Args, fn == nil:
		return rule.Medium
	case fn.Pkg() != nil && fn.Pkg().Path() == knowledge.OTelAttribute && fn.Name() != "NewSet":
		return rule.Low // filters, and questions to sets
	case takesAttributes(fn):
		return rule.High
	}
	switch fn.Name() {
	case "Value", "Get", "Has", "HasValue", "Lookup", "Contains", "Equal", "Index":
		return rule.Low
	}
	return rule.Medium
}

// takesAttributes reports whether the last parameter of a function is ...attribute.KeyValue.
func takesAttributes(fn *types.Func) bool {
	s := fn.Signature()
	if !s.Variadic() {
		return false
	}
	last, ok := s.Params().At(s.Params().Len() - 1).Type().(*types.Slice)
	return ok && isKeyValue(last.Elem())
}
