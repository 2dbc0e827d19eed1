// Package reach walks what can run before and after a place in a function.
//
// The walk follows the control-flow graph; each block is visited at most once a walk, and only
// the block of the start a second time, for what lies on its other side. A graph counts what
// walks take, so that many values in a long function do not make the time grow with its square:
// see Graph.IsTired.
package reach

import (
	"go/ast"
	"go/token"
	"slices"

	"golang.org/x/tools/go/cfg"
)

// Place is a node of a control-flow graph. The zero Place is none.
type Place struct {
	Block *cfg.Block
	Index int
}

// Graph is a function's control flow.
type Graph struct {
	*cfg.CFG
	nodes  []located // live ones, by position
	before map[*cfg.Block][]*cfg.Block
	steps  int // nodes visited so far
}

// Bounds of what walks may take.
const (
	freeSteps    = 1 << 18 // in any function
	stepsPerNode = 16      // and more in a long one
)

// IsTired reports whether so much has been walked through the function that an analyzer should
// leave it. No function that a person has written comes near it.
func (g *Graph) IsTired() bool { return g.steps > freeSteps+stepsPerNode*len(g.nodes) }

// Scanned counts a look at the whole function by other means.
func (g *Graph) Scanned() { g.steps += len(g.nodes) }

// Step counts a node that is visited by other means.
func (g *Graph) Step() { g.steps++ }

type located struct {
	pos, end token.Pos
	place    Place
}

// graphOf returns the graph of a function; nil for nil.
func graphOf(c *cfg.CFG) *Graph {
	if c == nil {
		return nil
	}
	g := &Graph{CFG: c}
	for _, b := range c.Blocks {
		if !b.Live {
			continue
		}
		for i, n := range b.Nodes {
			if r, ok := n.(*ast.ReturnStmt); ok && len(r.Results) == 0 {
				continue // it may be the implicit one, which has no true end
			}
			g.nodes = append(g.nodes, located{n.Pos(), n.End(), Place{b, i}})
		}
	}
	slices.SortStableFunc(g.nodes, func(a, b located) int { return int(a.pos - b.pos) })
	return g
}

// Place returns the place of the node that pos lies in, the zero Place when nothing gets there.
func (g *Graph) Place(pos token.Pos) Place {
	// Nodes do not overlap, so that it is the last one that begins before pos, if any.
	i, _ := slices.BinarySearchFunc(g.nodes, pos+1, func(l located, pos token.Pos) int { return int(l.pos - pos) })
	if i > 0 && pos < g.nodes[i-1].end {
		return g.nodes[i-1].place
	}
	return Place{}
}

// After calls visit for the nodes that can run after the one at p, in the order of the graph.
// Where visit returns false the walk does not go on along that path.
func (g *Graph) After(p Place, visit func(ast.Node) bool) {
	if p.Block == nil {
		return
	}
	walk := func(b *cfg.Block, from int) []*cfg.Block {
		for _, n := range b.Nodes[from:] {
			g.steps++
			if !visit(n) {
				return nil
			}
		}
		return b.Succs
	}
	spread(walk(p.Block, p.Index+1), func(b *cfg.Block) []*cfg.Block { return walk(b, 0) })
}

// spread visits blocks and those that each visit leads to, every one once.
func spread(blocks []*cfg.Block, visit func(*cfg.Block) []*cfg.Block) {
	seen := map[*cfg.Block]bool{}
	todo := slices.Clone(blocks)
	for len(todo) > 0 {
		b := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		if !seen[b] {
			seen[b] = true
			todo = append(todo, visit(b)...)
		}
	}
}

// Before calls visit for the nodes after which the one at p can run, as After does.
func (g *Graph) Before(p Place, visit func(ast.Node) bool) {
	if p.Block == nil {
		return
	}
	if g.before == nil {
		g.before = map[*cfg.Block][]*cfg.Block{}
		for _, b := range g.Blocks {
			if b.Live {
				for _, s := range b.Succs {
					g.before[s] = append(g.before[s], b)
				}
			}
		}
	}
	walk := func(b *cfg.Block, until int) []*cfg.Block {
		for i := until - 1; i >= 0; i-- {
			g.steps++
			if !visit(b.Nodes[i]) {
				return nil
			}
		}
		return g.before[b]
	}
	spread(walk(p.Block, p.Index), func(b *cfg.Block) []*cfg.Block { return walk(b, len(b.Nodes)) })
}
