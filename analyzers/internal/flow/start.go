package flow

import (
	"go/ast"
	"go/types"
	"slices"

	"golang.org/x/tools/go/ast/edge"
	"golang.org/x/tools/go/ast/inspector"

	"github.com/mintwright/mintwright/analyzers/internal/code"
)

// Start is a call that makes a value.
type Start struct {
	Func   *Func
	Call   *ast.CallExpr
	Cursor inspector.Cursor // of the call
	Callee *types.Func      // nil for a function value
	Stmt   ast.Node         // the assignment or declaration; nil when nothing takes the results
	Result Result
	Lhs    []ast.Expr // what the results are assigned to
	At     Point

	Ident   *ast.Ident // what takes the value; nil when no variable does
	Dropped bool       // nothing takes the value
	Value   *Value     // nil when it is dropped, or handed over at once
}

// Starts returns the calls of the package that make a value, in the order of functions.
func (p *Package) Starts() []*Start {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.starts != nil {
		return p.starts
	}
	p.starts = []*Start{}
	for _, f := range p.funcs {
		for _, c := range p.calls[f] {
			for _, r := range p.started(c.Node().(*ast.CallExpr)) {
				if st := p.startAt(f, c, r); st != nil {
					p.starts = append(p.starts, st)
				}
			}
		}
	}
	return p.starts
}

// startAt looks at what a call's value is used for; nil when it is handed over or ended at once.
func (p *Package) startAt(f *Func, call inspector.Cursor, r Result) *Start {
	lhs, stmt := p.destinations(call)
	if lhs != nil {
		if r.Index >= len(lhs) {
			return nil
		}
		return p.start(f, call, r, lhs[r.Index], stmt, lhs)
	}
	k, _ := call.ParentEdge()
	dropped := k == edge.ExprStmt_X || k == edge.GoStmt_Call || k == edge.DeferStmt_Call
	if !dropped && !isTuple(p.info, call.Node()) {
		v := p.judge(f, call, r.Form)
		dropped = v.alias == nil && !v.role.Has(Ends|MayEnd|Keeps|Defines)
	}
	if !dropped {
		return nil
	}
	if k == edge.ExprStmt_X {
		stmt = call.Parent().Node()
	}
	if r.Form == Holder && !p.kind.Is(p.resultType(call.Node(), r.Index)) {
		return nil // made for something else than to be ended
	}
	st := &Start{Func: f, Call: call.Node().(*ast.CallExpr), Cursor: call, Stmt: stmt, Result: r, Dropped: true}
	st.Callee = code.Callee(p.info, st.Call)
	at, ok := p.point(p.locate(f), f, call)
	st.At = at
	if !ok || !f.graph.Blocks[at.Block].Live {
		return nil
	}
	return st
}

// resultType returns the type of a result of a call.
func (p *Package) resultType(call ast.Node, i int) types.Type {
	t := p.info.TypeOf(call.(ast.Expr))
	if tuple, ok := t.(*types.Tuple); ok {
		if i >= tuple.Len() {
			return types.Typ[types.Invalid]
		}
		return tuple.At(i).Type()
	}
	return t
}

// start is for a call whose results are assigned.
func (p *Package) start(f *Func, call inspector.Cursor, r Result, to ast.Expr, stmt ast.Node, lhs []ast.Expr) *Start {
	st := &Start{Func: f, Call: call.Node().(*ast.CallExpr), Cursor: call, Stmt: stmt, Result: r, Lhs: lhs}
	st.Callee = code.Callee(p.info, st.Call)
	at, ok := p.point(p.locate(f), f, call)
	if !ok || !f.graph.Blocks[at.Block].Live {
		return nil
	}
	st.At = at
	if sel, ok := ast.Unparen(to).(*ast.SelectorExpr); ok {
		v := code.Var(p.info, sel.X)
		if v == nil || !p.isLocal(f, v) || !p.fresh(v) || !p.holds(v.Type()) {
			return nil
		}
		st.Ident, _ = ast.Unparen(sel.X).(*ast.Ident)
		st.Value = p.follow(f, v, Holder)
		return st
	}
	st.Ident, _ = ast.Unparen(to).(*ast.Ident)
	if st.Ident == nil {
		return nil
	}
	if st.Ident.Name == "_" {
		if r.Form == Holder && !p.kind.Is(p.resultType(st.Call, r.Index)) {
			return nil
		}
		st.Dropped = true
		return st
	}
	v, _ := p.info.ObjectOf(st.Ident).(*types.Var)
	if v == nil || p.owner(v) != f {
		return nil // a variable of the package, or of the function around this literal
	}
	if r.Form == Holder && !p.endable(v.Type()) {
		return nil
	}
	st.Value = p.follow(f, v, r.Form)
	return st
}

// endable reports whether a type that holds a value has a way to end it.
func (p *Package) endable(t types.Type) bool {
	if p.kind.Is(t) {
		return true
	}
	n := code.Named(t)
	if n == nil {
		return false
	}
	n = n.Origin()
	for method := range n.Methods() {
		if p.role(method.Origin(), -1).Has(Ends | MayEnd) {
			return true
		}
	}
	return false
}

// search walks from a start to what happens to its value. leave may be nil.
func (p *Package) search(st *Start, visit func(*Event) bool, leave func(*Exit) bool) {
	w := &walk{p: p, f: st.Func, events: st.Value.blocks, blocks: st.Value.order}
	w.begin = func() []known { return p.assume(st) }
	w.visit = func(e *Event, at *place) bool {
		if e.Role.Has(Defines) {
			if leave != nil && !leave(&Exit{Pos: e.Node.Pos(), Path: w.path(at)}) {
				w.stopped = true
			}
			return false
		}
		return visit(e)
	}
	w.leave = func(ret *ast.ReturnStmt, at *place) bool {
		return leave == nil || leave(&Exit{Pos: ret.Pos(), Return: ret, Path: w.path(at)})
	}
	w.run(st.At)
}

// assume lists what holds where a value has been made: what has led there, that it is not
// nil, and that the error that came with it is.
func (p *Package) assume(st *Start) []known {
	s := p.locate(st.Func)
	list := p.before(st.Func, st.At)
	set := func(id int32, v truth) {
		list = slices.DeleteFunc(list, func(k known) bool { return k.fact == id })
		list = append([]known{{id, v}}, list...)
	}
	for _, k := range p.notNil(st.Value, nil) {
		set(k.fact, k.value)
	}
	for i, e := range st.Lhs {
		if i == st.Result.Index {
			continue
		}
		v := code.Var(p.info, e)
		if v == nil {
			continue
		}
		if id, ok := s.nils[v]; ok {
			if code.IsError(v.Type()) {
				set(id, yes)
			} else if slices.ContainsFunc(list, func(k known) bool { return k.fact == id }) {
				list = slices.DeleteFunc(list, func(k known) bool { return k.fact == id })
			}
		}
		if id, ok := s.bools[v]; ok {
			set(id, yes)
		}
	}
	return list
}

// Leak is a way on which a value is not ended.
type Leak struct {
	Start *Start
	Never bool // it is ended nowhere, and handed to nobody
	Exit  Exit
	Lost  bool // the exit is where the variable gets another value
	Again bool // and that is by the same call, in the next round of a loop
}

// LeakOf returns a way on which the value of a start is not ended, or nil.
func (p *Package) LeakOf(st *Start) *Leak {
	if st.Value == nil {
		return nil
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	val := st.Value
	if val.early.IsValid() && val.early < st.Call.Pos() {
		return nil
	}
	aliases := slices.ContainsFunc(val.held[1:], func(h held) bool { return !h.lit && h.form != Closer && h.form != Derived })
	var found *Leak
	gone := func(e *Event) bool {
		return e.Role.Has(Ends|MayEnd) || e.Role.Has(Keeps) && !(e.Goes && val.stops)
	}
	p.search(st, func(e *Event) bool { return !gone(e) }, func(x *Exit) bool {
		l := &Leak{Start: st, Exit: *x}
		if x.Return == nil {
			if aliases {
				return true
			}
			l.Lost = true
			l.Again = st.Stmt != nil && st.Stmt.Pos() <= x.Pos && x.Pos < st.Stmt.End()
		}
		found = l
		return false
	})
	if found != nil {
		found.Never = !slices.ContainsFunc(val.Events, func(e Event) bool { return gone(&e) })
	}
	return found
}

// Loops returns the deferred ends of a value that run when the function returns, while the
// loop around them makes the next value.
func (p *Package) Loops(st *Start) []Event {
	if st.Value == nil {
		return nil
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if !p.again(st.Func, st.At, st.At) {
		return nil
	}
	var list []Event
	p.search(st, func(e *Event) bool {
		if !e.Role.Has(Ends) {
			return !e.Role.Has(MayEnd | Keeps)
		}
		if e.Deferred && p.again(st.Func, e.At, st.At) && !slices.ContainsFunc(list, func(have Event) bool { return have.Node == e.Node }) {
			list = append(list, *e)
		}
		return false
	}, nil)
	return list
}

// InLoop reports whether a start may run again before its function returns.
func (p *Package) InLoop(st *Start) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.again(st.Func, st.At, st.At)
}

// Plain reports whether all that happens to a value are calls of its methods and of functions
// that do not keep it: the function can end it when it returns.
func (v *Value) Plain() bool {
	if slices.ContainsFunc(v.held[1:], func(h held) bool { return h.form != Derived || h.lit }) {
		return false
	}
	return !slices.ContainsFunc(v.Events, func(e Event) bool {
		return e.Role.Has(Ends|MayEnd) || e.Role.Has(Keeps) && !(e.Goes && v.stops) || e.Inside
	})
}
