package flow

import (
	"fmt"
	"go/ast"
	"go/types"
	"slices"
	"strings"

	"golang.org/x/tools/go/ast/edge"
	"golang.org/x/tools/go/ast/inspector"

	"github.com/mintwright/mintwright/analyzers/internal/code"
)

// String is for tests: "param 1 ends|writes, result 0 closer".
func (s Summary) String() string {
	var parts []string
	for _, q := range s.Params {
		var bits []string
		for i, name := range [...]string{"ends", "mayend", "keeps", "writes", "", "passes"} {
			if name != "" && q.Role.Has(1<<i) {
				bits = append(bits, name)
			}
		}
		parts = append(parts, fmt.Sprintf("param %d %s", q.Index, strings.Join(append(bits, "")[:max(len(bits), 1)], "|")))
	}
	for _, r := range s.Results {
		parts = append(parts, fmt.Sprintf("result %d %s", r.Index, [...]string{"open", "holder", "closer", "derived"}[r.Form]))
	}
	return strings.Join(parts, ", ")
}

// Summaries calls yield for each function of the package whose summary says something.
func (p *Package) Summaries(yield func(fn *types.Func, s Summary)) {
	for _, f := range p.funcs {
		if f.Obj == nil {
			continue
		}
		if s := p.summaries[f.Obj]; s != nil && len(s.Params)+len(s.Results) > 0 {
			yield(f.Obj, *s)
		}
	}
}

// summary returns what is known of a function, or nil.
func (p *Package) summary(fn *types.Func) *Summary {
	if fn == nil {
		return nil
	}
	if fn.Pkg() == p.pass.Pkg {
		return p.summaries[fn]
	}
	if s, ok := p.imported[fn]; ok {
		return s
	}
	var s *Summary
	if p.kind.Import != nil && fn.Pkg() != nil {
		if have, ok := p.kind.Import(fn); ok {
			s = &have
		}
	}
	p.imported[fn] = s
	return s
}

// Role returns what a function does with a parameter, 0 when nothing is known; the receiver
// is -1.
func (p *Package) Role(fn *types.Func, param int) Role {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.role(fn, param)
}

func (p *Package) role(fn *types.Func, param int) Role {
	if s := p.summary(fn); s != nil {
		for _, q := range s.Params {
			if q.Index == param {
				return q.Role
			}
		}
	}
	return 0
}

// summarise computes what the functions of the package do with their parameters, and then
// which of their results have to be ended. Both only grow.
func (p *Package) summarise() {
	for _, f := range p.funcs {
		if f.Obj == nil {
			continue
		}
		s := &Summary{}
		for _, q := range parameters(f.Sig) {
			if p.takes(q.v.Type()) {
				s.Params = append(s.Params, Param{q.index, Known})
			}
		}
		if len(s.Params) > 0 {
			p.summaries[f.Obj] = s
		}
	}
	p.fixpoint(p.roles)
	p.forget()
	p.fixpoint(p.results)
}

type parameter struct {
	index int
	v     *types.Var
}

func parameters(sig *types.Signature) []parameter {
	var list []parameter
	if r := sig.Recv(); r != nil {
		list = append(list, parameter{-1, r})
	}
	for i := range sig.Params().Len() {
		list = append(list, parameter{i, sig.Params().At(i)})
	}
	return list
}

// fixpoint runs step on each declared function, and again on those who call one that changed.
func (p *Package) fixpoint(step func(*Func) bool) {
	var todo []*Func
	waits := map[*Func]bool{}
	for _, f := range p.funcs {
		if f.Obj != nil {
			todo = append(todo, f)
			waits[f] = true
		}
	}
	for len(todo) > 0 {
		f := todo[0]
		todo = todo[1:]
		waits[f] = false
		if !step(f) {
			continue
		}
		for _, caller := range p.callers[f.Obj] {
			if !waits[caller] {
				waits[caller] = true
				todo = append(todo, caller)
			}
		}
	}
}

// forget drops what was computed from summaries that may have changed since.
func (p *Package) forget() {
	clear(p.values)
	clear(p.captures)
}

// roles computes what a function does with its parameters, and reports whether that is news.
func (p *Package) roles(f *Func) bool {
	s := p.summaries[f.Obj]
	changed := false
	update := func(index int, r Role) {
		if s == nil {
			s = &Summary{}
			p.summaries[f.Obj] = s
		}
		for i := range s.Params {
			if q := &s.Params[i]; q.Index == index {
				if q.Role|r != q.Role {
					q.Role |= r
					changed = true
				}
				return
			}
		}
		s.Params = append(s.Params, Param{index, r})
		changed = true
	}
	for _, q := range parameters(f.Sig) {
		switch {
		case p.takes(q.v.Type()):
			if len(p.uses[q.v]) < 2 { // the declaration
				continue
			}
			p.forget()
			form := Itself
			if !p.kind.Is(q.v.Type()) && p.holds(q.v.Type()) {
				form = Holder
			}
			update(q.index, p.roleOf(p.follow(f, q.v, form)))
		case p.kind.FromContext != nil && code.IsContext(q.v.Type()) && len(p.uses[q.v]) > 1:
			p.forget()
			if r := p.contextRole(q.v); r.Has(Ends | MayEnd) {
				update(q.index, r)
			}
		}
	}
	return changed
}

// ContextRole says what becomes of the value in the context that a variable holds, as far as
// somebody takes it out again: MayEnd when it is ended, Keeps when it goes on from there.
func (p *Package) ContextRole(ctx *types.Var) Role {
	p.mu.Lock()
	defer p.mu.Unlock()
	r, ok := p.contexts[ctx]
	if !ok {
		r = p.contextRole(ctx)
		p.contexts[ctx] = r
	}
	return r
}

func (p *Package) contextRole(ctx *types.Var) Role {
	r := Role(0)
	for _, c := range p.uses[ctx] {
		k, i := c.ParentEdge()
		if k != edge.CallExpr_Args {
			continue
		}
		call := c.Parent()
		node := call.Node().(*ast.CallExpr)
		fn := code.Callee(p.info, node)
		if fn == nil {
			continue
		}
		if !p.kind.FromContext(fn) || i != 0 {
			if own := p.role(fn, i); own.Has(Ends | MayEnd) {
				r |= Known | MayEnd
			}
			continue
		}
		in := p.innermost(c)
		if in == nil {
			continue
		}
		if v := p.result(call, 0); v != nil {
			r |= p.roleOf(p.follow(in, v, Itself))
			continue
		}
		if got := p.judge(in, call, Itself); got.alias == nil {
			r |= got.role & (Known | Ends | MayEnd | Writes | Keeps)
		}
	}
	if r.Has(Ends) {
		r = r&^Ends | MayEnd
	}
	return r
}

// result returns the variable that a result of a call is assigned to, or nil.
func (p *Package) result(call inspector.Cursor, i int) *types.Var {
	lhs, _ := p.destinations(call)
	if i >= len(lhs) {
		return nil
	}
	return code.Var(p.info, lhs[i])
}

// destinations returns what the results of a call are assigned to, and the statement.
func (p *Package) destinations(call inspector.Cursor) ([]ast.Expr, ast.Node) {
	for {
		k, i := call.ParentEdge()
		switch k {
		case edge.ParenExpr_X:
			call = call.Parent()
			continue
		case edge.AssignStmt_Rhs:
			a := call.Parent().Node().(*ast.AssignStmt)
			if len(a.Rhs) == 1 {
				return a.Lhs, a
			}
			if len(a.Lhs) == len(a.Rhs) {
				return a.Lhs[i : i+1], a
			}
		case edge.ValueSpec_Values:
			s := call.Parent().Node().(*ast.ValueSpec)
			if len(s.Values) == 1 {
				return idents(s.Names), s
			}
			if len(s.Values) == len(s.Names) {
				return idents(s.Names[i : i+1]), s
			}
		}
		return nil, nil
	}
}

// results finds the results of a function that have to be ended, and reports whether there
// are more than before.
func (p *Package) results(f *Func) bool {
	var found []Result
	note := func(r Result) {
		if r.Index >= 0 && r.Form != Derived && !slices.Contains(found, r) {
			found = append(found, r)
		}
	}
	for _, c := range p.calls[f] {
		for _, r := range p.started(c.Node().(*ast.CallExpr)) {
			for _, back := range p.returned(f, c, r) {
				note(back)
			}
		}
	}
	s := p.summaries[f.Obj]
	changed := false
	for _, r := range found {
		if s == nil {
			s = &Summary{}
			p.summaries[f.Obj] = s
		}
		if !slices.ContainsFunc(s.Results, func(have Result) bool { return have.Index == r.Index }) {
			s.Results = append(s.Results, r)
			changed = true
		}
	}
	return changed
}

// started returns the results of a call that have to be ended.
func (p *Package) started(call *ast.CallExpr) []Result {
	fn := code.Callee(p.info, call)
	if s := p.summary(fn); s != nil && len(s.Results) > 0 {
		return s.Results
	}
	if fn != nil && fn.Pkg() == p.pass.Pkg && p.objects[fn] != nil {
		return nil // it has been read
	}
	if p.kind.Starts != nil {
		return p.kind.Starts(call, fn)
	}
	return nil
}

// returned returns the results in which f returns what a call in it has started.
func (p *Package) returned(f *Func, call inspector.Cursor, r Result) []Result {
	if k, _ := call.ParentEdge(); k == edge.ReturnStmt_Results {
		ret := call.Parent().Node().(*ast.ReturnStmt)
		if len(ret.Results) == 1 && f.Sig.Results().Len() > 1 {
			return []Result{r}
		}
	}
	lhs, stmt := p.destinations(call)
	if lhs == nil {
		if isTuple(p.info, call.Node()) {
			return nil
		}
		if v := p.judge(f, call, r.Form); v.alias == nil && v.result >= 0 {
			return []Result{{v.result, v.form}}
		}
		return nil
	}
	if r.Index >= len(lhs) {
		return nil
	}
	st := p.start(f, call, r, lhs[r.Index], stmt, lhs)
	if st == nil || st.Value == nil {
		return nil
	}
	var list []Result
	p.search(st, func(e *Event) bool {
		if e.Result >= 0 {
			list = append(list, Result{e.Result, e.Form})
		}
		return !e.Role.Has(Ends | MayEnd)
	}, nil)
	return list
}

func isTuple(info *types.Info, n ast.Node) bool {
	e, _ := n.(ast.Expr)
	_, ok := info.TypeOf(e).(*types.Tuple)
	return ok
}
