package code

import (
	"go/ast"
	"go/types"
	"strings"

	"github.com/mintwright/mintwright/internal/knowledge"
)

// Start is a call that starts a span: it takes a context and returns a span and the context
// that carries it, in whatever order.
type Start struct {
	Call    *ast.CallExpr
	Parent  ast.Expr // the context that it is given
	Name    ast.Expr // the first string that it is given, or nil
	Context int      // which result is the context
	Span    int      // which result is the span
	Results int      // how many there are
}

// StartOf tells whether a call starts a span. It goes by the types alone, so that a team's own
// helpers are seen as well; span is what SpanInterface returns.
func StartOf(info *types.Info, call *ast.CallExpr, span *types.Interface) (Start, bool) {
	sig := Signature(info, call)
	if sig == nil || span == nil || sig.Results().Len() < 2 || sig.Params().Len() == 0 {
		return Start{}, false
	}
	s := Start{Call: call, Context: -1, Span: -1, Results: sig.Results().Len()}
	for i := range s.Results {
		switch t := sig.Results().At(i).Type(); {
		case s.Context < 0 && IsContext(t):
			s.Context = i
		case s.Span < 0 && !IsContext(t) && IsSpan(t, span):
			s.Span = i
		}
	}
	if s.Context < 0 || s.Span < 0 {
		return Start{}, false
	}
	for i, arg := range call.Args {
		t := ParamType(sig, i)
		switch {
		case s.Parent == nil && IsContext(t):
			s.Parent = arg
		case s.Name == nil && isString(t):
			s.Name = arg
		}
	}
	return s, s.Parent != nil && !IsNoop(info, call)
}

// Signature returns the signature of what is called, nil for conversions and most builtins.
func Signature(info *types.Info, call *ast.CallExpr) *types.Signature {
	t := info.TypeOf(call.Fun)
	if t == nil {
		return nil
	}
	sig, _ := t.Underlying().(*types.Signature)
	return sig
}

// ParamType returns the type of the parameter that takes the argument i, or nil.
func ParamType(sig *types.Signature, i int) types.Type {
	switch n := sig.Params().Len(); {
	case i < n && !(sig.Variadic() && i == n-1):
		return sig.Params().At(i).Type()
	case sig.Variadic():
		if s, ok := sig.Params().At(n - 1).Type().(*types.Slice); ok {
			return s.Elem()
		}
	}
	return nil
}

func isString(t types.Type) bool {
	if t == nil {
		return false
	}
	b, ok := t.Underlying().(*types.Basic)
	return ok && b.Info()&types.IsString != 0
}

// IsNoop reports whether a call is made on what OpenTelemetry's noop package returns.
func IsNoop(info *types.Info, call *ast.CallExpr) bool {
	for {
		sel, ok := ast.Unparen(call.Fun).(*ast.SelectorExpr)
		if !ok {
			return false
		}
		if fn := Callee(info, call); fn != nil && fn.Pkg() != nil && fn.Pkg().Path() == knowledge.OTelTraceNoop {
			return true
		}
		if call, ok = ast.Unparen(sel.X).(*ast.CallExpr); !ok {
			return false
		}
	}
}

// IsSpanMethod reports whether a call is of one of the methods of OpenTelemetry's span, not of
// a type that has methods of its own by these names; x is the span.
func IsSpanMethod(info *types.Info, call *ast.CallExpr, names ...string) (x ast.Expr, ok bool) {
	sel, isSel := ast.Unparen(call.Fun).(*ast.SelectorExpr)
	if !isSel {
		return nil, false
	}
	fn := Callee(info, call)
	for _, name := range names {
		if IsMethod(fn, knowledge.OTelTrace, "Span", name) {
			return sel.X, true
		}
	}
	return nil, false
}

// Path is a way to a value: a variable, and the fields and the methods without arguments that
// lead on from it. Two equal paths denote one value as long as nothing is assigned on the way.
type Path struct {
	Root *types.Var
	Rest string // ".field", ".Method()" and so on
}

// PathOf returns the way that an expression goes; ok is false when it is another expression.
func PathOf(info *types.Info, e ast.Expr) (p Path, ok bool) {
	switch e := ast.Unparen(e).(type) {
	case *ast.Ident:
		v, _ := info.ObjectOf(e).(*types.Var)
		return Path{Root: v}, v != nil
	case *ast.StarExpr:
		return PathOf(info, e.X)
	case *ast.SelectorExpr:
		if v, isVar := info.Uses[e.Sel].(*types.Var); isVar && !v.IsField() {
			return Path{Root: v}, true // of another package
		}
		p, ok = PathOf(info, e.X)
		p.Rest += "." + e.Sel.Name
		return p, ok
	case *ast.CallExpr:
		if _, isSel := ast.Unparen(e.Fun).(*ast.SelectorExpr); !isSel || len(e.Args) > 0 || Callee(info, e) == nil {
			return Path{}, false
		}
		p, ok = PathOf(info, e.Fun)
		p.Rest += "()"
		return p, ok
	}
	return Path{}, false
}

// Leads reports whether the way to q goes over p, or ends there.
func (p Path) Leads(q Path) bool {
	rest, ok := strings.CutPrefix(q.Rest, p.Rest)
	return ok && p.Root == q.Root && (rest == "" || rest[0] == '.' || rest[0] == '(')
}
