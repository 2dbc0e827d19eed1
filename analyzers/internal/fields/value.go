package fields

import (
	"go/ast"
	"go/constant"
	"go/token"
	"go/types"

	"golang.org/x/tools/go/ast/inspector"

	"github.com/mintwright/mintwright/analyzers/internal/code"
	"github.com/mintwright/mintwright/internal/knowledge"
)

// AllInsecure stands in Value.List for the suites of tls.InsecureCipherSuites, whichever.
const AllInsecure = 1 << 16

// deep is how far values are followed from variable to variable and function to function.
const deep = 8

// values returns what an expression may be, as far as the package tells.
func (u *unit) values(e ast.Expr) []*Value {
	if v := code.Var(u.pkg.info, e); v != nil {
		if index, ok := u.param(v); ok {
			if d := u.pkg.locals[v]; d == nil || d.writes == 0 && !d.hidden {
				return []*Value{{Kind: Param, Param: index, Expr: e}}
			}
		}
	}
	list := u.pkg.values(e, nil, 0)
	for _, v := range list {
		if v.Expr == nil {
			v.Expr = e
		}
	}
	return list
}

func (p *Package) values(e ast.Expr, within *types.Var, depth int) []*Value {
	other := []*Value{{Kind: Other, Expr: e}}
	e = ast.Unparen(e)
	tv := p.info.Types[e]
	switch {
	case depth > deep:
		return other
	case tv.Value != nil:
		return []*Value{{Kind: Const, Const: tv.Value, Expr: e}}
	case tv.IsNil():
		return []*Value{{Kind: Nil, Expr: e}}
	}
	switch e := e.(type) {
	case *ast.FuncLit:
		return []*Value{{Kind: Func, Lit: e, Expr: e}}
	case *ast.CompositeLit:
		if v := p.list(e.Elts, depth); v != nil {
			v.Expr = e
			return []*Value{v}
		}
	case *ast.CallExpr:
		return p.callValues(e, within, depth)
	}
	switch obj := code.Object(p.info, e).(type) {
	case *types.Func:
		return []*Value{{Kind: Func, Func: obj, Expr: e}}
	case *types.Var:
		if _, isField := p.info.Selections[selector(e)]; isField || obj == within {
			return other
		}
		if values := p.variable(obj, within, depth+1); values != nil {
			return values
		}
	}
	return other
}

func selector(e ast.Expr) *ast.SelectorExpr {
	s, _ := e.(*ast.SelectorExpr)
	return s
}

// list returns the constant elements of a slice literal, or of what is appended, nil when it
// is no list of numbers.
func (p *Package) list(elts []ast.Expr, depth int) *Value {
	v := &Value{Kind: List}
	for _, e := range elts {
		if kv, ok := e.(*ast.KeyValueExpr); ok {
			e = kv.Value
		}
		t := p.info.TypeOf(e)
		if t == nil {
			return nil
		}
		if b, ok := t.Underlying().(*types.Basic); !ok || b.Info()&types.IsInteger == 0 {
			return nil
		}
		p.element(v, e, depth)
	}
	return v
}

// element adds an element to a list, unless somebody asked for it.
func (p *Package) element(list *Value, e ast.Expr, depth int) {
	if p.isInsecureID(e) {
		if !p.isOptIn(e) {
			list.List = append(list.List, AllInsecure)
			list.Elems = append(list.Elems, e)
		}
		return
	}
	for _, v := range p.values(e, nil, depth+1) {
		if v.Kind != Const {
			continue
		}
		if id, ok := constant.Uint64Val(constant.ToInt(v.Const)); ok && !p.isOptIn(e) {
			list.List = append(list.List, id)
			list.Elems = append(list.Elems, e)
		}
	}
}

// isInsecureID reports whether an expression is the ID of an element of
// tls.InsecureCipherSuites().
func (p *Package) isInsecureID(e ast.Expr) bool {
	sel, ok := ast.Unparen(e).(*ast.SelectorExpr)
	if !ok || sel.Sel.Name != "ID" || !code.IsNamed(p.info.TypeOf(sel.X), knowledge.TLS, "CipherSuite") {
		return false
	}
	from := ast.Unparen(sel.X)
	if v := code.Var(p.info, from); v != nil {
		d := p.locals[v]
		if d == nil || d.expr == nil {
			return false
		}
		from = ast.Unparen(d.expr)
	}
	for range deep {
		if x, ok := from.(*ast.IndexExpr); ok {
			from = ast.Unparen(x.X)
			continue
		}
		if v := code.Var(p.info, from); v != nil && p.locals[v] != nil && p.locals[v].writes == 1 && p.locals[v].expr != nil {
			from = ast.Unparen(p.locals[v].expr)
			continue
		}
		break
	}
	call, ok := from.(*ast.CallExpr)
	return ok && code.IsFunc(p.callee(call), knowledge.TLS, "InsecureCipherSuites")
}

func (p *Package) callValues(call *ast.CallExpr, within *types.Var, depth int) []*Value {
	other := []*Value{{Kind: Other, Expr: call}}
	if tv, ok := p.info.Types[call.Fun]; ok && tv.IsType() && len(call.Args) == 1 {
		return p.values(call.Args[0], within, depth+1)
	}
	if id, ok := ast.Unparen(call.Fun).(*ast.Ident); ok && id.Name == "append" && len(call.Args) > 0 {
		if _, ok := p.info.Uses[id].(*types.Builtin); ok {
			return p.appended(call, within, depth)
		}
	}
	fn := p.callee(call)
	if fn == nil || fn.Signature().Results().Len() != 1 {
		return other
	}
	t := fn.Signature().Results().At(0).Type()
	var values []*Value
	switch {
	case !isSetting(t) && !isBool(t):
	case fn.Pkg() == p.pass.Pkg:
		values = p.results(fn, depth+1)
	default:
		f := new(constants)
		if p.pass.ImportObjectFact(fn, f) {
			for i := range f.Values {
				values = append(values, f.Values[i].value())
			}
		}
	}
	var list []*Value
	for _, v := range values {
		if v.Kind == Param {
			if v.Param < 0 || v.Param >= len(call.Args) {
				return other
			}
			list = append(list, p.values(call.Args[v.Param], within, depth+1)...)
			continue
		}
		if !v.Origin.IsValid() {
			v.Origin = fn.Pos()
		}
		list = append(list, v)
	}
	if list == nil {
		return other
	}
	return list
}

func isBool(t types.Type) bool {
	b, ok := t.Underlying().(*types.Basic)
	return ok && b.Info()&types.IsBoolean != 0
}

// appended returns the list that append makes, without what was in the variable at hand.
func (p *Package) appended(call *ast.CallExpr, within *types.Var, depth int) []*Value {
	all := &Value{Kind: List, Expr: call}
	join := func(e ast.Expr) {
		if v := code.Var(p.info, e); v != nil && v == within {
			return
		}
		for _, v := range p.values(e, within, depth+1) {
			all.List = append(all.List, v.List...)
			all.Elems = append(all.Elems, v.Elems...)
		}
	}
	join(call.Args[0])
	if call.Ellipsis.IsValid() {
		join(call.Args[len(call.Args)-1])
	} else if v := p.list(call.Args[1:], depth); v != nil {
		all.List = append(all.List, v.List...)
		all.Elems = append(all.Elems, v.Elems...)
	}
	return []*Value{all}
}

// variable returns what a variable that is no configuration may hold, or nil.
func (p *Package) variable(v *types.Var, _ *types.Var, depth int) []*Value {
	if v.Pkg() != p.pass.Pkg {
		f := new(constants)
		if !isSetting(v.Type()) || !p.pass.ImportObjectFact(v, f) {
			return nil
		}
		var list []*Value
		for i := range f.Values {
			x := f.Values[i].value()
			x.Origin = v.Pos()
			list = append(list, x)
		}
		return list
	}
	d := p.locals[v]
	if d == nil || d.hidden || d.ranged || depth > deep {
		return nil
	}
	exprs := d.more
	if d.expr != nil {
		exprs = append([]ast.Expr{d.expr}, exprs...)
	}
	if len(exprs) != d.writes || len(exprs) == 0 || len(exprs) > most {
		return nil
	}
	if _, isList := v.Type().Underlying().(*types.Slice); isList {
		all := &Value{Kind: List, Expr: exprs[0]}
		for _, e := range exprs {
			for _, x := range p.values(e, v, depth) {
				all.List = append(all.List, x.List...)
				all.Elems = append(all.Elems, x.Elems...)
			}
		}
		for _, e := range d.elems {
			p.element(all, e, depth)
		}
		all.Origin = exprs[0].Pos()
		return []*Value{all}
	}
	var list []*Value
	for _, e := range exprs {
		for _, x := range p.values(e, v, depth) {
			if x.Kind != Const && x.Kind != Func && x.Kind != Nil {
				return nil
			}
			x.Origin = e.Pos()
			list = append(list, x)
		}
	}
	return list
}

// results returns what a function of this package returns, or nil when it is no constant.
func (p *Package) results(fn *types.Func, depth int) []*Value {
	d := p.funcs[fn]
	if d == nil || d.Body == nil || depth > deep {
		return nil
	}
	var list []*Value
	ok := true
	ast.Inspect(d.Body, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.FuncLit:
			return false
		case *ast.ReturnStmt:
			if len(n.Results) != 1 || len(list) > most {
				ok = false
				return false
			}
			if v := code.Var(p.info, n.Results[0]); v != nil {
				for i := range fn.Signature().Params().Len() {
					if fn.Signature().Params().At(i) == v && (p.locals[v] == nil || p.locals[v].writes == 0) {
						list = append(list, &Value{Kind: Param, Param: i})
						return false
					}
				}
			}
			for _, v := range p.values(n.Results[0], nil, depth) {
				if v.Kind != Const && v.Kind != List {
					ok = false
				}
				v.OptIn = v.OptIn || p.isOptIn(n)
				list = append(list, v)
			}
			return false
		}
		return ok
	})
	if !ok {
		return nil
	}
	return list
}

// scan notes the writes to variables of the package that may be the values of fields.
func (p *Package) scan(in *inspector.Inspector) {
	p.locals = map[*types.Var]*def{}
	p.funcs = map[*types.Func]*ast.FuncDecl{}
	note := func(lhs, rhs ast.Expr) {
		lhs = ast.Unparen(lhs)
		if x, ok := lhs.(*ast.IndexExpr); ok {
			if v := code.Var(p.info, x.X); v != nil && p.isTracked(v) {
				p.def(v).elems = append(p.def(v).elems, rhs)
			}
			return
		}
		v := code.Var(p.info, lhs)
		if v == nil || !p.isTracked(v) {
			return
		}
		d := p.def(v)
		d.writes++
		switch {
		case rhs == nil:
		case d.expr == nil && len(d.more) == 0:
			d.expr = rhs
		case len(d.more) < most:
			d.more = append(d.more, rhs)
		}
	}
	filter := []ast.Node{(*ast.AssignStmt)(nil), (*ast.ValueSpec)(nil), (*ast.UnaryExpr)(nil), (*ast.RangeStmt)(nil), (*ast.IncDecStmt)(nil), (*ast.FuncDecl)(nil)}
	in.Preorder(filter, func(n ast.Node) {
		switch n := n.(type) {
		case *ast.FuncDecl:
			if fn, ok := p.info.Defs[n.Name].(*types.Func); ok {
				p.funcs[fn] = n
			}
		case *ast.AssignStmt:
			for i, lhs := range n.Lhs {
				switch {
				case n.Tok != token.ASSIGN && n.Tok != token.DEFINE, len(n.Lhs) != len(n.Rhs):
					note(lhs, nil)
				default:
					note(lhs, n.Rhs[i])
				}
			}
		case *ast.ValueSpec:
			for i, name := range n.Names {
				switch {
				case len(n.Values) == len(n.Names):
					note(name, n.Values[i])
				case len(n.Values) > 0:
					note(name, nil)
				}
			}
		case *ast.UnaryExpr:
			if v := code.Var(p.info, n.X); n.Op == token.AND && v != nil && p.isTracked(v) {
				p.def(v).hidden = true
			}
		case *ast.IncDecStmt:
			note(n.X, nil)
		case *ast.RangeStmt:
			if n.Value != nil {
				if v := code.Var(p.info, n.Value); v != nil && p.isTracked(v) {
					d := p.def(v)
					d.expr, d.ranged = n.X, true
				}
			}
			if n.Key != nil {
				note(n.Key, nil)
			}
		}
	})
}

func (p *Package) def(v *types.Var) *def {
	d := p.locals[v]
	if d == nil {
		d = &def{}
		p.locals[v] = d
	}
	return d
}

// isTracked reports whether a variable may be the value of a field, or an element of one.
func (p *Package) isTracked(v *types.Var) bool {
	t := v.Type()
	if t == nil {
		return false
	}
	switch u := t.Underlying().(type) {
	case *types.Basic:
		return u.Info()&(types.IsBoolean|types.IsInteger) != 0
	case *types.Slice:
		e, ok := u.Elem().Underlying().(*types.Basic)
		return ok && e.Kind() == types.Uint16 || code.IsNamed(u.Elem(), knowledge.TLS, "CipherSuite")
	case *types.Signature:
		return true
	}
	return code.IsNamed(t, knowledge.TLS, "CipherSuite")
}
