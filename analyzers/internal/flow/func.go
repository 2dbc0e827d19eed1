package flow

import (
	"cmp"
	"go/ast"
	"go/constant"
	"go/token"
	"go/types"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/tools/go/analysis/passes/ctrlflow"
	"golang.org/x/tools/go/ast/inspector"
	"golang.org/x/tools/go/cfg"
)

// Func is the body of a declared function or of a literal.
type Func struct {
	Node ast.Node    // *ast.FuncDecl or *ast.FuncLit
	Obj  *types.Func // nil for a literal
	Sig  *types.Signature
	Body *ast.BlockStmt

	cursor inspector.Cursor
	graph  *cfg.CFG
	shape  *shape // made when first wanted
	steps  int    // blocks that searches have entered
}

// Bounds of what all searches through one function may take.
const (
	freeSteps     = 1 << 19
	stepsPerBlock = 64
)

// isTired reports whether so many searches have gone through a function that no other one may:
// thousands of values that live side by side would make the time grow with its square.
func (f *Func) isTired() bool { return f.steps > freeSteps+stepsPerBlock*len(f.graph.Blocks) }

// Point is a place in a function: a node of a block. Index -1 is before the first one.
type Point struct {
	Block, Index int32
}

// shape is what a search has to know of a function besides its graph.
type shape struct {
	at      map[ast.Node]Point // the nodes of the graph
	preds   [][]int32
	cycle   []int32
	facts   []fact            // the conditions that branches ask for
	asks    map[int32][]int32 // by block: the facts that its branch asks for
	useful  []useful          // facts worth remembering, by where they are first asked for
	flags   []int32           // facts that are set to constants
	leaves  map[ast.Expr]leaf
	effects [][]effect // by block: what its nodes do to the facts
	nils    map[types.Object]int32
	bools   map[types.Object]int32
	firsts  map[int32][]assignment // by fact: the constants and other values given to a flag
}

// fact is a condition that may be known on a path: "err == nil", "enabled".
type fact struct {
	count int       // branches that ask for it
	pos   token.Pos // of the first of them
	fixed bool      // a closure may change it: never known
}

// useful is a fact that more than one place has something to do with.
type useful struct {
	pos  token.Pos
	fact int32
}

// leaf is a condition as a branch has it: a fact or its opposite.
type leaf struct {
	fact int32
	not  bool
	deep int32 // the leaf being true means that this fact is false; -1: none
}

// effect is what a node does to a fact.
type effect struct {
	index int32
	fact  int32
	value truth
}

type assignment struct {
	pos   token.Pos
	value truth
}

type truth uint8

const (
	unknown truth = iota
	yes
	no
)

func (t truth) not() truth {
	switch t {
	case yes:
		return no
	case no:
		return yes
	}
	return unknown
}

func truthOf(b bool) truth {
	if b {
		return yes
	}
	return no
}

// newFunc returns nil for a function without a body or a graph.
func newFunc(info *types.Info, graphs *ctrlflow.CFGs, n ast.Node) *Func {
	f := &Func{Node: n}
	switch n := n.(type) {
	case *ast.FuncDecl:
		f.Obj, _ = info.Defs[n.Name].(*types.Func)
		if n.Body == nil || f.Obj == nil {
			return nil
		}
		f.Body, f.Sig, f.graph = n.Body, f.Obj.Signature(), graphs.FuncDecl(n)
	case *ast.FuncLit:
		f.Sig, _ = types.Unalias(info.TypeOf(n)).(*types.Signature)
		if f.Sig == nil {
			return nil
		}
		f.Body, f.graph = n.Body, graphs.FuncLit(n)
	}
	if f.graph == nil {
		return nil
	}
	return f
}

func (f *Func) contains(pos token.Pos) bool { return f.Node.Pos() <= pos && pos < f.Node.End() }

// locate finds the nodes of the graph. Two of them are not where they run: the variables of a
// range are set in each round, and what a select sends or receives in the chosen case only.
func (p *Package) locate(f *Func) *shape {
	if f.shape != nil {
		return f.shape
	}
	s := &shape{at: map[ast.Node]Point{}, preds: make([][]int32, len(f.graph.Blocks)), cycle: f.cycles()}
	f.shape = s
	for _, b := range f.graph.Blocks {
		for _, to := range b.Succs {
			if b.Live {
				s.preds[to.Index] = append(s.preds[to.Index], b.Index)
			}
		}
		for i, n := range b.Nodes {
			if _, ok := s.at[n]; !ok {
				s.at[n] = Point{b.Index, int32(i)}
			}
		}
	}
	for _, b := range f.graph.Blocks {
		first := Point{b.Index, -1}
		switch b.Kind {
		case cfg.KindRangeBody:
			if r, ok := b.Stmt.(*ast.RangeStmt); ok {
				for _, e := range []ast.Expr{r.Key, r.Value} {
					if e != nil {
						s.at[e] = first
					}
				}
			}
		case cfg.KindSelectCaseBody:
			if c, ok := b.Stmt.(*ast.CommClause); ok && c.Comm != nil {
				s.at[c.Comm] = first
			}
		}
	}
	p.conditions(f, s)
	return s
}

// conditions collects what branches ask for, and what changes it.
func (p *Package) conditions(f *Func, s *shape) {
	s.leaves, s.asks = map[ast.Expr]leaf{}, map[int32][]int32{}
	s.nils, s.bools = map[types.Object]int32{}, map[types.Object]int32{}
	s.firsts = map[int32][]assignment{}
	s.effects = make([][]effect, len(f.graph.Blocks))
	a := &asked{p: p, s: s, ids: map[string]int32{}, about: map[types.Object][]int32{}}
	tagged := map[ast.Stmt]bool{}
	for _, b := range f.graph.Blocks {
		if sw, ok := b.Stmt.(*ast.SwitchStmt); ok && b.Kind == cfg.KindSwitchDone && sw.Tag != nil {
			for _, c := range sw.Body.List {
				tagged[c] = true
			}
		}
	}
	for _, b := range f.graph.Blocks {
		if e := condition(b, tagged); e != nil && p.isBool(e) {
			a.visit(e, b.Index)
		}
	}
	if len(s.facts) > 0 {
		a.assignments()
		s.rank()
	}
}

// asked is what the conditions of a function ask.
type asked struct {
	p     *Package
	s     *shape
	ids   map[string]int32         // facts by key
	keys  []string                 // by fact
	about map[types.Object][]int32 // facts that mention a variable or a field
}

// add takes a fact that a block asks, or none where block is negative.
func (a *asked) add(key string, objs []types.Object, block int32, pos token.Pos) int32 {
	id, ok := a.ids[key]
	if !ok {
		id = int32(len(a.s.facts))
		a.ids[key] = id
		fixed := false
		for _, o := range objs {
			a.about[o] = append(a.about[o], id)
			if v, ok := o.(*types.Var); ok && a.p.assignedInside(v) {
				fixed = true
			}
		}
		a.s.facts = append(a.s.facts, fact{fixed: fixed})
		a.keys = append(a.keys, key)
	}
	if block >= 0 {
		if a.s.facts[id].count++; a.s.facts[id].count == 1 {
			a.s.facts[id].pos = pos
		}
		a.s.asks[block] = append(a.s.asks[block], id)
	}
	return id
}

// visit takes the facts of a condition.
func (a *asked) visit(e ast.Expr, block int32) {
	switch e := e.(type) {
	case *ast.ParenExpr:
		a.visit(e.X, block)
		return
	case *ast.UnaryExpr:
		if e.Op == token.NOT {
			a.visit(e.X, block)
			return
		}
	case *ast.BinaryExpr:
		if e.Op == token.LAND || e.Op == token.LOR {
			a.visit(e.X, block)
			a.visit(e.Y, block)
			return
		}
	}
	if _, ok := a.p.constBool(e); ok {
		return
	}
	key, objs, l := a.p.leaf(e)
	l.fact = a.add(key, objs, block, e.Pos())
	l.deep = -1
	if v := a.p.errorOf(e); v != nil {
		l.deep = a.add(nilKey(v), []types.Object{v}, -1, 0)
		a.s.nils[v] = l.deep
	}
	if len(objs) == 1 {
		switch {
		case key == nilKey(objs[0]):
			a.s.nils[objs[0]] = l.fact
		case key == boolKey(objs[0]):
			a.s.bools[objs[0]] = l.fact
		}
	}
	a.s.leaves[e] = l
}

// assignments says what each assignment makes of the facts.
func (a *asked) assignments() {
	for n, at := range a.s.at {
		switch n := n.(type) {
		case *ast.AssignStmt:
			for i, l := range n.Lhs {
				if len(n.Lhs) == len(n.Rhs) && (n.Tok == token.ASSIGN || n.Tok == token.DEFINE) {
					a.set(at, l, n.Rhs[i])
				} else {
					a.change(at, l, lost)
				}
			}
		case *ast.IncDecStmt:
			a.change(at, n.X, lost)
		case *ast.ValueSpec:
			for i, l := range n.Names {
				switch {
				case len(n.Values) == len(n.Names):
					a.set(at, l, n.Values[i])
				case len(n.Values) == 0:
					a.change(at, l, zero)
				default:
					a.change(at, l, lost)
				}
			}
		case *ast.Ident:
			if at.Index < 0 {
				a.change(at, n, lost)
			}
		}
	}
}

// change says that an assignment gives facts another value.
func (a *asked) change(at Point, lhs ast.Expr, value func(o types.Object, key string) truth) {
	o := a.p.target(lhs)
	for _, id := range a.about[o] {
		value := value(o, a.keys[id])
		a.s.effects[at.Block] = append(a.s.effects[at.Block], effect{at.Index, id, value})
		a.s.firsts[id] = append(a.s.firsts[id], assignment{lhs.Pos(), value})
	}
}

func (a *asked) set(at Point, lhs, rhs ast.Expr) {
	a.change(at, lhs, func(o types.Object, key string) truth {
		if v, ok := a.p.constBool(rhs); ok && key == boolKey(o) {
			return truthOf(v)
		}
		if key == nilKey(o) && a.p.isNil(rhs) {
			return yes
		}
		return unknown
	})
}

// lost is the value after an assignment of which nothing is known, zero after a declaration.
func lost(types.Object, string) truth { return unknown }

func zero(o types.Object, key string) truth {
	switch key {
	case boolKey(o):
		return no
	case nilKey(o):
		return yes
	}
	return unknown
}

// rank chooses the facts that are worth remembering.
func (s *shape) rank() {
	for id := range s.facts {
		constant := slices.ContainsFunc(s.firsts[int32(id)], func(a assignment) bool { return a.value != unknown })
		if constant {
			s.flags = append(s.flags, int32(id))
		}
		if constant || s.facts[id].count > 1 {
			s.useful = append(s.useful, useful{s.facts[id].pos, int32(id)})
		}
	}
	slices.SortFunc(s.useful, func(a, b useful) int { return cmp.Compare(a.pos, b.pos) })
	for _, list := range s.effects {
		slices.SortStableFunc(list, func(a, b effect) int { return cmp.Compare(a.index, b.index) })
	}
}

// condition returns what a block with two successors asks for, or nil where there is no
// expression for it: a range, a select, a case of a switch with a tag.
func condition(b *cfg.Block, tagged map[ast.Stmt]bool) ast.Expr {
	if len(b.Succs) != 2 || len(b.Nodes) == 0 {
		return nil
	}
	if to := b.Succs[0]; to.Kind == cfg.KindSelectCaseBody || to.Kind == cfg.KindRangeBody || tagged[to.Stmt] {
		return nil
	}
	e, _ := b.Nodes[len(b.Nodes)-1].(ast.Expr)
	return e
}

func nilKey(o types.Object) string  { return "nil " + o.Name() + "@" + strconv.Itoa(int(o.Pos())) }
func boolKey(o types.Object) string { return o.Name() + "@" + strconv.Itoa(int(o.Pos())) }

// leaf names a condition without operators such that equal conditions have equal names, and
// lists the variables and fields that it depends on.
func (p *Package) leaf(e ast.Expr) (key string, objs []types.Object, l leaf) {
	if b, ok := e.(*ast.BinaryExpr); ok && (b.Op == token.EQL || b.Op == token.NEQ) {
		x, y := ast.Unparen(b.X), ast.Unparen(b.Y)
		if p.isNil(x) {
			x, y = y, x
		}
		l.not = b.Op == token.NEQ
		if v, ok := p.constBool(y); ok && p.isBool(x) {
			key, objs, l2 := p.leaf(x)
			return key, objs, leaf{not: l2.not != (l.not == v)}
		}
		if p.isNil(y) {
			if id, ok := x.(*ast.Ident); ok && p.info.ObjectOf(id) != nil {
				o := p.info.ObjectOf(id)
				return nilKey(o), []types.Object{o}, l
			}
		}
		objs = p.mentions(p.mentions(nil, x), y)
		return types.ExprString(x) + "==" + types.ExprString(y) + places(objs), objs, l
	}
	if id, ok := e.(*ast.Ident); ok && p.info.ObjectOf(id) != nil {
		o := p.info.ObjectOf(id)
		return boolKey(o), []types.Object{o}, l
	}
	objs = p.mentions(nil, e)
	return types.ExprString(e) + places(objs), objs, l
}

func places(objs []types.Object) string {
	var b strings.Builder
	for _, o := range objs {
		b.WriteByte('@')
		b.WriteString(strconv.Itoa(int(o.Pos())))
	}
	return b.String()
}

// mentions appends the variables and fields that e names, in order.
func (p *Package) mentions(objs []types.Object, e ast.Expr) []types.Object {
	ast.Inspect(e, func(n ast.Node) bool {
		if _, ok := n.(*ast.FuncLit); ok {
			return false
		}
		if id, ok := n.(*ast.Ident); ok {
			if v, ok := p.info.ObjectOf(id).(*types.Var); ok {
				objs = append(objs, v)
			}
		}
		return true
	})
	return objs
}

// target returns the variable or the field that an assignment to e changes, or nil.
func (p *Package) target(e ast.Expr) types.Object {
	switch e := ast.Unparen(e).(type) {
	case *ast.Ident:
		return p.info.ObjectOf(e)
	case *ast.SelectorExpr:
		return p.info.ObjectOf(e.Sel)
	case *ast.IndexExpr:
		return p.target(e.X)
	case *ast.StarExpr:
		return p.target(e.X)
	}
	return nil
}

// errorOf returns the variable in errors.Is(err, …) and errors.As(err, …), which are true only
// for an error, or nil.
func (p *Package) errorOf(e ast.Expr) *types.Var {
	call, ok := e.(*ast.CallExpr)
	if !ok || len(call.Args) != 2 {
		return nil
	}
	sel, ok := call.Fun.(*ast.SelectorExpr)
	if !ok || sel.Sel.Name != "Is" && sel.Sel.Name != "As" {
		return nil
	}
	fn, ok := p.info.Uses[sel.Sel].(*types.Func)
	if !ok || fn.Pkg() == nil || fn.Pkg().Path() != "errors" {
		return nil
	}
	id, ok := ast.Unparen(call.Args[0]).(*ast.Ident)
	if !ok {
		return nil
	}
	v, _ := p.info.ObjectOf(id).(*types.Var)
	return v
}

func (p *Package) isNil(e ast.Expr) bool { return p.info.Types[e].IsNil() }

func (p *Package) isBool(e ast.Expr) bool {
	t := p.info.TypeOf(e)
	if t == nil {
		return false
	}
	b, ok := t.Underlying().(*types.Basic)
	return ok && b.Info()&types.IsBoolean != 0
}

func (p *Package) constBool(e ast.Expr) (value, ok bool) {
	v := p.info.Types[e].Value
	if v == nil || v.Kind() != constant.Bool {
		return false, false
	}
	return constant.BoolVal(v), true
}
