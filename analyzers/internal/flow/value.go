package flow

import (
	"cmp"
	"go/ast"
	"go/token"
	"go/types"
	"slices"
	"strings"
	"unicode"

	"golang.org/x/tools/go/ast/edge"
	"golang.org/x/tools/go/ast/inspector"

	"github.com/mintwright/mintwright/analyzers/internal/code"
)

// Event is something that happens to a value at a point of its function.
type Event struct {
	At       Point
	Node     ast.Node // the smallest that tells: the call, the return
	Role     Role
	Deferred bool // it happens when the function returns
	Sure     bool // deferred: in whatever way the deferred function runs
	Inside   bool // in a function literal
	Recovers bool // that literal calls recover
	Goes     bool // it is kept by a goroutine that only looks at it
	Result   int  // it is returned as this result; else -1
	Form     Form // in what shape
}

// Value is a variable that holds a value, with all others that hold the same, and what happens
// to them in a function.
type Value struct {
	Func   *Func
	Var    *types.Var
	Events []Event // in order of the source

	blocks map[int32][]Event
	order  []int32
	held   []held
	stops  bool      // something that lives on the value is shut down
	early  token.Pos // a literal from here on ends what the variable holds by then
}

type held struct {
	v    *types.Var
	form Form
	role Role // of a literal that v holds
	lit  bool
}

// verdict is what becomes of an expression that holds a value.
type verdict struct {
	role     Role
	node     ast.Node
	deferred bool
	result   int
	form     Form
	alias    *held
	goes     bool
	stops    bool
}

// follow lists what happens in f to a variable that is, or holds, a value.
func (p *Package) follow(f *Func, v *types.Var, form Form) *Value {
	key := valueKey{f, v, form}
	if have := p.values[key]; have != nil {
		return have
	}
	val := &Value{Func: f, Var: v, held: []held{{v: v, form: form}}, blocks: map[int32][]Event{}}
	s := p.locate(f)
	for i := 0; i < len(val.held); i++ {
		p.gather(s, val, val.held[i])
	}
	p.bare(s, val)
	slices.SortStableFunc(val.Events, func(a, b Event) int { return cmp.Compare(a.Node.Pos(), b.Node.Pos()) })
	for _, e := range val.Events {
		val.blocks[e.At.Block] = append(val.blocks[e.At.Block], e)
	}
	for b, list := range val.blocks {
		slices.SortStableFunc(list, func(a, b Event) int {
			return cmp.Or(cmp.Compare(a.At.Index, b.At.Index), cmp.Compare(a.Role&Defines, b.Role&Defines))
		})
		val.order = append(val.order, b)
	}
	slices.Sort(val.order)
	p.values[key] = val
	return val
}

// gather adds what happens to one of the variables.
func (p *Package) gather(s *shape, val *Value, h held) {
	f := val.Func
	literals := map[*ast.FuncLit]bool{}
	uses := p.uses[h.v]
	first, _ := slices.BinarySearchFunc(uses, f.Node.Pos(), func(c inspector.Cursor, pos token.Pos) int { return cmp.Compare(c.Node().Pos(), pos) })
	for _, c := range uses[first:] {
		if !f.contains(c.Node().Pos()) {
			break
		}
		lit, in := p.literal(f, c)
		if in != f {
			continue // in a function without a graph
		}
		if lit.Valid() {
			node := lit.Node().(*ast.FuncLit)
			if !literals[node] {
				literals[node] = true
				p.add(s, val, lit, p.judgeLiteral(f, lit, p.captured(p.nodes[node], h)), node)
			}
			continue
		}
		if h.lit {
			p.add(s, val, c, p.judgeClosure(f, c, h), nil)
			continue
		}
		v := p.judge(f, c, h.form)
		if h.v != val.Var && v.role.Has(Defines) {
			continue // where it became another name
		}
		p.add(s, val, c, v, nil)
	}
}

// literal returns the literal directly below f that c lies in, if any, and f again.
func (p *Package) literal(f *Func, c inspector.Cursor) (lit inspector.Cursor, in *Func) {
	for e := range c.Enclosing((*ast.FuncDecl)(nil), (*ast.FuncLit)(nil)) {
		g := p.nodes[e.Node()]
		switch g {
		case f:
			return lit, f
		case nil:
			return lit, nil
		}
		lit = e
	}
	return lit, nil
}

func (p *Package) add(s *shape, val *Value, c inspector.Cursor, v verdict, lit *ast.FuncLit) {
	if v.alias != nil {
		if !slices.ContainsFunc(val.held, func(h held) bool { return h.v == v.alias.v }) {
			val.held = append(val.held, *v.alias)
		}
		if lit != nil && v.alias.role.Has(Ends|MayEnd) {
			val.mark(lit)
		}
		return
	}
	val.stops = val.stops || v.stops
	if v.role == 0 {
		return
	}
	at, ok := p.point(s, val.Func, c)
	if !ok {
		return
	}
	if lit != nil && v.role.Has(Ends|MayEnd|Keeps|Defines) {
		val.mark(lit)
	}
	e := Event{
		At: at, Node: v.node, Role: v.role, Deferred: v.deferred, Sure: true,
		Result: v.result, Form: v.form, Inside: lit != nil, Goes: v.goes,
	}
	if lit != nil && v.deferred {
		e.Sure = len(p.nodes[lit].graph.Blocks[0].Succs) == 0
		e.Recovers = recovers(p.info, lit)
	}
	val.Events = append(val.Events, e)
}

// mark notes that a literal ends what the variable holds when it runs, which may be a value
// that the variable is given later on.
func (v *Value) mark(lit *ast.FuncLit) {
	if v.early == token.NoPos || lit.Pos() < v.early {
		v.early = lit.Pos()
	}
}

func recovers(info *types.Info, lit *ast.FuncLit) bool {
	found := false
	ast.Inspect(lit.Body, func(n ast.Node) bool {
		if id, ok := n.(*ast.Ident); ok && id.Name == "recover" {
			if _, ok := info.Uses[id].(*types.Builtin); ok {
				found = true
			}
		}
		return !found
	})
	return found
}

// point returns the node of the graph that c lies in.
func (p *Package) point(s *shape, f *Func, c inspector.Cursor) (Point, bool) {
	for n := c; n.Valid() && n.Node() != nil && n.Node() != f.Node; n = n.Parent() {
		at, ok := s.at[n.Node()]
		if !ok {
			continue
		}
		// The parts of what a select chooses are nodes too, but the whole is what counts.
		if k, _ := n.ParentEdge(); k == edge.AssignStmt_Lhs {
			if outer, ok := s.at[n.Parent().Node()]; ok {
				return outer, true
			}
		}
		return at, true
	}
	return Point{}, false
}

// bare adds the returns that return a named result without naming it.
func (p *Package) bare(s *shape, val *Value) {
	for _, h := range val.held {
		k := val.Func.named(h.v)
		if k < 0 {
			continue
		}
		for _, b := range val.Func.graph.Blocks {
			if ret := b.Return(); ret != nil && len(ret.Results) == 0 {
				val.Events = append(val.Events, Event{
					At: s.at[ret], Node: ret, Role: Keeps | Known, Result: k, Form: h.form,
				})
			}
		}
	}
}

// captured says what a literal does with a variable of the function around it.
func (p *Package) captured(f *Func, h held) Role {
	if f == nil {
		return Keeps | Known
	}
	if h.lit {
		// A closure that calls another, or hands it on.
		r := Known
		for _, c := range p.uses[h.v] {
			if !f.contains(c.Node().Pos()) {
				continue
			}
			switch k, _ := c.ParentEdge(); {
			case k != edge.CallExpr_Fun:
				r |= Keeps
			case h.role.Has(Ends):
				r |= MayEnd
			}
			r |= h.role &^ Ends
		}
		return r
	}
	key := capture{f, h.v, h.form}
	if r, ok := p.captures[key]; ok {
		return r
	}
	p.captures[key] = Known // a literal that calls itself
	val := p.follow(f, h.v, h.form)
	r := p.roleOf(val)
	if r.Has(Passes) {
		r |= Keeps
	}
	for _, e := range val.Events {
		if e.Role.Has(Defines) {
			r |= Keeps
		}
	}
	p.captures[key] = r
	return r
}

// roleOf sums up what happens in a function to a value that is there from the beginning.
func (p *Package) roleOf(val *Value) Role {
	r := Known
	ends := false
	for _, e := range val.Events {
		if e.Result >= 0 && e.Form != Closer {
			r |= Passes | e.Role&Writes
		} else {
			r |= e.Role & (Keeps | Writes)
		}
		if e.Role.Has(Ends | MayEnd) {
			ends = true
		}
	}
	if !ends {
		return r
	}
	all := true
	w := walk{
		p: p, f: val.Func, events: val.blocks, blocks: val.order,
		begin: func() []known { return p.notNil(val, nil) },
		visit: func(e *Event, _ *place) bool { return !e.Role.Has(Ends) },
		leave: func(*ast.ReturnStmt, *place) bool { all = false; return false },
	}
	w.run(Point{0, -1})
	if all {
		return r | Ends
	}
	return r | MayEnd
}

// notNil adds that the variables of a value are not nil.
func (p *Package) notNil(val *Value, list []known) []known {
	s := p.locate(val.Func)
	for _, h := range val.held {
		if id, ok := s.nils[h.v]; ok && h.form != Derived && !h.lit {
			list = slices.DeleteFunc(list, func(k known) bool { return k.fact == id })
			list = append(list, known{id, no})
		}
	}
	return list
}

// judge says what becomes of an expression that is or holds a value.
func (p *Package) judge(f *Func, c inspector.Cursor, form Form) verdict {
	read := verdict{role: Known, node: c.Node(), result: -1, form: form}
	keeps := verdict{role: Known | Keeps, node: c.Node(), result: -1, form: form}
	for {
		k, i := c.ParentEdge()
		parent := c.Parent()
		switch k {
		case edge.ParenExpr_X, edge.StarExpr_X, edge.TypeAssertExpr_X:
			c = parent
		case edge.UnaryExpr_X:
			if parent.Node().(*ast.UnaryExpr).Op != token.AND {
				return read
			}
			if _, ok := ast.Unparen(c.Node().(ast.Expr)).(*ast.CompositeLit); !ok && form != Derived {
				return keeps
			}
			c = parent
		case edge.SelectorExpr_X:
			next, v, done := p.judgeSelector(f, parent, &form)
			if done {
				return v
			}
			c = next
		case edge.CallExpr_Fun:
			if form != Closer {
				return read
			}
			return p.call(parent, Known|Ends, form)
		case edge.CallExpr_Args:
			next, v, done := p.judgeArgument(f, parent, i, &form)
			if done {
				return v
			}
			c = next
		case edge.KeyValueExpr_Value:
			c = parent
		case edge.CompositeLit_Elts:
			lit := parent.Node().(*ast.CompositeLit)
			next, ok := p.inLiteral(lit, form)
			if !ok {
				return keeps
			}
			form, c = next, parent
		case edge.AssignStmt_Rhs:
			return p.assigned(f, parent.Node().(*ast.AssignStmt), i, form, keeps, read)
		case edge.ValueSpec_Values:
			spec := parent.Node().(*ast.ValueSpec)
			if len(spec.Values) != len(spec.Names) {
				return p.several(f, idents(spec.Names), form, keeps, read)
			}
			return p.stored(f, spec.Names[i], form, keeps, read)
		case edge.AssignStmt_Lhs, edge.RangeStmt_Key, edge.RangeStmt_Value:
			if _, ok := ast.Unparen(c.Node().(ast.Expr)).(*ast.Ident); !ok {
				return read // a field of what holds the value
			}
			return verdict{role: Known | Defines, node: c.Node(), result: -1}
		case edge.ValueSpec_Names:
			if len(parent.Node().(*ast.ValueSpec).Values) > 0 {
				return verdict{role: Known | Defines, node: c.Node(), result: -1}
			}
			return read
		case edge.ReturnStmt_Results:
			keeps.node = parent.Node()
			keeps.form = form
			if len(parent.Node().(*ast.ReturnStmt).Results) == f.Sig.Results().Len() {
				keeps.result = i
			}
			return keeps
		case edge.BinaryExpr_X, edge.BinaryExpr_Y, edge.ExprStmt_X, edge.IfStmt_Cond, edge.SwitchStmt_Tag,
			edge.CaseClause_List, edge.Field_Names:
			return read
		default:
			return keeps
		}
	}
}

// judgeSelector is for x.f and x.m; call is the selector.
func (p *Package) judgeSelector(f *Func, sel inspector.Cursor, form *Form) (next inspector.Cursor, v verdict, done bool) {
	node := sel.Node().(*ast.SelectorExpr)
	read := verdict{role: Known, node: node, result: -1, form: *form}
	s := p.info.Selections[node]
	if s == nil {
		return sel, read, true
	}
	if s.Kind() == types.FieldVal {
		switch {
		case *form == Derived:
			if isPlain(s.Type()) {
				return sel, read, true
			}
			return sel, verdict{}, false
		case p.kind.Is(s.Type()):
			*form = Itself
			return sel, verdict{}, false
		case p.holds(s.Type()):
			return sel, verdict{}, false
		}
		return sel, read, true
	}
	fn, _ := s.Obj().(*types.Func)
	if fn == nil {
		return sel, read, true
	}
	fn = fn.Origin()
	role := p.methodRole(fn, *form)
	top := sel
	for {
		if k, _ := top.ParentEdge(); k != edge.ParenExpr_X {
			break
		}
		top = top.Parent()
	}
	if k, _ := top.ParentEdge(); k != edge.CallExpr_Fun {
		if role.Has(Ends | MayEnd) {
			*form = Closer
			return top, verdict{}, false
		}
		if *form == Derived {
			return top, verdict{}, false
		}
		return sel, read, true
	}
	call := top.Parent()
	if role.Has(Passes) {
		return p.passed(call, role, form)
	}
	if *form == Derived {
		if k, _ := call.ParentEdge(); k != edge.GoStmt_Call && !role.Has(Keeps) && p.livesOn(call.Node().(*ast.CallExpr)) {
			return call, verdict{}, false
		}
	}
	v = p.call(call, role, *form)
	v.stops = *form == Derived && isEndish(strings.TrimPrefix(strings.Replace(fn.Name(), "Shutdown", "Stop", 1), "Graceful"))
	return sel, v, true
}

// call is the verdict on a call that does something with a value.
func (p *Package) call(call inspector.Cursor, role Role, form Form) verdict {
	if role.Has(Passes) {
		role = role&^Passes | Keeps
	}
	v := verdict{role: role, node: call.Node(), result: -1, form: form}
	switch k, _ := call.ParentEdge(); k {
	case edge.DeferStmt_Call:
		v.deferred = true
	case edge.GoStmt_Call:
		switch {
		case role.Has(Ends | MayEnd | Keeps | Passes):
			v.role = Known | Keeps
		case p.kind.Carries != nil:
			v.role, v.goes = Known|Keeps, true
		}
	}
	return v
}

// passed says what becomes of a call in whose result a value lives on: next is the call when
// the result is what to look at now.
func (p *Package) passed(call inspector.Cursor, role Role, form *Form) (next inspector.Cursor, v verdict, done bool) {
	rest := role &^ Passes
	k, _ := call.ParentEdge()
	t := p.info.TypeOf(call.Node().(ast.Expr))
	_, tuple := t.(*types.Tuple)
	switch {
	case rest.Has(Ends | MayEnd | Keeps):
		return call, p.call(call, rest, *form), true
	case k == edge.ExprStmt_X || k == edge.DeferStmt_Call:
		return call, p.call(call, rest, *form), true
	case k == edge.GoStmt_Call || tuple && p.kind.Carries == nil:
		return call, p.call(call, rest|Keeps, *form), true
	case !tuple && *form != Derived && p.kind.Is(t):
		*form = Itself
	case !tuple && *form != Derived && p.holds(t):
		*form = Holder
	case p.kind.Carries != nil:
		if !p.livesOn(call.Node().(*ast.CallExpr)) {
			return call, p.call(call, rest, *form), true
		}
		*form = Derived
	default:
		return call, p.call(call, rest|Keeps, *form), true
	}
	return call, verdict{}, false
}

// methodRole says what a method does with its receiver.
func (p *Package) methodRole(fn *types.Func, form Form) Role {
	if form == Derived {
		if p.carries(fn) {
			return Known
		}
		return Known | Keeps
	}
	own := Role(0)
	if p.kind.Method != nil {
		own = p.kind.Method(fn)
	}
	if own.Has(Ends) {
		return own | Known
	}
	if s := p.summary(fn); s != nil {
		for _, q := range s.Params {
			if q.Index == -1 {
				return q.Role | own
			}
		}
	}
	switch {
	case own != 0:
		return own | Known
	case form == Holder:
		return Known | Keeps
	case isEndish(fn.Name()):
		return Known | MayEnd
	}
	return Known
}

// isEndish reports whether a method of which nothing is known may end its receiver.
func isEndish(name string) bool {
	for _, s := range []string{"End", "Finish", "Close", "Done", "Stop", "Complete", "Release", "Cancel"} {
		if rest, ok := strings.CutPrefix(name, s); ok && (rest == "" || !unicode.IsLower(rune(rest[0]))) {
			return true
		}
	}
	return false
}

func (p *Package) carries(fn *types.Func) bool {
	return fn != nil && p.kind.Carries != nil && p.kind.Carries(fn)
}

// judgeArgument is for f(x).
func (p *Package) judgeArgument(f *Func, call inspector.Cursor, i int, form *Form) (next inspector.Cursor, v verdict, done bool) {
	node := call.Node().(*ast.CallExpr)
	keeps := verdict{role: Known | Keeps, node: node, result: -1, form: *form}
	read := verdict{role: Known, node: node, result: -1, form: *form}
	fun := ast.Unparen(node.Fun)
	if p.info.Types[fun].IsType() { // a conversion
		return call, verdict{}, false
	}
	if id, ok := fun.(*ast.Ident); ok {
		if b, ok := p.info.Uses[id].(*types.Builtin); ok {
			switch b.Name() {
			case "append":
				if *form == Derived {
					return call, verdict{}, false
				}
				return call, keeps, true
			}
			return call, read, true
		}
	}
	if lit, ok := fun.(*ast.FuncLit); ok {
		g := p.nodes[lit]
		if g == nil || i >= g.Sig.Params().Len() || g.Sig.Variadic() {
			return call, keeps, true
		}
		return call, p.call(call, p.roleOf(p.follow(g, g.Sig.Params().At(i), *form)), *form), true
	}
	fn := code.Callee(p.info, node)
	if fn == nil {
		return call, keeps, true
	}
	if *form == Closer {
		return call, keeps, true
	}
	index := i
	if sel, ok := fun.(*ast.SelectorExpr); ok {
		if s := p.info.Selections[sel]; s != nil && s.Kind() == types.MethodExpr {
			if index--; index < 0 {
				return call, p.call(call, p.methodRole(fn, *form), *form), true
			}
		}
	}
	params := fn.Signature().Params()
	if fn.Signature().Variadic() && index >= params.Len()-1 {
		index = params.Len() - 1
	}
	if s := p.summary(fn); s != nil {
		for _, q := range s.Params {
			switch {
			case q.Index != index || *form == Derived && q.Role.Has(Keeps):
			case q.Role.Has(Passes):
				return p.passed(call, q.Role, form)
			default:
				return call, p.call(call, q.Role, *form), true
			}
		}
	}
	if p.carries(fn) {
		if k, _ := call.ParentEdge(); k == edge.GoStmt_Call {
			return call, keeps, true
		}
		if recv := receiver(p.info, node); recv != nil {
			v := code.Var(p.info, recv)
			if v == nil || !p.isLocal(f, v) {
				return call, keeps, true
			}
			if p.fresh(v) {
				return call, verdict{alias: &held{v: v, form: Derived}}, true
			}
		}
		if !p.livesOn(node) {
			return call, read, true
		}
		*form = Derived
		return call, verdict{}, false
	}
	return call, keeps, true
}

// receiver returns the expression that a method is called on, or nil.
func receiver(info *types.Info, call *ast.CallExpr) ast.Expr {
	sel, ok := ast.Unparen(call.Fun).(*ast.SelectorExpr)
	if !ok {
		return nil
	}
	if s := info.Selections[sel]; s != nil && s.Kind() == types.MethodVal {
		return sel.X
	}
	return nil
}

// livesOn reports whether a call has a result that something can live on in.
func (p *Package) livesOn(call *ast.CallExpr) bool {
	t := p.info.TypeOf(call)
	if tuple, ok := t.(*types.Tuple); ok {
		for v := range tuple.Variables() {
			if !isPlain(v.Type()) {
				return true
			}
		}
		return false
	}
	return !isPlain(t)
}

// isPlain reports whether nothing can live on in a value of the type: an error, a number.
func isPlain(t types.Type) bool {
	if t == nil {
		return true
	}
	if n, ok := types.Unalias(t).(*types.Named); ok && n.Obj().Pkg() == nil && n.Obj().Name() == "error" {
		return true
	}
	_, basic := t.Underlying().(*types.Basic)
	return basic
}

// inLiteral returns the form of a composite literal with a value inside.
func (p *Package) inLiteral(lit *ast.CompositeLit, form Form) (Form, bool) {
	t := p.info.TypeOf(lit)
	if t == nil {
		return form, false
	}
	if form == Derived {
		return Derived, true
	}
	if _, ok := t.Underlying().(*types.Struct); !ok {
		if p.kind.Carries != nil && form == Itself {
			return Derived, true
		}
		return form, false
	}
	if p.holds(t) && form != Closer {
		return Holder, true
	}
	return form, false
}

// assigned is for a value on the right of an assignment.
func (p *Package) assigned(f *Func, a *ast.AssignStmt, i int, form Form, keeps, read verdict) verdict {
	if len(a.Lhs) != len(a.Rhs) {
		return p.several(f, a.Lhs, form, keeps, read)
	}
	return p.stored(f, a.Lhs[i], form, keeps, read)
}

func idents(names []*ast.Ident) []ast.Expr {
	list := make([]ast.Expr, len(names))
	for i, n := range names {
		list[i] = n
	}
	return list
}

// several is for x, ok := v.(T) and for the results of a call.
func (p *Package) several(f *Func, lhs []ast.Expr, form Form, keeps, read verdict) verdict {
	for i, e := range lhs {
		if i > 0 && isPlain(p.info.TypeOf(e)) {
			continue
		}
		v := p.stored(f, e, form, keeps, read)
		if i > 0 && v.alias != nil {
			return keeps // two of them
		}
		if v.alias != nil || v.role.Has(Keeps) {
			return v
		}
	}
	return read
}

// stored is for a value that is assigned to an expression.
func (p *Package) stored(f *Func, lhs ast.Expr, form Form, keeps, read verdict) verdict {
	lhs = ast.Unparen(lhs)
	switch lhs := lhs.(type) {
	case *ast.Ident:
		if lhs.Name == "_" {
			return read
		}
		v, _ := p.info.ObjectOf(lhs).(*types.Var)
		if v == nil || p.owner(v) != f || p.definitions(v) != 1 && form != Derived {
			return keeps
		}
		if !p.isLocal(f, v) && f.named(v) < 0 {
			return keeps
		}
		return verdict{alias: &held{v: v, form: form}}
	case *ast.SelectorExpr:
		v := code.Var(p.info, lhs.X)
		if v == nil || !p.isLocal(f, v) || !p.fresh(v) {
			return keeps
		}
		switch {
		case p.kind.Carries != nil && (form == Derived || !p.holds(v.Type())):
			return verdict{alias: &held{v: v, form: Derived}}
		case form == Itself && p.holds(v.Type()):
			return verdict{alias: &held{v: v, form: Holder}}
		}
	}
	return keeps
}

// fresh reports whether a variable holds a struct that was made here.
func (p *Package) fresh(v *types.Var) bool {
	if p.definitions(v) > 1 {
		return false
	}
	if _, ok := v.Type().Underlying().(*types.Struct); ok {
		return true
	}
	for _, c := range p.uses[v] {
		k, i := c.ParentEdge()
		var e ast.Expr
		switch k {
		case edge.AssignStmt_Lhs:
			if a := c.Parent().Node().(*ast.AssignStmt); len(a.Lhs) == len(a.Rhs) {
				e = a.Rhs[i]
			}
		case edge.ValueSpec_Names:
			if s := c.Parent().Node().(*ast.ValueSpec); len(s.Values) == len(s.Names) {
				e = s.Values[i]
			}
		}
		switch x := ast.Unparen(e).(type) {
		case *ast.UnaryExpr:
			_, ok := ast.Unparen(x.X).(*ast.CompositeLit)
			return ok && x.Op == token.AND
		case *ast.CallExpr:
			if id, ok := x.Fun.(*ast.Ident); ok && id.Name == "new" {
				return true
			}
			return p.carries(code.Callee(p.info, x))
		}
	}
	return false
}

// judgeLiteral says what becomes of a literal that does something with a value.
func (p *Package) judgeLiteral(f *Func, lit inspector.Cursor, role Role) verdict {
	top := lit
	for {
		if k, _ := top.ParentEdge(); k != edge.ParenExpr_X {
			break
		}
		top = top.Parent()
	}
	k, i := top.ParentEdge()
	if k == edge.CallExpr_Fun {
		return p.call(top.Parent(), role, Itself)
	}
	var target *types.Var
	switch k {
	case edge.AssignStmt_Rhs:
		if a := top.Parent().Node().(*ast.AssignStmt); len(a.Lhs) == len(a.Rhs) {
			target = code.Var(p.info, a.Lhs[i])
		}
	case edge.ValueSpec_Values:
		if s := top.Parent().Node().(*ast.ValueSpec); len(s.Names) == len(s.Values) {
			target = code.Var(p.info, s.Names[i])
		}
	case edge.ReturnStmt_Results:
		if role.Has(Ends|MayEnd) && !role.Has(Keeps) {
			v := verdict{role: Known | Keeps, node: top.Parent().Node(), result: -1, form: Closer}
			if len(top.Parent().Node().(*ast.ReturnStmt).Results) == f.Sig.Results().Len() {
				v.result = i
			}
			return v
		}
	}
	if target != nil && target.Name() != "_" && p.owner(target) == f && p.definitions(target) == 1 && !role.Has(Keeps) {
		return verdict{alias: &held{v: target, form: Closer, role: role, lit: true}}
	}
	if role.Has(Ends | MayEnd | Keeps) {
		return verdict{role: Known | Keeps | role&Writes, node: lit.Node(), result: -1}
	}
	if p.kind.Carries != nil {
		return p.judge(f, lit, Derived)
	}
	return verdict{role: Known, node: lit.Node(), result: -1}
}

// judgeClosure says what becomes of a variable that holds a literal.
func (p *Package) judgeClosure(f *Func, c inspector.Cursor, h held) verdict {
	k, i := c.ParentEdge()
	switch {
	case k == edge.CallExpr_Fun:
		return p.call(c.Parent(), h.role, Closer)
	case isDefined(c), k == edge.ValueSpec_Names:
		return verdict{}
	case k == edge.BinaryExpr_X || k == edge.BinaryExpr_Y:
		return verdict{role: Known, node: c.Node(), result: -1}
	case !h.role.Has(Ends | MayEnd):
		if p.kind.Carries != nil {
			return p.judge(f, c, Derived)
		}
		return verdict{role: Known, node: c.Node(), result: -1}
	case k == edge.ReturnStmt_Results:
		v := verdict{role: Known | Keeps, node: c.Parent().Node(), result: -1, form: Closer}
		if len(c.Parent().Node().(*ast.ReturnStmt).Results) == f.Sig.Results().Len() {
			v.result = i
		}
		return v
	}
	return verdict{role: Known | Keeps, node: c.Node(), result: -1, form: Closer}
}
