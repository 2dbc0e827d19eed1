package flow

import (
	"cmp"
	"go/ast"
	"go/token"
	"go/types"
	"slices"

	"golang.org/x/tools/go/ast/edge"

	"github.com/mintwright/mintwright/analyzers/internal/code"
)

// Use is something that a value is told when it has ended.
type Use struct {
	Var  *types.Var
	End  Event
	Use  Event
	Path []Step
}

// AfterEnd returns what values of local variables are told after they have ended, in order of
// the source: on a path that leads from the one to the other, or by a deferred call that runs
// after the end.
func (p *Package) AfterEnd() []Use {
	p.mu.Lock()
	defer p.mu.Unlock()
	var list []Use
	for _, k := range p.candidates() {
		val := p.follow(k.f, k.v, Itself)
		told := p.told(val)
		seen := map[ast.Node]bool{}
		note := func(end, use Event, path []Step) {
			if !seen[use.Node] {
				seen[use.Node] = true
				list = append(list, Use{k.v, end, use, path})
			}
		}
		for _, e := range val.Events {
			switch {
			case !e.Role.Has(Ends) && !e.Deferred, !told.after(e):
				// Nothing can follow.
			case e.Role.Has(Ends) && !e.Deferred:
				p.after(val, e, func(use Event, path []Step) { note(e, use, path) })
			case e.Deferred && e.Role.Has(Writes) && !e.Role.Has(Ends|MayEnd):
				p.deferredAfter(val, e, func(end Event) { note(end, e, nil) })
			}
		}
	}
	slices.SortStableFunc(list, func(a, b Use) int { return cmp.Compare(a.Use.Node.Pos(), b.Use.Node.Pos()) })
	return list
}

// told says where a value is told something or ends, to know without a search that a place has
// nothing of that behind it. Code that comes later in the function lies later in the source,
// but for loops.
type told struct {
	last   token.Pos
	cycles map[int32]bool
	cycle  []int32
}

func (p *Package) told(val *Value) told {
	t := told{cycles: map[int32]bool{}, cycle: p.locate(val.Func).cycle}
	for _, e := range val.Events {
		if e.Role.Has(Writes) || e.Deferred && e.Role.Has(Ends) {
			t.last = max(t.last, e.Node.Pos())
			t.cycles[t.cycle[e.At.Block]] = true
		}
	}
	return t
}

func (t *told) after(e Event) bool {
	c := t.cycle[e.At.Block]
	return e.Deferred || e.Node.Pos() < t.last || c != 0 && t.cycles[c]
}

// candidates returns the functions with the variables of the kind that they use themselves.
func (p *Package) candidates() []valueKey {
	var list []valueKey
	for v, uses := range p.uses {
		if len(uses) < 2 || !p.kind.Is(v.Type()) {
			continue
		}
		seen := map[*Func]bool{}
		for _, c := range uses {
			if f := p.innermost(c); f != nil && !seen[f] {
				seen[f] = true
				list = append(list, valueKey{f, v, Itself})
			}
		}
	}
	slices.SortFunc(list, func(a, b valueKey) int {
		return cmp.Or(cmp.Compare(a.f.Node.Pos(), b.f.Node.Pos()), cmp.Compare(a.v.Pos(), b.v.Pos()))
	})
	return list
}

// after walks from the end of a value to what it is told then.
func (p *Package) after(val *Value, end Event, note func(Event, []Step)) {
	w := &walk{p: p, f: val.Func, events: val.blocks, blocks: val.order}
	w.begin = func() []known { return p.notNil(val, p.before(val.Func, end.At)) }
	w.visit = func(e *Event, at *place) bool {
		switch {
		case e.Role.Has(Defines | Ends):
			return false
		case e.Role.Has(Writes) && !e.Role.Has(MayEnd):
			note(*e, w.path(at))
			return false
		}
		return true
	}
	w.leave = func(*ast.ReturnStmt, *place) bool { return true }
	w.run(end.At)
}

// deferredAfter looks for an end that comes before a deferred call that has been registered: a
// deferred one that is registered later, or any other.
func (p *Package) deferredAfter(val *Value, d Event, note func(Event)) {
	w := &walk{p: p, f: val.Func, events: val.blocks, blocks: val.order}
	w.begin = func() []known { return p.notNil(val, p.before(val.Func, d.At)) }
	w.visit = func(e *Event, _ *place) bool {
		switch {
		case e.Role.Has(Defines):
			return false
		case !e.Role.Has(Ends):
			return true
		case e.Deferred || d.Sure && !d.Recovers:
			note(*e)
		}
		return false
	}
	w.leave = func(*ast.ReturnStmt, *place) bool { return true }
	w.run(d.At)
}

// Foreign is a deferred end of a value that the function has taken out of a context which it
// was given.
type Foreign struct {
	Func *Func
	Call *ast.CallExpr // that takes it out
	End  Event
}

// Foreigns returns the deferred ends of values that others have made, in order of the source.
func (p *Package) Foreigns() []Foreign {
	if p.kind.FromContext == nil {
		return nil
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	var list []Foreign
	for _, f := range p.funcs {
		for _, c := range p.calls[f] {
			call := c.Node().(*ast.CallExpr)
			fn := code.Callee(p.info, call)
			if fn == nil || len(call.Args) == 0 || !p.kind.FromContext(fn) || !p.isGiven(call.Args[0]) {
				continue
			}
			if v := p.result(c, 0); v != nil {
				if p.definitions(v) != 1 || p.owner(v) != f {
					continue
				}
				for _, e := range p.follow(f, v, Itself).Events {
					if e.Deferred && e.Role.Has(Ends) {
						list = append(list, Foreign{f, call, e})
					}
				}
				continue
			}
			if k, _ := c.ParentEdge(); k != edge.SelectorExpr_X {
				continue
			}
			if got := p.judge(f, c, Itself); got.deferred && got.role.Has(Ends) {
				at, _ := p.point(p.locate(f), f, c)
				list = append(list, Foreign{f, call, Event{At: at, Node: got.node, Role: got.role, Deferred: true, Result: -1}})
			}
		}
	}
	return list
}

// isGiven reports whether a context comes from outside: a parameter, perhaps with a deadline
// or a value more, or the context of a request.
func (p *Package) isGiven(e ast.Expr) bool {
	switch e := ast.Unparen(e).(type) {
	case *ast.CallExpr:
		fn := code.Callee(p.info, e)
		return fn != nil && fn.Name() == "Context" && len(e.Args) == 0
	case *ast.Ident:
		v, _ := p.info.ObjectOf(e).(*types.Var)
		if v == nil {
			return false
		}
		f := p.owner(v)
		if f == nil {
			return false
		}
		given := !p.isLocal(f, v)
		for _, c := range p.uses[v] {
			if !isDefined(c) {
				continue
			}
			k, i := c.ParentEdge()
			if k != edge.AssignStmt_Lhs {
				return false
			}
			a := c.Parent().Node().(*ast.AssignStmt)
			if len(a.Rhs) == 1 {
				i = 0
			}
			call, ok := ast.Unparen(a.Rhs[i]).(*ast.CallExpr)
			if !ok {
				return false
			}
			fn := code.Callee(p.info, call)
			switch {
			case fn == nil || fn.Pkg() == nil:
				return false
			case fn.Pkg().Path() == "context" && len(call.Args) > 0:
				// The same context with something more.
			case fn.Name() == "Context" && len(call.Args) == 0:
				given = true
			default:
				return false
			}
		}
		return given
	}
	return false
}
