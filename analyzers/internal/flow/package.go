package flow

import (
	"go/ast"
	"go/token"
	"go/types"
	"sync"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/analysis/passes/ctrlflow"
	"golang.org/x/tools/go/analysis/passes/inspect"
	"golang.org/x/tools/go/ast/edge"
	"golang.org/x/tools/go/ast/inspector"

	"github.com/mintwright/mintwright/analyzers/internal/code"
)

// Form says in what shape a value is at hand.
type Form uint8

// A closer may be a method value, a literal, or what a factory returned for that purpose.
const (
	Itself  Form = iota // the value
	Holder              // a struct that holds it
	Closer              // a function that ends it
	Derived             // what works only as long as the value has not ended
)

// Role says what becomes of a value in a function, or at a place. It is a set.
type Role uint8

// Without Known nothing is said; Known alone means that the value is only looked at.
const (
	Ends    Role = 1 << iota // ended whenever the function returns
	MayEnd                   // ended, but not always
	Keeps                    // goes where it cannot be followed
	Writes                   // told something, as by SetAttributes
	Defines                  // the variable gets another value
	Passes                   // lives on in the result, and only there
	Known
)

// Has reports whether one of the bits is in the set.
func (r Role) Has(bits Role) bool { return r&bits != 0 }

// Param is what a function does with a parameter; the receiver has index -1. Of a context it
// says what becomes of the span in it.
type Param struct {
	Index int
	Role  Role
}

// Result is a result of a function that has to be ended.
type Result struct {
	Index int
	Form  Form
}

// Summary is what others have to know of a function.
type Summary struct {
	Params  []Param
	Results []Result
}

// Kind is a kind of values. Of its functions only Is must not be nil.
type Kind struct {
	// Is reports whether a value of the type is one.
	Is func(t types.Type) bool
	// Takes reports whether a parameter of the type, which is no value by Is, may be one.
	Takes func(t types.Type) bool
	// Starts returns the results of a call that are values, for functions of others.
	Starts func(call *ast.CallExpr, fn *types.Func) []Result
	// Method says what a method does with the value, where it has no summary.
	Method func(fn *types.Func) Role
	// Carries reports whether what a function is given lives on in what it returns, and
	// nowhere else.
	Carries func(fn *types.Func) bool
	// FromContext reports whether a call takes the value out of its first argument, a context.
	FromContext func(fn *types.Func) bool
	// Import returns the summary of a function of another package.
	Import func(fn *types.Func) (Summary, bool)
}

// Package holds all that is known of the values of a kind in a package. Its exported methods
// may be called by several analyzers at once.
type Package struct {
	pass    *analysis.Pass
	info    *types.Info
	kind    Kind
	graphs  *ctrlflow.CFGs
	root    inspector.Cursor
	funcs   []*Func
	nodes   map[ast.Node]*Func
	objects map[*types.Func]*Func
	uses    map[*types.Var][]inspector.Cursor // of local variables, in order
	calls   map[*Func][]inspector.Cursor      // by innermost function, in order
	callers map[*types.Func][]*Func           // functions of this package, by whom they are called

	summaries map[*types.Func]*Summary
	imported  map[*types.Func]*Summary
	inside    map[*types.Var]bool
	captures  map[capture]Role
	holders   map[types.Type]bool

	mu       sync.Mutex
	values   map[valueKey]*Value
	starts   []*Start
	contexts map[*types.Var]Role
	visited  int
}

type capture struct {
	f    *Func
	v    *types.Var
	form Form
}

type valueKey struct {
	f    *Func
	v    *types.Var
	form Form
}

// Requires returns the analyzers that New wants the results of, in the order to run them.
func Requires() []*analysis.Analyzer {
	return []*analysis.Analyzer{inspect.Analyzer, ctrlflow.Analyzer}
}

// Visited returns how many blocks all searches up to now have entered.
func (p *Package) Visited() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.visited
}

// New reads a package and computes the summaries of its functions. The analyzer of the pass
// has to require inspect and ctrlflow.
func New(pass *analysis.Pass, kind Kind) *Package {
	p := &Package{
		pass: pass, info: pass.TypesInfo, kind: kind,
		graphs:    pass.ResultOf[ctrlflow.Analyzer].(*ctrlflow.CFGs),
		root:      pass.ResultOf[inspect.Analyzer].(*inspector.Inspector).Root(),
		nodes:     map[ast.Node]*Func{},
		objects:   map[*types.Func]*Func{},
		uses:      map[*types.Var][]inspector.Cursor{},
		calls:     map[*Func][]inspector.Cursor{},
		callers:   map[*types.Func][]*Func{},
		summaries: map[*types.Func]*Summary{},
		imported:  map[*types.Func]*Summary{},
		inside:    map[*types.Var]bool{},
		captures:  map[capture]Role{},
		holders:   map[types.Type]bool{},
		values:    map[valueKey]*Value{},
		contexts:  map[*types.Var]Role{},
	}
	p.read()
	p.summarise()
	return p
}

// read lists functions, calls and the uses of local variables. The latter are left out when
// the package has nothing to do with values of the kind.
func (p *Package) read() {
	concerned := p.readFuncs()
	if !concerned {
		p.funcs = nil
		return
	}
	for c := range p.root.Preorder((*ast.Ident)(nil)) {
		v, _ := p.info.ObjectOf(c.Node().(*ast.Ident)).(*types.Var)
		if v != nil && !v.IsField() && v.Parent() != p.pass.Pkg.Scope() && v.Pkg() == p.pass.Pkg {
			p.uses[v] = append(p.uses[v], c)
		}
	}
}

// readFuncs lists functions and calls, and reports whether one of them has to do with values.
func (p *Package) readFuncs() (concerned bool) {
	var stack []*Func
	for c := range p.root.Preorder((*ast.FuncDecl)(nil), (*ast.FuncLit)(nil), (*ast.CallExpr)(nil)) {
		n := c.Node()
		for len(stack) > 0 && stack[len(stack)-1].Node.End() <= n.Pos() {
			stack = stack[:len(stack)-1]
		}
		if call, ok := n.(*ast.CallExpr); ok {
			if len(stack) == 0 {
				continue
			}
			f := stack[len(stack)-1]
			p.calls[f] = append(p.calls[f], c)
			fn := code.Callee(p.info, call)
			if fn != nil && fn.Pkg() == p.pass.Pkg && stack[0].Obj != nil {
				p.callers[fn] = append(p.callers[fn], stack[0])
			}
			concerned = concerned || p.concerns(call, fn)
			continue
		}
		f := newFunc(p.info, p.graphs, n)
		if f == nil {
			continue
		}
		f.cursor = c
		p.funcs = append(p.funcs, f)
		p.nodes[n] = f
		if f.Obj != nil {
			p.objects[f.Obj] = f
		}
		stack = append(stack, f)
		for _, q := range parameters(f.Sig) {
			concerned = concerned || p.takes(q.v.Type())
		}
	}
	return concerned
}

// concerns reports whether a call has to do with values.
func (p *Package) concerns(call *ast.CallExpr, fn *types.Func) bool {
	if fn != nil && (p.kind.Method != nil && p.kind.Method(fn) != 0 || p.kind.FromContext != nil && p.kind.FromContext(fn)) {
		return true
	}
	if fn != nil && fn.Pkg() == p.pass.Pkg {
		return false // the calls in it are read as well
	}
	return len(p.started(call)) > 0
}

// innermost returns the function that a node lies in, or nil.
func (p *Package) innermost(c inspector.Cursor) *Func {
	for e := range c.Enclosing((*ast.FuncDecl)(nil), (*ast.FuncLit)(nil)) {
		if e != c {
			return p.nodes[e.Node()]
		}
	}
	return nil
}

// owner returns the function that declares a local variable, or nil.
func (p *Package) owner(v *types.Var) *Func {
	uses := p.uses[v]
	if len(uses) == 0 {
		return nil
	}
	for e := range uses[0].Enclosing((*ast.FuncDecl)(nil), (*ast.FuncLit)(nil)) {
		if f := p.nodes[e.Node()]; f != nil && f.contains(v.Pos()) {
			return f
		}
	}
	return nil
}

// isDefined reports whether a use of a variable gives it a value.
func isDefined(c inspector.Cursor) bool {
	switch k, _ := c.ParentEdge(); k {
	case edge.AssignStmt_Lhs, edge.RangeStmt_Key, edge.RangeStmt_Value, edge.IncDecStmt_X:
		return true
	case edge.ValueSpec_Names:
		return len(c.Parent().Node().(*ast.ValueSpec).Values) > 0
	}
	return false
}

// assignedInside reports whether a literal may change a variable of the function around it
// while that runs. A deferred literal does so when it has ended.
func (p *Package) assignedInside(v *types.Var) bool {
	inside, ok := p.inside[v]
	if ok {
		return inside
	}
	owner := p.owner(v)
	for _, c := range p.uses[v] {
		if k, _ := c.ParentEdge(); k == edge.UnaryExpr_X {
			inside = inside || c.Parent().Node().(*ast.UnaryExpr).Op == token.AND
			continue
		}
		if f := p.innermost(c); f != owner && isDefined(c) && !p.isDeferred(f, owner) {
			inside = true
		}
	}
	p.inside[v] = inside
	return inside
}

// isDeferred reports whether f is a literal that owner itself defers.
func (p *Package) isDeferred(f, owner *Func) bool {
	if f == nil {
		return false
	}
	lit := f.cursor
	if p.innermost(lit) != owner {
		return false
	}
	if k, _ := lit.ParentEdge(); k != edge.CallExpr_Fun {
		return false
	}
	k, _ := lit.Parent().ParentEdge()
	return k == edge.DeferStmt_Call
}

// Uses returns the places that name a local variable, in order.
func (p *Package) Uses(v *types.Var) []inspector.Cursor { return p.uses[v] }

// definitions counts the places that give a variable a value.
func (p *Package) definitions(v *types.Var) int {
	n := 0
	for _, c := range p.uses[v] {
		if isDefined(c) {
			n++
		}
	}
	return n
}

// isLocal reports whether a variable is declared in the body of f: no parameter, and not in a
// literal inside.
func (p *Package) isLocal(f *Func, v *types.Var) bool {
	return f.Body.Pos() <= v.Pos() && v.Pos() < f.Body.End() && p.owner(v) == f
}

// named returns the index of v among the named results of f, or -1.
func (f *Func) named(v *types.Var) int {
	for i := range f.Sig.Results().Len() {
		if f.Sig.Results().At(i) == v {
			return i
		}
	}
	return -1
}

// holds reports whether t is, or points to, a struct with a value inside.
func (p *Package) holds(t types.Type) bool {
	n := code.Named(t)
	if n == nil {
		return false
	}
	n = n.Origin()
	held, ok := p.holders[n]
	if ok {
		return held
	}
	p.holders[n] = false // a type that holds itself
	if s, ok := n.Underlying().(*types.Struct); ok {
		for field := range s.Fields() {
			t := field.Type()
			if p.kind.Is(t) || field.Embedded() && p.holds(t) {
				held = true
			}
		}
	}
	p.holders[n] = held
	return held
}

// takes reports whether the role of a parameter of the type is known once its function has
// been read.
func (p *Package) takes(t types.Type) bool {
	return p.kind.Is(t) || p.kind.Takes != nil && p.kind.Takes(t) || p.holds(t)
}
