package fields

import (
	"go/ast"
	"go/token"
	"go/types"

	"github.com/mintwright/mintwright/analyzers/internal/code"
)

// place returns the place that an expression names. An expression without a name is its own.
func (u *unit) place(e ast.Expr) place {
	switch e := ast.Unparen(e).(type) {
	case *ast.Ident:
		if v, ok := u.pkg.info.ObjectOf(e).(*types.Var); ok {
			return place{root: v}
		}
		return place{root: ast.Expr(e)}
	case *ast.SelectorExpr:
		s := u.pkg.info.Selections[e]
		if s == nil {
			if v, ok := u.pkg.info.ObjectOf(e.Sel).(*types.Var); ok {
				return place{root: v}
			}
			return place{root: ast.Expr(e)}
		}
		if s.Kind() == types.FieldVal {
			at := u.place(e.X)
			for _, f := range steps(s) {
				at.path += "." + f.Name()
			}
			return at
		}
		return place{root: ast.Expr(e)}
	case *ast.StarExpr:
		return u.place(e.X)
	case *ast.UnaryExpr:
		if e.Op == token.AND {
			return u.place(e.X)
		}
		return place{root: ast.Expr(e)}
	case *ast.TypeAssertExpr:
		if e.Type != nil {
			return u.place(e.X)
		}
		return place{root: ast.Expr(e)}
	default:
		return place{root: e}
	}
}

// steps returns the fields that a selection goes through, embedded ones too.
func steps(s *types.Selection) []*types.Var {
	var list []*types.Var
	t := s.Recv()
	for _, i := range s.Index() {
		if p, ok := t.Underlying().(*types.Pointer); ok {
			t = p.Elem()
		}
		st, ok := t.Underlying().(*types.Struct)
		if !ok || i >= st.NumFields() {
			return list
		}
		f := st.Field(i)
		list = append(list, f)
		t = f.Type()
	}
	return list
}

// field returns the configuration and its field that a selector names.
func (u *unit) field(e ast.Expr) (at place, name string, ok bool) {
	sel, isSel := ast.Unparen(e).(*ast.SelectorExpr)
	if !isSel {
		return place{}, "", false
	}
	s := u.pkg.info.Selections[sel]
	if s == nil || s.Kind() != types.FieldVal {
		return place{}, "", false
	}
	fields := steps(s)
	if len(fields) == 0 {
		return place{}, "", false
	}
	owner := s.Recv()
	at = u.place(sel.X)
	for _, f := range fields[:len(fields)-1] {
		at.path += "." + f.Name()
		owner = f.Type()
	}
	return at, fields[len(fields)-1].Name(), isConfig(owner)
}

// stmt takes one node of a block.
func (u *unit) stmt(n ast.Node) {
	switch n := n.(type) {
	case *ast.AssignStmt:
		u.assign(n)
	case *ast.ValueSpec:
		u.valueSpec(n)
	case *ast.ReturnStmt:
		u.ret(n)
	case *ast.ExprStmt:
		u.eval(n.X)
	case *ast.GoStmt:
		u.eval(n.Call)
	case *ast.DeferStmt:
		u.eval(n.Call)
	case *ast.SendStmt:
		u.eval(n.Chan)
		u.eval(n.Value)
	case *ast.IncDecStmt:
		u.eval(n.X)
	case ast.Expr:
		u.eval(n)
	}
}

func (u *unit) assign(n *ast.AssignStmt) {
	if len(n.Lhs) != len(n.Rhs) {
		u.tuple(n.Lhs, n.Rhs)
		return
	}
	for i, lhs := range n.Lhs {
		rhs := n.Rhs[i]
		if at, name, ok := u.field(lhs); ok {
			u.pkg.Mentions[name] = true
			u.eval(rhs)
			values := []*Value{{Kind: Other}}
			if n.Tok == token.ASSIGN || n.Tok == token.DEFINE {
				values = u.values(rhs)
			}
			u.write(at, name, n, values)
			if !u.isLocal(at.root) {
				u.emit(&event{at: at, kind: use, node: n, use: Use{Pos: n.Pos()}})
			}
			continue
		}
		u.give(lhs, rhs)
	}
}

// give has what lhs names hold the value of rhs.
func (u *unit) give(lhs, rhs ast.Expr) {
	if id, ok := ast.Unparen(lhs).(*ast.Ident); ok && id.Name == "_" {
		u.eval(rhs)
		return
	}
	at := u.place(lhs)
	u.bind(at, rhs, u.pkg.info.TypeOf(lhs))
	u.stored(at, lhs, lhs)
}

// stored notes that what a place holds has got where others may see it.
func (u *unit) stored(at place, lhs ast.Expr, node ast.Node) {
	_, isVar := at.root.(*types.Var)
	if isVar && u.isLocal(at.root) && u.graph != nil {
		if sel, ok := ast.Unparen(lhs).(*ast.SelectorExpr); ok && isConfig(u.pkg.info.TypeOf(lhs)) {
			if f, ok := u.pkg.info.ObjectOf(sel.Sel).(*types.Var); ok {
				u.emit(&event{at: at, kind: use, node: node, use: Use{Pos: node.Pos(), Field: f}})
			}
		}
		return
	}
	as := Use{Pos: node.Pos()}
	if sel, ok := ast.Unparen(lhs).(*ast.SelectorExpr); ok {
		as.Field, _ = u.pkg.info.ObjectOf(sel.Sel).(*types.Var)
	}
	if isConfig(u.pkg.info.TypeOf(lhs)) {
		u.emit(&event{at: at, kind: use, node: node, use: as})
		return
	}
	u.holds(&event{at: at, kind: use, node: node, use: as})
}

// write notes a write to a field.
func (u *unit) write(at place, name string, node ast.Node, values []*Value) {
	u.settle(at, name, node, values, false)
	u.emit(&event{at: at, kind: set, node: node, field: name, values: values})
}

// settle completes the values of a write.
func (u *unit) settle(at place, name string, node ast.Node, values []*Value, made bool) {
	_ = name
	for _, v := range values {
		v.Made, v.Node = made, node
		if !v.Pos.IsValid() {
			v.Pos, v.End = node.Pos(), node.End()
		}
		if v.In == "" {
			v.In = u.pkg.pass.Pkg.Path()
		}
		if v.Kind == Const || v.Kind == List || v.Kind == Func || v.Kind == Nil {
			v.OptIn = v.OptIn || u.pkg.isOptIn(node) || v.Expr != nil && v.Origin.IsValid() && u.pkg.isOptIn(v.Expr)
			if root, ok := at.root.(*types.Var); ok && code.Asks(root.Name()) {
				v.OptIn = true
			}
			if v.when == 0 {
				v.when = u.when(node)
			}
		}
	}
}

func (u *unit) valueSpec(n *ast.ValueSpec) {
	if len(n.Values) != 0 && len(n.Values) != len(n.Names) {
		lhs := make([]ast.Expr, len(n.Names))
		for i, name := range n.Names {
			lhs[i] = name
		}
		u.tuple(lhs, n.Values)
		return
	}
	for i, name := range n.Names {
		v, ok := u.pkg.info.Defs[name].(*types.Var)
		switch {
		case len(n.Values) > 0 && (!ok || name.Name == "_"):
			u.eval(n.Values[i])
		case !ok:
		case len(n.Values) > 0:
			u.bind(place{root: v}, n.Values[i], v.Type())
		case isConfig(v.Type()) && code.IsPointer(v.Type()):
			u.emit(&event{at: place{root: v}, kind: drop, node: name})
		case isConfig(v.Type()):
			u.made(place{root: v}, name)
		default:
			u.zeroes(place{root: v}, v.Type(), name)
		}
	}
}

// zeroes notes configurations that are fields of a struct that is made of zeroes.
func (u *unit) zeroes(at place, t types.Type, node ast.Node) {
	s, ok := t.Underlying().(*types.Struct)
	if !ok {
		return
	}
	for f := range s.Fields() {
		if isConfig(f.Type()) && !code.IsPointer(f.Type()) {
			u.made(place{at.root, at.path + "." + f.Name()}, node)
		}
	}
}

func (u *unit) made(at place, node ast.Node) {
	u.emit(&event{at: at, kind: create, node: node, base: zero, sources: []*Source{{Kind: Made, Pos: node.Pos()}}})
}

// tuple gives the results of one call to several places.
func (u *unit) tuple(lhs, rhs []ast.Expr) {
	if len(rhs) != 1 {
		return
	}
	call, ok := ast.Unparen(rhs[0]).(*ast.CallExpr)
	if !ok {
		// v, ok := x.(T), m[k] or <-c
		if len(lhs) == 2 {
			u.give(lhs[0], rhs[0])
		} else {
			u.eval(rhs[0])
		}
		return
	}
	into := make([]*place, len(lhs))
	for i, l := range lhs {
		if id, ok := ast.Unparen(l).(*ast.Ident); ok && id.Name == "_" {
			continue
		}
		at := u.place(l)
		into[i] = &at
	}
	u.call(call, into)
	for i, l := range lhs {
		if into[i] != nil {
			u.stored(*into[i], l, l)
		}
	}
}

// bind has a place hold the value of an expression.
func (u *unit) bind(at place, rhs ast.Expr, t types.Type) {
	rhs = ast.Unparen(rhs)
	if lit, ok := literal(rhs); ok {
		u.lit(lit, at)
		return
	}
	rt := u.pkg.info.TypeOf(rhs)
	if call, ok := rhs.(*ast.CallExpr); ok {
		if isConfig(rt) {
			if sel, ok := ast.Unparen(call.Fun).(*ast.SelectorExpr); ok && code.IsMethod(u.pkg.callee(call), "crypto/tls", "Config", "Clone") {
				u.copied(at, u.config(sel.X), call)
				return
			}
			if u.isBuiltin(call, "new") {
				u.made(at, call)
				return
			}
			if tv, ok := u.pkg.info.Types[call.Fun]; ok && tv.IsType() && len(call.Args) == 1 {
				u.bind(at, call.Args[0], t)
				return
			}
		}
		u.call(call, []*place{&at})
		return
	}
	if !isConfig(rt) {
		if isConfig(t) && u.pkg.info.Types[rhs].IsNil() {
			u.emit(&event{at: at, kind: drop, node: rhs})
			return
		}
		u.eval(rhs)
		return
	}
	if !isName(rhs) {
		u.eval(rhs)
		u.emit(&event{at: at, kind: create, node: rhs, base: unknown, sources: []*Source{{Kind: Elsewhere, Pos: rhs.Pos()}}})
		return
	}
	from := u.config(rhs)
	if code.IsPointer(rt) {
		u.alias(at, from)
		return
	}
	u.copied(at, from, rhs)
}

// isName reports whether an expression has a place with a name.
func isName(e ast.Expr) bool {
	switch e := ast.Unparen(e).(type) {
	case *ast.Ident, *ast.SelectorExpr:
		return true
	case *ast.StarExpr:
		return isName(e.X)
	case *ast.UnaryExpr:
		return e.Op == token.AND && isName(e.X)
	case *ast.TypeAssertExpr:
		return isName(e.X)
	}
	return false
}

// copied notes that one place holds a copy of what another does.
func (u *unit) copied(at, from place, node ast.Node) {
	u.know(at)
	u.know(from)
	if at == from || u.find(at) == u.find(from) {
		u.detached[at] = true
		return
	}
	snap := u.emit(&event{at: from, kind: snap, node: node})
	u.emit(&event{at: at, kind: duplicate, node: node, from: snap})
}

// config returns the place of an expression that is a configuration, and evaluates it when it
// has no name.
func (u *unit) config(e ast.Expr) place {
	e = ast.Unparen(e)
	at := u.place(e)
	if !isName(e) {
		if _, isRoot := at.root.(ast.Expr); isRoot && !u.isKnown[at] {
			u.know(at)
			u.bind(at, e, u.pkg.info.TypeOf(e))
		}
	} else if sel, ok := e.(*ast.SelectorExpr); ok {
		u.base(sel.X)
	}
	return at
}

// base evaluates what a selector stands on, when that is more than a name.
func (u *unit) base(e ast.Expr) {
	switch e := ast.Unparen(e).(type) {
	case *ast.Ident:
	case *ast.SelectorExpr:
		u.base(e.X)
	case *ast.StarExpr:
		u.base(e.X)
	case *ast.TypeAssertExpr:
		u.base(e.X)
	default:
		at := u.place(e)
		if !u.isKnown[at] && u.byRoot[at.root] == nil {
			u.bind(at, e, u.pkg.info.TypeOf(e))
		}
	}
}

// literal returns the composite literal that an expression is, with or without "&".
func literal(e ast.Expr) (*ast.CompositeLit, bool) {
	if a, ok := e.(*ast.UnaryExpr); ok && a.Op == token.AND {
		e = ast.Unparen(a.X)
	}
	lit, ok := e.(*ast.CompositeLit)
	return lit, ok
}

// lit takes a composite literal whose value the place holds.
func (u *unit) lit(lit *ast.CompositeLit, at place) {
	t := u.pkg.info.TypeOf(lit)
	if isConfig(t) {
		u.made(at, lit)
		for i, e := range lit.Elts {
			name, value := u.element(t, i, e)
			if name == "" {
				continue
			}
			u.pkg.Mentions[name] = true
			u.eval(value)
			values := u.values(value)
			u.settle(at, name, e, values, true)
			u.emit(&event{at: at, kind: set, node: e, field: name, values: values})
		}
		return
	}
	if t == nil {
		return
	}
	if p, ok := types.Unalias(t).(*types.Pointer); ok {
		t = p.Elem() // an element of []*T{{…}}
	}
	if _, ok := t.Underlying().(*types.Struct); !ok {
		for _, e := range lit.Elts {
			if kv, ok := e.(*ast.KeyValueExpr); ok {
				u.eval(kv.Key)
				e = kv.Value
			}
			u.eval(e)
		}
		return
	}
	if len(lit.Elts) == 0 || isPair(lit.Elts[0]) {
		u.zeroes(at, t, lit) // what is given comes after
	}
	for i, e := range lit.Elts {
		name, value := u.element(t, i, e)
		if name == "" {
			continue
		}
		to := place{at.root, at.path + "." + name}
		ft := u.fieldType(t, name)
		u.bind(to, value, ft)
		if isConfig(ft) {
			if f := u.fieldVar(t, name); f != nil {
				u.emit(&event{at: to, kind: use, node: e, use: Use{Pos: e.Pos(), Field: f}})
			}
		}
	}
}

func isPair(e ast.Expr) bool {
	_, ok := e.(*ast.KeyValueExpr)
	return ok
}

// element returns the field and the value of an element of a struct literal.
func (u *unit) element(t types.Type, i int, e ast.Expr) (string, ast.Expr) {
	if kv, ok := e.(*ast.KeyValueExpr); ok {
		if id, ok := kv.Key.(*ast.Ident); ok {
			return id.Name, kv.Value
		}
		return "", nil
	}
	if s, ok := deref(t).Underlying().(*types.Struct); ok && i < s.NumFields() {
		return s.Field(i).Name(), e
	}
	return "", nil
}

func deref(t types.Type) types.Type {
	if p, ok := types.Unalias(t).(*types.Pointer); ok {
		return p.Elem()
	}
	return t
}

func (u *unit) fieldVar(t types.Type, name string) *types.Var {
	s, ok := deref(t).Underlying().(*types.Struct)
	if !ok {
		return nil
	}
	for f := range s.Fields() {
		if f.Name() == name {
			return f
		}
	}
	return nil
}

func (u *unit) fieldType(t types.Type, name string) types.Type {
	if f := u.fieldVar(t, name); f != nil {
		return f.Type()
	}
	return types.Typ[types.Invalid]
}

func (u *unit) isBuiltin(call *ast.CallExpr, name string) bool {
	id, ok := ast.Unparen(call.Fun).(*ast.Ident)
	if !ok || id.Name != name {
		return false
	}
	_, ok = u.pkg.info.Uses[id].(*types.Builtin)
	return ok
}

// ret takes a return statement.
func (u *unit) ret(n *ast.ReturnStmt) {
	if u.sig == nil {
		return
	}
	results := u.sig.Results()
	node := ast.Node(n)
	if len(n.Results) == 0 {
		for i := range results.Len() {
			if v := results.At(i); v.Name() != "" && v.Name() != "_" {
				u.returned(place{root: v}, v.Type(), i, node)
			}
		}
		return
	}
	if len(n.Results) == 1 && results.Len() > 1 {
		call, ok := ast.Unparen(n.Results[0]).(*ast.CallExpr)
		if !ok {
			return
		}
		into := make([]*place, results.Len())
		for i := range into {
			// A name of its own for each result.
			into[i] = &place{root: ast.Expr(call), path: "#" + string(rune('0'+i%10))}
		}
		u.call(call, into)
		for i := range into {
			u.returned(*into[i], results.At(i).Type(), i, node)
		}
		return
	}
	for i, e := range n.Results {
		if i >= results.Len() {
			break
		}
		t := u.pkg.info.TypeOf(e)
		switch {
		case isConfig(t):
			u.returned(u.config(e), t, i, node)
		case u.pkg.info.Types[e].IsNil():
		default:
			at := u.place(e)
			if isName(e) {
				u.eval(e)
			} else {
				u.bind(at, e, t)
			}
			u.returned(at, t, i, node)
		}
	}
}

func (u *unit) returned(at place, t types.Type, result int, node ast.Node) {
	as := Use{Pos: node.Pos(), Return: true}
	if isConfig(t) {
		s := u.emit(&event{at: at, kind: snap, node: node})
		u.returns = append(u.returns, returned{result: result, snap: s})
		u.emit(&event{at: at, kind: use, node: node, use: as})
		return
	}
	for _, below := range u.below(at) {
		s := u.emit(&event{at: below, kind: snap, node: node})
		u.returns = append(u.returns, returned{result: result, path: below.path[len(at.path):], snap: s})
		u.emit(&event{at: below, kind: use, node: node, use: as})
	}
}

// below returns the places known by now that lie below another. There are few: a struct has
// few fields that are configurations.
func (u *unit) below(at place) []place {
	var list []place
	for _, k := range u.byRoot[at.root] {
		if len(k.path) > len(at.path) && k.path[:len(at.path)] == at.path && k.path[len(at.path)] == '.' {
			list = append(list, k)
		}
	}
	return list
}

// eval takes an expression whose value goes somewhere that we do not follow.
func (u *unit) eval(e ast.Expr) {
	switch e := e.(type) {
	case nil:
	case *ast.ParenExpr:
		u.eval(e.X)
	case *ast.Ident:
		v, ok := u.pkg.info.ObjectOf(e).(*types.Var)
		if !ok {
			return
		}
		u.mention(place{root: v}, v.Type(), e)
	case *ast.SelectorExpr:
		u.base(e.X)
		s := u.pkg.info.Selections[e]
		if s == nil || s.Kind() != types.FieldVal {
			if s != nil {
				u.mention(u.place(e.X), s.Recv(), e) // a method value
			}
			return
		}
		if _, _, isField := u.field(e); isField {
			return // reading a field of a configuration
		}
		u.mention(u.place(e), s.Type(), e)
	case *ast.CompositeLit:
		at := place{root: ast.Expr(e)}
		u.lit(e, at)
		u.mention(at, u.pkg.info.TypeOf(e), e)
	case *ast.UnaryExpr:
		if lit, ok := literal(e); ok {
			at := place{root: ast.Expr(lit)}
			u.lit(lit, at)
			u.mention(at, u.pkg.info.TypeOf(lit), e)
			return
		}
		u.eval(e.X)
	case *ast.StarExpr:
		u.eval(e.X)
	case *ast.CallExpr:
		if isConfig(u.pkg.info.TypeOf(e)) {
			at := u.config(e)
			u.mention(at, u.pkg.info.TypeOf(e), e)
			return
		}
		u.call(e, nil)
	case *ast.FuncLit:
		u.closure(e)
	case *ast.BinaryExpr:
		u.compare(e)
	case *ast.IndexExpr:
		u.eval(e.X)
		u.eval(e.Index)
	case *ast.IndexListExpr:
		u.eval(e.X)
	case *ast.SliceExpr:
		u.eval(e.X)
		u.eval(e.Low)
		u.eval(e.High)
		u.eval(e.Max)
	case *ast.TypeAssertExpr:
		u.eval(e.X)
	case *ast.KeyValueExpr:
		u.eval(e.Key)
		u.eval(e.Value)
	}
}

// compare takes a binary expression. To compare with nil is no use. Long sums nest to the
// left, so that is done in a loop.
func (u *unit) compare(e *ast.BinaryExpr) {
	for {
		if e.Op == token.EQL || e.Op == token.NEQ {
			if u.pkg.info.Types[e.X].IsNil() || u.pkg.info.Types[e.Y].IsNil() {
				return
			}
		}
		u.eval(e.Y)
		next, ok := ast.Unparen(e.X).(*ast.BinaryExpr)
		if !ok {
			u.eval(e.X)
			return
		}
		e = next
	}
}

// mention notes that a place is put to use.
func (u *unit) mention(at place, t types.Type, node ast.Node) {
	if isConfig(t) {
		u.emit(&event{at: at, kind: use, node: node, use: Use{Pos: node.Pos()}})
		return
	}
	if canHold(t) {
		u.holds(&event{at: at, kind: use, node: node, use: Use{Pos: node.Pos()}})
	}
}

// canHold reports whether values of the type may have configurations in fields.
func canHold(t types.Type) bool {
	if t == nil {
		return false
	}
	switch deref(t).Underlying().(type) {
	case *types.Struct, *types.Interface:
		return true
	}
	return false
}

// closure takes a function literal where its value is made: what it captures, it may change
// and use from here on.
func (u *unit) closure(lit *ast.FuncLit) {
	if u.closures[lit] {
		return
	}
	u.closures[lit] = true
	ast.Inspect(lit.Body, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.AssignStmt:
			for i, lhs := range n.Lhs {
				at, name, ok := u.field(lhs)
				if !ok || within(at.root, lit) {
					continue
				}
				values := []*Value{{Kind: Other}}
				if len(n.Lhs) == len(n.Rhs) && n.Tok == token.ASSIGN {
					values = u.values(n.Rhs[i])
				}
				u.settle(at, name, n, values, false)
				u.emit(&event{at: at, kind: add, node: n, field: name, values: values})
			}
		case *ast.Ident:
			v, ok := u.pkg.info.Uses[n].(*types.Var)
			if ok && !v.IsField() && !within(v, lit) {
				u.mention(place{root: v}, v.Type(), n)
			}
		}
		return true
	})
}

func within(root any, lit *ast.FuncLit) bool {
	switch r := root.(type) {
	case *types.Var:
		return lit.Pos() <= r.Pos() && r.Pos() <= lit.End()
	case ast.Expr:
		return true
	}
	return true
}
