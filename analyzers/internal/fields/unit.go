package fields

import (
	"go/ast"
	"go/token"
	"go/types"
	"slices"
	"strings"
)

// place is a name for a configuration, or for what holds one: a variable or, where there is no
// name, the expression; and the fields on the way, each with a dot before it. A pointer and
// what it points to are one place.
type place struct {
	root any // *types.Var or ast.Expr
	path string
}

// unit is a function, or a declaration of package variables, while it is looked at.
type unit struct {
	pkg   *Package
	node  ast.Node
	sig   *types.Signature // nil for variables
	graph *graph           // nil for variables
	block int32

	events   []*event // in the order of blocks, and in them of execution
	parent   map[place]place
	known    []place // in order of their mention
	isKnown  map[place]bool
	byRoot   map[any][]place
	detached map[place]bool // parameters that are replaced by a copy of theirs
	returns  []returned
	closures map[*ast.FuncLit]bool

	classes map[place][]place
	sorted  map[place][]*event // by class
	solving map[place]bool
	objects []*local
	solved  map[place]*local
	effects *effects // nil while the unit is looked at
}

// returned is one returned configuration.
type returned struct {
	result int
	path   string
	snap   *event
}

// local is an object with what only this package has to know of it.
type local struct {
	*Object
	class    place
	received []member
}

// member is a parameter, or a path below it, that an object is known by.
type member struct {
	param int
	path  string
}

// unit returns the analysed unit of a function, a literal or a declaration of variables.
func (p *Package) unit(n ast.Node) *unit {
	if u := p.units[n]; u != nil {
		return u
	}
	u := &unit{
		pkg: p, node: n,
		parent: map[place]place{}, isKnown: map[place]bool{}, byRoot: map[any][]place{}, detached: map[place]bool{},
		closures: map[*ast.FuncLit]bool{},
		sorted:   map[place][]*event{}, solving: map[place]bool{}, solved: map[place]*local{},
	}
	p.units[n] = u
	switch n := n.(type) {
	case *ast.FuncDecl:
		if fn, ok := p.info.Defs[n.Name].(*types.Func); ok {
			u.sig = fn.Signature()
			if c := p.cfgs.FuncDecl(n); c != nil {
				u.graph = newGraph(c)
			}
		}
	case *ast.FuncLit:
		u.sig, _ = p.info.TypeOf(n).(*types.Signature)
		if c := p.cfgs.FuncLit(n); c != nil {
			u.graph = newGraph(c)
		}
	case *ast.GenDecl:
		for _, s := range n.Specs {
			if s, ok := s.(*ast.ValueSpec); ok {
				u.spec(s)
			}
		}
	}
	if u.graph != nil {
		for i, b := range u.graph.blocks {
			u.block = int32(i)
			for _, n := range b.Nodes {
				u.stmt(n)
			}
		}
	}
	u.params()
	u.sort()
	for _, at := range u.known {
		if at == u.find(at) && len(u.sorted[at]) > 0 {
			u.solve(at)
		}
	}
	slices.SortStableFunc(u.objects, func(a, b *local) int { return int(a.Pos - b.Pos) })
	for _, o := range u.objects {
		p.Objects = append(p.Objects, o.Object)
	}
	u.effects = u.summary()
	return u
}

// params makes the parameters known that are configurations, so that there is an object for
// them even when nothing happens to them.
func (u *unit) params() {
	if u.sig == nil {
		return
	}
	for v := range u.sig.Params().Variables() {
		if isConfig(v.Type()) {
			u.know(place{root: v})
		}
	}
}

// param returns the index of a parameter, -1 for the receiver, and whether v is one.
func (u *unit) param(root any) (int, bool) {
	v, ok := root.(*types.Var)
	if !ok || u.sig == nil {
		return 0, false
	}
	if v == u.sig.Recv() {
		return -1, true
	}
	for i := range u.sig.Params().Len() {
		if v == u.sig.Params().At(i) {
			return i, true
		}
	}
	return 0, false
}

// isLocal reports whether a root is a variable of this unit, no parameter, or has no name.
func (u *unit) isLocal(root any) bool {
	v, ok := root.(*types.Var)
	if !ok {
		_, isExpr := root.(ast.Expr)
		return isExpr
	}
	if _, isParam := u.param(v); isParam || v.IsField() || u.sig == nil {
		return false
	}
	return u.node.Pos() <= v.Pos() && v.Pos() <= u.node.End()
}

func (u *unit) know(at place) {
	if !u.isKnown[at] {
		u.isKnown[at] = true
		u.known = append(u.known, at)
		u.byRoot[at.root] = append(u.byRoot[at.root], at)
	}
}

// find returns the name of the class that a place belongs to.
func (u *unit) find(at place) place {
	for {
		next, ok := u.parent[at]
		if !ok {
			return at
		}
		if up, ok := u.parent[next]; ok {
			u.parent[at] = up
		}
		at = next
	}
}

// alias makes two places one.
func (u *unit) alias(a, b place) {
	u.know(a)
	u.know(b)
	if a, b := u.find(a), u.find(b); a != b {
		u.parent[a] = b
	}
}

func (u *unit) emit(e *event) *event {
	e.block = u.block
	u.know(e.at)
	u.events = append(u.events, e)
	return e
}

// holds notes an event of what may hold configurations: it is one of each of them.
func (u *unit) holds(e *event) {
	e.block = u.block
	e.holder = true
	u.events = append(u.events, e)
}

// sort gives each class its events, in order.
func (u *unit) sort() {
	// What happens to a variable happens to the configurations below it.
	var all []*event
	for _, e := range u.events {
		if !e.holder {
			all = append(all, e)
			continue
		}
		u.pkg.visits += len(u.byRoot[e.at.root])
		for _, at := range u.below(e.at) {
			mine := *e
			mine.at = at
			all = append(all, &mine)
		}
	}
	u.pkg.visits += len(all)
	for _, e := range all {
		class := u.find(e.at)
		u.sorted[class] = append(u.sorted[class], e)
	}
}

// solve finds out what the object of a class holds.
func (u *unit) solve(at place) {
	class := u.find(at)
	if u.solving[class] || u.solved[class] != nil {
		return
	}
	events := u.sorted[class]
	if len(events) == 0 {
		return
	}
	u.solving[class] = true
	defer delete(u.solving, class)

	o := &local{Object: &Object{pkg: u.pkg, Pos: token.NoPos}, class: class}
	switch u.node.(type) {
	case *ast.FuncDecl, *ast.FuncLit:
		o.Func = u.node
	}
	start := u.start(o)
	for _, e := range events {
		if e.kind == use {
			o.Uses = append(o.Uses, e.use)
		}
		if o.Pos == token.NoPos || e.node.Pos() < o.Pos {
			o.Pos = e.node.Pos()
		}
	}
	o.state = u.walk(events, start)
	if o.state == nil {
		o.state = &state{base: unknown}
	}
	for _, s := range o.state.sources {
		o.Sources = append(o.Sources, *s)
	}
	u.solved[class] = o
	u.objects = append(u.objects, o)
}

// start returns what an object is before its first event: nil for one that is made here.
func (u *unit) start(o *local) *state {
	var s *state
	members := u.members(o.class)
	for _, m := range members {
		if v, ok := m.root.(*types.Var); ok {
			o.Names = append(o.Names, v.Name())
			if at := strings.LastIndexByte(m.path, '.'); at >= 0 {
				o.Names = append(o.Names, m.path[at+1:])
			}
		}
		index, isParam := u.param(m.root)
		switch {
		case isParam && !u.detached[m]:
			o.received = append(o.received, member{index, m.path})
			v := m.root.(*types.Var)
			s = join(s, &state{base: received, sources: []*Source{{Kind: Parameter, Param: index, Pos: v.Pos()}}})
		case isParam, u.graph != nil && !u.isLocal(m.root):
			s = join(s, &state{base: unknown, sources: []*Source{&elsewhere}})
		}
	}
	return s
}

func (u *unit) members(class place) []place {
	if u.classes == nil {
		u.classes = map[place][]place{}
		for _, at := range u.known {
			c := u.find(at)
			u.classes[c] = append(u.classes[c], at)
		}
	}
	return u.classes[class]
}

// spec takes a declaration of package variables.
func (u *unit) spec(s *ast.ValueSpec) {
	u.valueSpec(s)
	for _, name := range s.Names {
		if v, ok := u.pkg.info.Defs[name].(*types.Var); ok {
			for _, at := range u.byRoot[v] {
				u.emit(&event{at: at, kind: use, node: name, use: Use{Pos: name.Pos()}})
			}
		}
	}
}

// isSpiffe reports whether path is that of go-spiffe's package of TLS configurations, whose
// functions are remembered as sources.
func isSpiffe(path string) bool {
	return strings.HasPrefix(path, "github.com/spiffe/go-spiffe/") && strings.HasSuffix(path, "/spiffetls/tlsconfig")
}
