package fields

import (
	"go/ast"
	"slices"

	"golang.org/x/tools/go/cfg"
)

// graph is the part of a control-flow graph that can be reached, in reverse postorder: but for
// the edges that close a loop, what comes before a block stands before it.
type graph struct {
	blocks []*cfg.Block
	rank   []int32 // by Block.Index; -1 for dead ones
	preds  [][]int32
	far    []int32 // by rank: the last block that jumps back here, or -1
	over   []int32 // by rank: the last block that one before it jumps to; past all for an end
}

func newGraph(c *cfg.CFG) *graph {
	g := &graph{rank: make([]int32, len(c.Blocks))}
	for i := range g.rank {
		g.rank[i] = -1
	}
	// Depth first, with a stack of our own: generated functions are deep.
	type frame struct {
		b    *cfg.Block
		next int
	}
	seen := make([]bool, len(c.Blocks))
	stack := []frame{{b: c.Blocks[0]}}
	seen[c.Blocks[0].Index] = true
	for len(stack) > 0 {
		top := &stack[len(stack)-1]
		if top.next == len(top.b.Succs) {
			g.blocks = append(g.blocks, top.b)
			stack = stack[:len(stack)-1]
			continue
		}
		next := top.b.Succs[top.next]
		top.next++
		if !seen[next.Index] {
			seen[next.Index] = true
			stack = append(stack, frame{b: next})
		}
	}
	slices.Reverse(g.blocks)
	for i, b := range g.blocks {
		g.rank[b.Index] = int32(i)
	}
	g.preds = make([][]int32, len(g.blocks))
	g.far = make([]int32, len(g.blocks))
	for i := range g.far {
		g.far[i] = -1
	}
	g.over = make([]int32, len(g.blocks)+1)
	for i, b := range g.blocks {
		g.over[i+1] = g.over[i]
		if len(b.Succs) == 0 {
			g.over[i+1] = int32(len(g.blocks))
		}
		for _, s := range b.Succs {
			r := g.rank[s.Index]
			g.over[i+1] = max(g.over[i+1], r)
			g.preds[r] = append(g.preds[r], int32(i))
			if int(r) <= i {
				g.far[r] = max(g.far[r], int32(i))
			}
		}
	}
	return g
}

// rounds is how often a block may be looked at for an object: once, and again for what comes
// round a loop and round the loop about it.
const rounds = 3

// walk computes the states of an object along the graph and returns what holds when it has
// been put to use. Its events are sorted by block; those that take a snapshot get it.
func (u *unit) walk(events []*event, start *state) *state {
	if u.graph == nil {
		s := start
		for _, e := range events {
			s = u.apply(s, e)
		}
		return s
	}
	first, last := events[0].block, events[len(events)-1].block
	for i := first; i <= last; i++ {
		last = max(last, u.graph.far[i])
	}
	in := make([]*state, last-first+1)
	out := make([]*state, last-first+1)
	for round := range rounds {
		changed := false
		rest := events
		for b := first; b <= last; b++ {
			u.pkg.visits++
			s := (*state)(nil)
			if b == 0 {
				s = start
			}
			for _, p := range u.graph.preds[b] {
				switch {
				case p < first:
					s = join(s, start)
				case p <= last:
					s = join(s, out[p-first])
				}
			}
			at := 0
			for at < len(rest) && rest[at].block == b {
				at++
			}
			mine := rest[:at]
			rest = rest[at:]
			if round > 0 && same(s, in[b-first]) {
				continue
			}
			in[b-first] = s
			for _, e := range mine {
				s = u.apply(s, e)
			}
			if !same(s, out[b-first]) {
				out[b-first], changed = s, true
			}
		}
		if !changed {
			break
		}
	}
	// The ends: of the function, and where the last mention lies behind.
	var used, all *state
	if u.graph.over[first] > last {
		all = start // there is a way that passes all of it by
	}
	for i, s := range out {
		if s == nil {
			continue
		}
		succs := u.graph.blocks[int(first)+i].Succs
		ends := len(succs) == 0
		for _, next := range succs {
			ends = ends || u.graph.rank[next.Index] > last
		}
		if ends {
			all = join(all, s)
			if s.used {
				used = join(used, s)
			}
		}
	}
	switch {
	case used != nil && (start == nil || start.base&received == 0):
		return used
	case all != nil:
		return all
	}
	for _, s := range out { // a loop without end
		all = join(all, s)
	}
	return all
}

// apply returns the state after an event.
func (u *unit) apply(s *state, e *event) *state {
	switch e.kind {
	case drop:
		return nil
	case create:
		return &state{base: e.base, sources: e.sources}
	case duplicate:
		from := u.snapshot(e)
		if from == nil {
			return &state{base: unknown}
		}
		from = from.clone()
		from.used = false
		if from.base&received != 0 {
			from.base = from.base&^received | unknown // from here on it is this function's
			from.sources = slices.DeleteFunc(slices.Clone(from.sources), func(s *Source) bool { return s.Kind == Parameter })
			from.sources = append(from.sources, &elsewhere)
			for name, values := range from.fields {
				if i := slices.Index(values, &unchanged); i >= 0 {
					from.fields[name] = union(slices.Delete(slices.Clone(values), i, i+1), []*Value{&whoKnows})
				}
			}
		}
		return from
	}
	if s == nil {
		// The variable has its value in a way that we do not follow: of a range, a type
		// switch, a channel.
		s = &state{base: unknown}
	} else {
		s = s.clone()
	}
	switch e.kind {
	case set:
		s.set(e.field, e.values)
	case add:
		s.add(e.field, e.values)
	case pass:
		s.sources = union(s.sources, e.sources)
	case blur:
		s.blur()
	case use:
		s.used = true
	case snap:
		e.seen = join(e.seen, s)
	}
	return s
}

// snapshot returns the state of the object that e copies, where it does so.
func (u *unit) snapshot(e *event) *state {
	u.solve(e.from.at)
	return e.from.seen
}

// event is something that happens to an object.
type event struct {
	at      place
	block   int32
	kind    eventKind
	node    ast.Node
	field   string
	values  []*Value
	base    base
	sources []*Source
	use     Use
	from    *event // of a copy: the snap event of the original
	seen    *state // of a snap
	holder  bool   // at holds configurations, and it happens to them
}

type eventKind uint8

const (
	create    eventKind = iota // it is made anew
	drop                       // the variable is nil
	duplicate                  // it is made as a copy
	set                        // a field is written
	add                        // a field may be written
	pass                       // it goes through a function that is to be remembered
	blur                       // anything may be done to it
	use                        // it is put to use
	snap                       // its state is wanted
)
