package flow

import (
	"cmp"
	"go/ast"
	"go/token"
	"go/types"
	"slices"

	"golang.org/x/tools/go/cfg"
)

// Bounds of a walk: what it remembers, and how often it enters a block.
const (
	maxFacts  = 6
	maxStates = 8
	maxFlags  = 64 // constants looked for at the start
	maxNear   = 64 // blocks looked at around the start, to choose what to remember
)

// Step is a branch that a path takes.
type Step struct {
	Pos  token.Pos // of the condition
	Text string    // what holds on the path: "err != nil is true"
}

// Exit is a way out of a function.
type Exit struct {
	Pos    token.Pos
	Return *ast.ReturnStmt // without results and position at the end of the body
	Path   []Step
}

// known is a fact that holds where a walk begins.
type known struct {
	fact  int32
	value truth
}

// walk is a search through a function, forward from a point. Blocks are taken in the order of
// their distance, so that the first exit found is a near one.
type walk struct {
	p      *Package
	f      *Func
	events map[int32][]Event
	blocks []int32                        // those with events, in order
	begin  func() []known                 // what holds at the start; asked for when needed
	visit  func(e *Event, at *place) bool // false: the path ends here
	leave  func(ret *ast.ReturnStmt, at *place) bool

	known   []known
	slots   []int32 // the facts that are remembered
	places  []place
	seen    map[uint64]bool
	counts  map[int32]int
	stopped bool
}

// place is a block as a path enters it.
type place struct {
	block  int32
	first  int32 // the node to begin with
	state  uint32
	parent int32
	taken  int8 // the successor of the parent's block
}

// run walks and returns how many blocks were entered.
func (w *walk) run(from Point) int {
	s := w.p.locate(w.f)
	if w.atOnce(from) {
		w.p.visited++
		return 1
	}
	if w.f.isTired() {
		return 0
	}
	if w.begin != nil {
		w.known = w.begin()
	}
	w.choose(s, from)
	w.seen, w.counts = map[uint64]bool{}, map[int32]int{}
	var state uint32
	for _, k := range w.known {
		state = w.with(state, k.fact, k.value)
	}
	w.places = append(w.places, place{from.Block, from.Index + 1, state, -1, 0})
	for i := 0; i < len(w.places) && !w.stopped; i++ {
		w.enter(s, int32(i))
	}
	w.p.visited += len(w.places)
	w.f.steps += len(w.places)
	return len(w.places)
}

// choose picks the facts to remember: those known at the start, those that decide whether
// something happens to the value, and of the others that are asked for twice or set to a
// constant the next ones.
func (w *walk) choose(s *shape, from Point) {
	take := func(id int32) {
		if len(w.slots) < maxFacts && !s.facts[id].fixed && !slices.Contains(w.slots, id) {
			w.slots = append(w.slots, id)
		}
	}
	for _, k := range w.known[:min(len(w.known), maxFacts)] {
		w.slots = append(w.slots, k.fact) // even where a literal may change it: it holds now
	}
	here, _ := slices.BinarySearch(w.blocks, from.Block)
	for _, b := range w.blocks[max(0, here-maxNear):min(len(w.blocks), here+maxNear)] {
		for _, pred := range s.preds[b] {
			for _, id := range s.asks[pred] {
				take(id)
			}
		}
	}
	i, _ := slices.BinarySearchFunc(s.useful, w.f.pos(from), func(u useful, pos token.Pos) int { return cmp.Compare(u.pos, pos) })
	for ; i < len(s.useful) && len(w.slots) < maxFacts; i++ {
		take(s.useful[i].fact)
	}
}

// atOnce reports whether the walk ends in the block that it begins in.
func (w *walk) atOnce(from Point) bool {
	events := eventsFrom(w.events[from.Block], from.Index+1)
	for i := range events {
		e := &events[i]
		if !w.visit(e, &place{block: from.Block, parent: -1}) {
			return true
		}
	}
	return false
}

// eventsFrom returns the events of a block from a node on.
func eventsFrom(list []Event, first int32) []Event {
	i, _ := slices.BinarySearchFunc(list, first, func(e Event, i int32) int { return cmp.Compare(e.At.Index, i) })
	return list[i:]
}

func (w *walk) enter(s *shape, i int32) {
	at := w.places[i]
	b := w.f.graph.Blocks[at.block]
	state := at.state
	first := at.first
	if first == 0 {
		first = -1 // what happens on the way into the block
	}
	events, effects := eventsFrom(w.events[at.block], first), s.effects[at.block]
	skip, _ := slices.BinarySearchFunc(effects, first, func(e effect, i int32) int { return cmp.Compare(e.index, i) })
	effects = effects[skip:]
	for len(events) > 0 || len(effects) > 0 {
		if len(events) == 0 || len(effects) > 0 && effects[0].index < events[0].At.Index {
			state = w.with(state, effects[0].fact, effects[0].value)
			effects = effects[1:]
			continue
		}
		if !w.visit(&events[0], &w.places[i]) || w.stopped {
			return
		}
		events = events[1:]
	}
	if ret := b.Return(); ret != nil {
		if !w.leave(ret, &w.places[i]) {
			w.stopped = true
		}
		return
	}
	var cond ast.Expr
	if len(b.Succs) == 2 && len(b.Nodes) > 0 {
		cond, _ = b.Nodes[len(b.Nodes)-1].(ast.Expr)
	}
	for k, to := range b.Succs {
		next := state
		if cond != nil {
			want := truthOf(k == 0)
			if w.eval(s, cond, state) == want.not() {
				continue
			}
			next = w.learn(s, cond, want, state)
		}
		w.push(to, next, i, int8(k))
	}
}

func (w *walk) push(to *cfg.Block, state uint32, parent int32, taken int8) {
	id := uint64(uint32(to.Index))<<32 | uint64(state)
	if w.seen[id] || w.counts[to.Index] == maxStates {
		return
	}
	w.seen[id] = true
	w.counts[to.Index]++
	w.places = append(w.places, place{to.Index, 0, state, parent, taken})
}

// eval says what is known of a condition.
func (w *walk) eval(s *shape, e ast.Expr, state uint32) truth {
	switch e := e.(type) {
	case *ast.ParenExpr:
		return w.eval(s, e.X, state)
	case *ast.UnaryExpr:
		if e.Op == token.NOT {
			return w.eval(s, e.X, state).not()
		}
	case *ast.BinaryExpr:
		if e.Op == token.LAND || e.Op == token.LOR {
			x, y := w.eval(s, e.X, state), w.eval(s, e.Y, state)
			decides := truthOf(e.Op == token.LOR)
			switch {
			case x == decides || y == decides:
				return decides
			case x == unknown || y == unknown:
				return unknown
			}
			return decides.not()
		}
	}
	l, ok := s.leaves[e]
	if !ok {
		if v, ok := w.p.constBool(e); ok && w.p.isBool(e) {
			return truthOf(v)
		}
		return unknown
	}
	if l.deep >= 0 && w.get(state, l.deep) == yes {
		return no
	}
	v := w.get(state, l.fact)
	if l.not {
		v = v.not()
	}
	return v
}

// learn adds what a condition says, when it is true or false as wanted.
func (w *walk) learn(s *shape, e ast.Expr, want truth, state uint32) uint32 {
	switch e := e.(type) {
	case *ast.ParenExpr:
		return w.learn(s, e.X, want, state)
	case *ast.UnaryExpr:
		if e.Op == token.NOT {
			return w.learn(s, e.X, want.not(), state)
		}
	case *ast.BinaryExpr:
		if e.Op == token.LAND || e.Op == token.LOR {
			if want == truthOf(e.Op == token.LAND) { // both sides are so
				return w.learn(s, e.Y, want, w.learn(s, e.X, want, state))
			}
			x, y := w.eval(s, e.X, state), w.eval(s, e.Y, state)
			switch {
			case x == want.not():
				return w.learn(s, e.Y, want, state)
			case y == want.not():
				return w.learn(s, e.X, want, state)
			}
			return state
		}
	}
	l, ok := s.leaves[e]
	if !ok {
		return state
	}
	if l.deep >= 0 && want == yes {
		state = w.with(state, l.deep, no)
	}
	if l.not {
		want = want.not()
	}
	return w.with(state, l.fact, want)
}

func (w *walk) get(state uint32, fact int32) truth {
	for i, id := range w.slots {
		if id == fact {
			return truth(state >> (2 * i) & 3)
		}
	}
	return unknown
}

func (w *walk) with(state uint32, fact int32, value truth) uint32 {
	for i, id := range w.slots {
		if id == fact {
			return state&^(3<<(2*i)) | uint32(value)<<(2*i)
		}
	}
	return state
}

// path lists the branches on the way to a place.
func (w *walk) path(at *place) []Step {
	var steps []Step
	for at.parent >= 0 {
		from := &w.places[at.parent]
		b := w.f.graph.Blocks[from.block]
		if len(b.Succs) == 2 {
			steps = append(steps, w.step(b, at.taken == 0))
		}
		at = from
	}
	slices.Reverse(steps)
	return slices.DeleteFunc(steps, func(s Step) bool { return !s.Pos.IsValid() })
}

func (w *walk) step(b *cfg.Block, taken bool) Step {
	to := b.Succs[0]
	switch to.Kind {
	case cfg.KindRangeBody, cfg.KindForBody:
		if to.Stmt == nil {
			return Step{}
		}
		if taken {
			return Step{to.Stmt.Pos(), "the loop goes round"}
		}
		return Step{to.Stmt.Pos(), "the loop ends"}
	case cfg.KindSelectCaseBody, cfg.KindSwitchCaseBody:
		if !taken || to.Stmt == nil {
			return Step{}
		}
		return Step{to.Stmt.Pos(), "this case is taken"}
	}
	if len(b.Nodes) == 0 {
		return Step{}
	}
	e, ok := b.Nodes[len(b.Nodes)-1].(ast.Expr)
	if !ok {
		return Step{}
	}
	text := types.ExprString(e)
	if len(text) > 60 {
		text = "the condition"
	}
	if taken {
		return Step{e.Pos(), text + " is true"}
	}
	return Step{e.Pos(), text + " is false"}
}

// before returns what is known where a path comes to a point: the conditions of the branches
// that lead to it and to nothing else, and flags that have had one value only.
func (p *Package) before(f *Func, at Point) []known {
	s := p.locate(f)
	type edge struct {
		block int32
		taken int
	}
	var chain []edge // from the point upwards
	passed := map[int32]bool{at.Block: true}
	for b := at.Block; len(s.preds[b]) == 1 && len(chain) < maxNear; {
		from := s.preds[b][0]
		if passed[from] {
			break
		}
		passed[from] = true
		taken := -1
		if succs := f.graph.Blocks[from].Succs; len(succs) == 2 {
			taken = 0
			if succs[1].Index == b {
				taken = 1
			}
		}
		chain = append(chain, edge{from, taken})
		b = from
	}
	values := map[int32]truth{}
	apply := func(block, until int32) {
		for _, e := range s.effects[block] {
			if e.index < until {
				values[e.fact] = e.value
			}
		}
	}
	const all = 1<<31 - 1
	for _, e := range slices.Backward(chain) {
		apply(e.block, all)
		b := f.graph.Blocks[e.block]
		if e.taken < 0 || len(b.Nodes) == 0 {
			continue
		}
		if cond, ok := b.Nodes[len(b.Nodes)-1].(ast.Expr); ok {
			for _, k := range implied(s, cond, truthOf(e.taken == 0), nil) {
				values[k.fact] = k.value
			}
		}
	}
	apply(at.Block, at.Index)
	here := f.pos(at)
	for _, id := range s.flags[:min(len(s.flags), maxFlags)] {
		if _, ok := values[id]; ok {
			continue
		}
		if v := onlyBefore(s.firsts[id], here); v != unknown && s.cycle[at.Block] == 0 {
			values[id] = v
		}
	}
	var list []known
	for id, v := range values {
		if v != unknown {
			list = append(list, known{id, v})
		}
	}
	slices.SortFunc(list, func(a, b known) int { return cmp.Compare(a.fact, b.fact) })
	return list
}

// pos returns where a point lies in the source.
func (f *Func) pos(at Point) token.Pos {
	if nodes := f.graph.Blocks[at.Block].Nodes; at.Index >= 0 && int(at.Index) < len(nodes) {
		return nodes[at.Index].Pos()
	}
	return f.Body.Pos()
}

// onlyBefore returns the constant that is the single value given before pos.
func onlyBefore(list []assignment, pos token.Pos) truth {
	v, n := unknown, 0
	for _, a := range list {
		if a.pos < pos {
			n++
			v = a.value
		}
		if n > 1 {
			break
		}
	}
	if n == 1 {
		return v
	}
	return unknown
}

// implied lists what follows from a condition being as wanted.
func implied(s *shape, e ast.Expr, want truth, list []known) []known {
	switch e := e.(type) {
	case *ast.ParenExpr:
		return implied(s, e.X, want, list)
	case *ast.UnaryExpr:
		if e.Op == token.NOT {
			return implied(s, e.X, want.not(), list)
		}
	case *ast.BinaryExpr:
		if e.Op == token.LAND || e.Op == token.LOR {
			if want == truthOf(e.Op == token.LAND) {
				list = implied(s, e.X, want, list)
				return implied(s, e.Y, want, list)
			}
			return list
		}
	}
	if l, ok := s.leaves[e]; ok {
		if l.not {
			want = want.not()
		}
		list = append(list, known{l.fact, want})
	}
	return list
}

// cycles numbers the blocks such that two have the same number when each can be reached from
// the other, and returns 0 for those that cannot be reached from themselves. It is Tarjan's
// algorithm, without recursion.
func (f *Func) cycles() []int32 {
	blocks := f.graph.Blocks
	comp := make([]int32, len(blocks))
	index, low := make([]int32, len(blocks)), make([]int32, len(blocks))
	on := make([]bool, len(blocks))
	type frame struct{ block, next int32 }
	var stack []int32
	var frames []frame
	var count, number int32
	for root := range blocks {
		if index[root] != 0 {
			continue
		}
		frames = append(frames, frame{block: int32(root)})
		for len(frames) > 0 {
			top := &frames[len(frames)-1]
			b := top.block
			if top.next == 0 {
				count++
				index[b], low[b] = count, count
				stack = append(stack, b)
				on[b] = true
			}
			if succs := blocks[b].Succs; int(top.next) < len(succs) {
				to := succs[top.next].Index
				top.next++
				switch {
				case index[to] == 0:
					frames = append(frames, frame{block: to})
				case on[to]:
					low[b] = min(low[b], index[to])
				}
				continue
			}
			frames = frames[:len(frames)-1]
			if len(frames) > 0 {
				up := frames[len(frames)-1].block
				low[up] = min(low[up], low[b])
			}
			if low[b] != index[b] {
				continue
			}
			number++
			for size := 1; ; size++ {
				last := stack[len(stack)-1]
				stack = stack[:len(stack)-1]
				on[last] = false
				comp[last] = number
				if last == b {
					if size == 1 && !slices.Contains(blocks[b].Succs, blocks[b]) {
						comp[b] = 0
					}
					break
				}
			}
		}
	}
	return comp
}

// again reports whether a path leads from a point back to another, which leads to it.
func (p *Package) again(f *Func, from, to Point) bool {
	cycle := p.locate(f).cycle
	return cycle[from.Block] != 0 && cycle[from.Block] == cycle[to.Block]
}
