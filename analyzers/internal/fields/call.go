package fields

import (
	"go/ast"
	"go/types"

	"github.com/mintwright/mintwright/analyzers/internal/code"
)

// call takes a call whose results go into the places; nil where they go elsewhere.
func (u *unit) call(call *ast.CallExpr, into []*place) {
	info := u.pkg.info
	if tv, ok := info.Types[call.Fun]; ok && tv.IsType() || u.isAnyBuiltin(call) {
		for _, arg := range call.Args {
			u.eval(arg)
		}
		return
	}
	fn := u.pkg.callee(call)
	done, known := u.pkg.effectsOf(fn)
	if fn == nil {
		if lit := u.called(call.Fun); lit != nil {
			if e := u.pkg.unit(lit).effects; e != nil {
				done, known = e, true
			}
		}
	}

	switch fun := ast.Unparen(call.Fun).(type) {
	case *ast.SelectorExpr:
		s := info.Selections[fun]
		switch {
		case s == nil:
		case s.Kind() != types.MethodVal:
			u.base(fun.X)
		case isConfig(s.Recv()):
			u.config(fun.X)
		default:
			u.base(fun.X)
			at := u.place(fun.X)
			u.effect(at, -1, call, fn, done)
			u.holds(&event{at: at, kind: use, node: call, use: Use{Pos: call.Pos(), Call: call, Func: fn}})
		}
	case *ast.Ident:
	default:
		u.eval(fun)
	}

	for i, arg := range call.Args {
		index := paramIndex(info, call, i)
		t := info.TypeOf(arg)
		switch {
		case isConfig(t):
			at := u.config(arg)
			if code.IsPointer(t) {
				u.effect(at, index, call, fn, done)
				if fn != nil && fn.Exported() && fn.Pkg() != nil && isSpiffe(fn.Pkg().Path()) {
					u.emit(&event{at: at, kind: pass, node: call, sources: []*Source{{Kind: Call, Func: fn, Name: fn.FullName(), Pos: call.Pos()}}})
				}
				if !known {
					u.emit(&event{at: at, kind: blur, node: call})
				}
			}
			u.emit(&event{at: at, kind: use, node: call, use: Use{Pos: arg.Pos(), Call: call, Func: fn}})
		case canHold(t) && !info.Types[arg].IsNil():
			at := u.place(arg)
			if isName(arg) {
				if sel, ok := ast.Unparen(arg).(*ast.SelectorExpr); ok {
					u.base(sel.X)
				}
			} else {
				u.bind(at, arg, t)
			}
			u.effect(at, index, call, fn, done)
			u.holds(&event{at: at, kind: use, node: call, use: Use{Pos: arg.Pos(), Call: call, Func: fn}})
		default:
			u.eval(arg)
		}
	}
	u.results(call, fn, done, into)
}

func (u *unit) isAnyBuiltin(call *ast.CallExpr) bool {
	id, ok := ast.Unparen(call.Fun).(*ast.Ident)
	if !ok {
		return false
	}
	_, ok = u.pkg.info.Uses[id].(*types.Builtin)
	return ok
}

// called returns the function literal that is called, itself or by the one name it has.
func (u *unit) called(fun ast.Expr) *ast.FuncLit {
	fun = ast.Unparen(fun)
	if lit, ok := fun.(*ast.FuncLit); ok {
		return lit
	}
	v := code.Var(u.pkg.info, fun)
	if v == nil {
		return nil
	}
	d := u.pkg.locals[v]
	if d == nil || d.hidden || d.writes != 1 || d.expr == nil {
		return nil
	}
	lit, _ := ast.Unparen(d.expr).(*ast.FuncLit)
	return lit
}

// paramIndex returns the index of the parameter that an argument is for.
func paramIndex(info *types.Info, call *ast.CallExpr, arg int) int {
	sig, ok := info.TypeOf(call.Fun).(*types.Signature)
	if !ok {
		return arg
	}
	if n := sig.Params().Len(); sig.Variadic() && arg >= n-1 {
		return n - 1
	}
	return arg
}

// effect notes what a called function does to what it is given.
func (u *unit) effect(at place, param int, call *ast.CallExpr, fn *types.Func, done *effects) {
	if done == nil {
		return
	}
	for _, s := range done.Passes {
		if s.Param == param {
			u.emit(&event{
				at: place{at.root, at.path + s.Path}, kind: pass, node: call,
				sources: []*Source{{Kind: Call, Name: s.Name, Pos: call.Pos()}},
			})
		}
	}
	for _, s := range done.Sets {
		if s.Param != param {
			continue
		}
		to := place{at.root, at.path + s.Path}
		values, all := u.resolve(s.Values, call, fn, false)
		if len(values) == 0 {
			continue
		}
		u.adopt(to, call, values)
		kind := add
		if s.Always || all {
			kind = set
		}
		u.emit(&event{at: to, kind: kind, node: call, field: s.Field, values: values})
	}
}

// resolve returns the values that a called function writes, seen from the call. all tells that
// one of them depended on a parameter that is a constant here, and thus on nothing.
func (u *unit) resolve(facts []valueFact, call *ast.CallExpr, fn *types.Func, made bool) (values []*Value, all bool) {
	var rest []*Value // what the field holds where nothing was written
	for i := range facts {
		f := &facts[i]
		v := f.value()
		if v == &unset || v == &whoKnows || v == &unchanged {
			if v == &unchanged {
				v = &whoKnows
			}
			rest = append(rest, v)
			continue
		}
		if v.when != 0 {
			arg := u.argument(call, v.when/2-1)
			want := v.when%2 == 0
			v.when = 0
			if arg != nil {
				if is, ok := code.ConstBool(u.pkg.info, arg); ok {
					if is != want {
						continue
					}
					all = true
					v.OptIn = false // who asks for it is this call
				} else if param := code.Var(u.pkg.info, arg); param != nil {
					if index, ok := u.param(param); ok && index >= 0 {
						v.when = 2*index + 2
						if !want {
							v.when++
						}
					}
				}
			}
		}
		if v.Kind == Param {
			arg := u.argument(call, v.Param)
			if arg == nil {
				v.Kind = Other
			} else {
				for _, given := range u.values(arg) {
					given.Via, given.Made, given.In = fn, made, u.pkg.pass.Pkg.Path()
					given.OptIn = given.OptIn || v.OptIn
					given.Pos, given.End, given.Node = arg.Pos(), arg.End(), call
					if fn != nil && !given.Origin.IsValid() {
						given.Origin = fn.Pos()
					}
					values = append(values, given)
				}
				continue
			}
		}
		v.Pos, v.End, v.Node, v.Via, v.Made = call.Pos(), call.End(), call, fn, made
		switch {
		case f.pos.IsValid() && !all:
			v.Origin = f.pos
		case fn != nil:
			v.Origin = fn.Pos()
		}
		values = append(values, v)
	}
	if !all {
		values = append(values, rest...)
	}
	return values, all
}

// adopt completes values that a called function writes, as of the place of the call.
func (u *unit) adopt(at place, call *ast.CallExpr, values []*Value) {
	asked := u.pkg.isOptIn(call)
	if root, ok := at.root.(*types.Var); ok && code.Asks(root.Name()) {
		asked = true
	}
	for _, v := range values {
		if v == &unset || v == &whoKnows {
			continue
		}
		v.OptIn = v.OptIn || asked
		if v.when == 0 {
			v.when = u.when(call)
		}
	}
}

// argument returns the argument for a parameter that is no variadic one, or nil.
func (u *unit) argument(call *ast.CallExpr, param int) ast.Expr {
	if param < 0 || param >= len(call.Args) || call.Ellipsis.IsValid() {
		return nil
	}
	if sig, ok := u.pkg.info.TypeOf(call.Fun).(*types.Signature); ok && sig.Variadic() && param >= sig.Params().Len()-1 {
		return nil
	}
	return call.Args[param]
}

// results notes what the results of a call hold.
func (u *unit) results(call *ast.CallExpr, fn *types.Func, done *effects, into []*place) {
	for i, at := range into {
		if at == nil {
			continue
		}
		whole := false
		if done != nil {
			for _, r := range done.Returns {
				if r.Result == i {
					whole = whole || r.Path == ""
					u.result(call, fn, r, place{at.root, at.path + r.Path})
				}
			}
		}
		if !whole && isConfig(u.resultType(call, i)) {
			e := &event{at: *at, kind: create, node: call, base: unknown}
			switch {
			case fn == nil:
				e.sources = []*Source{{Kind: Elsewhere, Pos: call.Pos()}}
			case fn.Pkg() != nil && isSpiffe(fn.Pkg().Path()):
				e.base = zero
				fallthrough
			default:
				e.sources = []*Source{{Kind: Call, Func: fn, Name: fn.FullName(), Pos: call.Pos()}}
			}
			u.emit(e)
		}
	}
}

func (u *unit) resultType(call *ast.CallExpr, i int) types.Type {
	t := u.pkg.info.TypeOf(call)
	if tuple, ok := t.(*types.Tuple); ok {
		if i < tuple.Len() {
			return tuple.At(i).Type()
		}
		return nil
	}
	return t
}

func (u *unit) result(call *ast.CallExpr, fn *types.Func, r returnFact, at place) {
	if r.Base&received != 0 {
		var arg ast.Expr
		if r.Param >= 0 {
			arg = u.argument(call, r.Param)
		} else if sel, ok := ast.Unparen(call.Fun).(*ast.SelectorExpr); ok {
			arg = sel.X
		}
		if arg != nil && isConfig(u.pkg.info.TypeOf(arg)) {
			u.alias(at, u.place(arg))
			return
		}
	}
	e := &event{at: at, kind: create, node: call, base: r.Base}
	if r.Base&received != 0 {
		e.base = r.Base&^received | unknown
	}
	if fn != nil {
		e.sources = append(e.sources, &Source{Kind: Call, Func: fn, Name: fn.FullName(), Pos: call.Pos()})
	}
	for _, name := range r.Sources {
		e.sources = append(e.sources, &Source{Kind: Call, Name: name, Pos: call.Pos()})
	}
	u.emit(e)
	for _, f := range r.Fields {
		values, _ := u.resolve(f.Values, call, fn, true)
		if len(values) == 0 {
			continue
		}
		u.adopt(at, call, values)
		u.emit(&event{at: at, kind: set, node: call, field: f.Field, values: values})
	}
}
