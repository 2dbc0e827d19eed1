package spanmissing

import (
	"go/ast"
	"go/token"
	"go/types"

	"golang.org/x/tools/go/analysis"

	"github.com/mintwright/mintwright/analyzers/internal/code"
)

// index tells what a package does with its variables and fields, wherever it does it.
type index struct {
	pass    *analysis.Pass
	uses    map[*types.Var]*uses
	decls   map[*types.Func]*ast.FuncDecl
	funcs   []*types.Func // those of decls, in the order of the source
	params  map[*types.Var]param
	handled []*ast.CallExpr // http.Handle and http.HandleFunc: what http.DefaultServeMux serves
}

// uses is what is done with a variable.
type uses struct {
	values  []ast.Expr      // what is assigned to it, ranged over for it, or put into it
	touches []*ast.CallExpr // calls of its methods, and calls that it is an argument of
	sets    []set           // what is assigned to its fields
}

// set is an assignment to a field of a variable.
type set struct {
	field string
	value ast.Expr
}

// param says whose parameter a variable is.
type param uint8

const (
	notParam  param = iota
	ofDecl          // a parameter or the receiver of a declared function: its callers know
	ofLiteral       // of a function literal: comes in where that is called
)

// newIndex finds the functions of a package. The rest is read when it is first asked for.
func newIndex(pass *analysis.Pass) *index {
	x := &index{pass: pass, decls: map[*types.Func]*ast.FuncDecl{}}
	for _, f := range pass.Files {
		for _, d := range f.Decls {
			fd, ok := d.(*ast.FuncDecl)
			if !ok {
				continue
			}
			if fn, ok := pass.TypesInfo.Defs[fd.Name].(*types.Func); ok {
				x.decls[fn] = fd
				x.funcs = append(x.funcs, fn)
			}
		}
	}
	return x
}

// read reads all files of the package, once.
func (x *index) read() *index {
	if x.uses != nil {
		return x
	}
	x.uses, x.params = map[*types.Var]*uses{}, map[*types.Var]param{}
	for _, f := range x.pass.Files {
		ast.Inspect(f, func(n ast.Node) bool {
			x.node(x.pass.TypesInfo, n)
			return true
		})
	}
	return x
}

// usesOf returns what is done with a variable, nil when nothing is, or v is nil.
func (x *index) usesOf(v *types.Var) *uses {
	if v == nil {
		return nil
	}
	return x.read().uses[v.Origin()]
}

// paramOf returns whose parameter a variable is.
func (x *index) paramOf(v *types.Var) param { return x.read().params[v] }

func (x *index) node(info *types.Info, n ast.Node) {
	switch n := n.(type) {
	case *ast.FuncDecl:
		x.parameters(info, n.Recv, ofDecl)
		x.parameters(info, n.Type.Params, ofDecl)
	case *ast.FuncLit:
		x.parameters(info, n.Type.Params, ofLiteral)
	case *ast.AssignStmt:
		for i, left := range n.Lhs {
			x.value(info, left, n.Rhs[min(i, len(n.Rhs)-1)])
		}
	case *ast.ValueSpec:
		for i, name := range n.Names {
			if len(n.Values) > 0 {
				x.value(info, name, n.Values[min(i, len(n.Values)-1)])
			}
		}
	case *ast.RangeStmt:
		for _, left := range [...]ast.Expr{n.Key, n.Value} {
			if left != nil {
				x.value(info, left, n.X)
			}
		}
	case *ast.TypeSwitchStmt:
		x.typeSwitch(info, n)
	case *ast.CompositeLit:
		x.literal(info, n)
	case *ast.CallExpr:
		x.call(info, n)
	}
}

func (x *index) parameters(info *types.Info, list *ast.FieldList, p param) {
	if list == nil {
		return
	}
	for _, field := range list.List {
		for _, name := range field.Names {
			if v, ok := info.Defs[name].(*types.Var); ok {
				x.params[v] = p
			}
		}
	}
}

func (x *index) of(v *types.Var) *uses {
	v = v.Origin()
	if x.uses[v] == nil {
		x.uses[v] = new(uses)
	}
	return x.uses[v]
}

// value notes that a value goes to left: a variable, a field and the variable that has it, or
// an element.
func (x *index) value(info *types.Info, left, value ast.Expr) {
	for {
		if v := variable(info, left); v != nil {
			x.of(v).values = append(x.of(v).values, value)
		}
		switch l := ast.Unparen(left).(type) {
		case *ast.SelectorExpr:
			if v := variable(info, l.X); v != nil {
				x.of(v).sets = append(x.of(v).sets, set{l.Sel.Name, value})
			}
			left = l.X
		case *ast.IndexExpr:
			left = l.X
		case *ast.StarExpr:
			left = l.X
		default:
			return
		}
	}
}

func (x *index) typeSwitch(info *types.Info, n *ast.TypeSwitchStmt) {
	assign, ok := n.Assign.(*ast.AssignStmt)
	if !ok || len(assign.Rhs) != 1 {
		return
	}
	for _, clause := range n.Body.List {
		if v, ok := info.Implicits[clause].(*types.Var); ok {
			x.of(v).values = append(x.of(v).values, assign.Rhs[0])
		}
	}
}

// literal notes the fields of a struct literal.
func (x *index) literal(info *types.Info, n *ast.CompositeLit) {
	t := info.TypeOf(n)
	if t == nil {
		return
	}
	if p, ok := t.Underlying().(*types.Pointer); ok { // an element of []*T{{...}}
		t = p.Elem()
	}
	s, ok := t.Underlying().(*types.Struct)
	if !ok {
		return
	}
	for i, e := range n.Elts {
		var v *types.Var
		if kv, ok := e.(*ast.KeyValueExpr); ok {
			v, e = code.Var(info, kv.Key), kv.Value
		} else if i < s.NumFields() {
			v = s.Field(i)
		}
		if v != nil {
			x.of(v).values = append(x.of(v).values, e)
		}
	}
}

// call notes what a call touches.
func (x *index) call(info *types.Info, n *ast.CallExpr) {
	if tv := info.Types[n.Fun]; tv.IsType() || tv.IsBuiltin() {
		return
	}
	if sel, ok := ast.Unparen(n.Fun).(*ast.SelectorExpr); ok {
		if v := variable(info, sel.X); v != nil {
			x.of(v).touches = append(x.of(v).touches, n)
		}
		fn, _ := info.Uses[sel.Sel].(*types.Func)
		if code.IsFunc(fn, "net/http", "Handle") || code.IsFunc(fn, "net/http", "HandleFunc") {
			x.handled = append(x.handled, n)
		}
	}
	for _, arg := range n.Args {
		arg = ast.Unparen(arg)
		if u, ok := arg.(*ast.UnaryExpr); ok && u.Op == token.AND {
			arg = u.X
		}
		if v := variable(info, arg); v != nil {
			x.of(v).touches = append(x.of(v).touches, n)
		}
	}
}

// variable returns the variable or the field that an expression names, or nil.
func variable(info *types.Info, e ast.Expr) *types.Var {
	v, _ := code.Object(info, e).(*types.Var)
	return v
}
