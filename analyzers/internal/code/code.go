// Package code answers questions about typed syntax that several analyzers ask.
package code

import (
	"go/ast"
	"go/constant"
	"go/token"
	"go/types"
	"iter"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/types/typeutil"

	"github.com/mintwright/mintwright/internal/knowledge"
)

// Callee returns the function or method that a call names, generic ones uninstantiated, or nil
// for calls of values, conversions and builtins. For a method of an interface it is that
// interface's.
func Callee(info *types.Info, call *ast.CallExpr) *types.Func {
	fn, _ := typeutil.Callee(info, call).(*types.Func)
	if fn == nil {
		return nil
	}
	return fn.Origin()
}

// IsFunc reports whether fn is the function of that name in the package of that path.
func IsFunc(fn *types.Func, path, name string) bool {
	return fn != nil && fn.Name() == name && fn.Pkg() != nil && fn.Pkg().Path() == path && fn.Signature().Recv() == nil
}

// IsMethod reports whether fn is a method of that name of the named type, or of a pointer to it.
func IsMethod(fn *types.Func, path, typ, name string) bool {
	return fn != nil && fn.Name() == name && fn.Signature().Recv() != nil && IsNamed(fn.Signature().Recv().Type(), path, typ)
}

// IsNamed reports whether t, or what it points to, is the named type of the package of that
// path. Aliases are looked through.
func IsNamed(t types.Type, path, name string) bool {
	n := Named(t)
	return n != nil && n.Obj().Name() == name && n.Obj().Pkg() != nil && n.Obj().Pkg().Path() == path
}

// Named returns the named type that t is or points to, or nil.
func Named(t types.Type) *types.Named {
	if t == nil {
		return nil
	}
	t = types.Unalias(t)
	if p, ok := t.(*types.Pointer); ok {
		t = types.Unalias(p.Elem())
	}
	n, _ := t.(*types.Named)
	return n
}

// IsContext reports whether t is context.Context.
func IsContext(t types.Type) bool {
	return !IsPointer(t) && IsNamed(t, "context", "Context")
}

// IsError reports whether t is the predeclared type error.
func IsError(t types.Type) bool {
	return t != nil && types.Identical(t, types.Universe.Lookup("error").Type())
}

// IsPointer reports whether t is a pointer.
func IsPointer(t types.Type) bool {
	if t == nil {
		return false
	}
	_, ok := types.Unalias(t).(*types.Pointer)
	return ok
}

// SpanInterface returns OpenTelemetry's trace.Span as the package knows it, or nil when it
// does not reach it.
func SpanInterface(pkg *types.Package) *types.Interface {
	trace := imported(pkg, knowledge.OTelTrace)
	if trace == nil {
		return nil
	}
	obj, _ := trace.Scope().Lookup("Span").(*types.TypeName)
	if obj == nil {
		return nil
	}
	i, _ := obj.Type().Underlying().(*types.Interface)
	return i
}

// IsSpan reports whether t is an interface or a type that implements span; span may be nil.
func IsSpan(t types.Type, span *types.Interface) bool {
	if t == nil || span == nil || t == types.Typ[types.UntypedNil] || t == types.Typ[types.Invalid] {
		return false
	}
	return types.Implements(t, span)
}

// imported returns the package of that path among pkg and what it imports, or nil.
func imported(pkg *types.Package, path string) *types.Package {
	for p := range Reached(pkg) {
		if p.Path() == path {
			return p
		}
	}
	return nil
}

// Reached returns pkg and all that it imports, itself or through others.
func Reached(pkg *types.Package) iter.Seq[*types.Package] {
	return func(yield func(*types.Package) bool) {
		seen := map[*types.Package]bool{pkg: true}
		todo := []*types.Package{pkg}
		for len(todo) > 0 {
			next := todo[len(todo)-1]
			todo = todo[:len(todo)-1]
			if !yield(next) {
				return
			}
			for _, i := range next.Imports() {
				if !seen[i] {
					seen[i] = true
					todo = append(todo, i)
				}
			}
		}
	}
}

// ConstString returns the value of a constant string expression.
func ConstString(info *types.Info, e ast.Expr) (string, bool) {
	v := info.Types[e].Value
	if v == nil || v.Kind() != constant.String {
		return "", false
	}
	return constant.StringVal(v), true
}

// ConstInt returns the value of a constant integer expression.
func ConstInt(info *types.Info, e ast.Expr) (int64, bool) {
	v := info.Types[e].Value
	if v == nil {
		return 0, false
	}
	return constant.Int64Val(constant.ToInt(v))
}

// ConstBool returns the value of a constant boolean expression.
func ConstBool(info *types.Info, e ast.Expr) (value, ok bool) {
	v := info.Types[e].Value
	if v == nil || v.Kind() != constant.Bool {
		return false, false
	}
	return constant.BoolVal(v), true
}

// Object returns the variable, constant or function that an identifier or a selector names,
// parentheses aside, or nil.
func Object(info *types.Info, e ast.Expr) types.Object {
	switch e := ast.Unparen(e).(type) {
	case *ast.Ident:
		return info.ObjectOf(e)
	case *ast.SelectorExpr:
		return info.ObjectOf(e.Sel)
	}
	return nil
}

// Var returns the local variable, parameter or package variable that e is, or nil. A field is
// none.
func Var(info *types.Info, e ast.Expr) *types.Var {
	id, ok := ast.Unparen(e).(*ast.Ident)
	if !ok {
		return nil
	}
	v, _ := info.ObjectOf(id).(*types.Var)
	return v
}

// Sees reports whether the name of v stands for it at pos.
func Sees(pkg *types.Package, v *types.Var, pos token.Pos) bool {
	scope := pkg.Scope().Innermost(pos)
	if scope == nil {
		return false
	}
	_, found := scope.LookupParent(v.Name(), pos)
	return found == v
}

// File returns the file of the pass that pos lies in, or nil.
func File(pass *analysis.Pass, pos token.Pos) *ast.File {
	for _, f := range pass.Files {
		if f.FileStart <= pos && pos <= f.FileEnd {
			return f
		}
	}
	return nil
}

// Line returns the line that pos lies on.
func Line(pass *analysis.Pass, pos token.Pos) int { return pass.Fset.Position(pos).Line }
