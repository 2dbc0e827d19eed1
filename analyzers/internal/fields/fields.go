package fields

import (
	"go/ast"
	"go/constant"
	"go/token"
	"go/types"
	"reflect"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/analysis/passes/ctrlflow"
	"golang.org/x/tools/go/analysis/passes/inspect"
	"golang.org/x/tools/go/ast/inspector"

	"github.com/mintwright/mintwright/analyzers/internal/code"
	"github.com/mintwright/mintwright/internal/knowledge"
)

// Analyzer computes the objects of a package. It reports nothing.
var Analyzer = &analysis.Analyzer{
	Name:       "fields",
	Doc:        "find out what the fields of tls.Config values may hold",
	Requires:   []*analysis.Analyzer{inspect.Analyzer, ctrlflow.Analyzer},
	FactTypes:  []analysis.Fact{new(effects), new(constants)},
	ResultType: reflect.TypeFor[*Package](),
	Run:        run,
}

// Kind says what is known of a value.
type Kind uint8

const (
	// Unset is the zero value that a field has because nobody wrote to it.
	Unset Kind = iota
	// Unknown is what a field may hold that somebody else has written, or has not.
	Unknown
	// Const is a constant, see Value.Const.
	Const
	// List is a slice of which the constant elements are known, see Value.List.
	List
	// Nil is nil, written.
	Nil
	// Func is a function: a literal, a declared one or a method. See Value.Func and Value.Lit.
	Func
	// Param is a parameter of the function at hand, see Value.Param.
	Param
	// Other is anything else: an operator's choice, the result of a call.
	Other
)

// Value is one value that a field may hold.
type Value struct {
	Kind  Kind
	Const constant.Value // of a Const
	List  []uint64       // of a List, the elements that are known
	Elems []ast.Expr     // the expressions of these elements, where they are of this package
	Param int            // of a Param: its index; -1 is the receiver
	Func  *types.Func    // of a Func, where it is declared
	Lit   *ast.FuncLit   // of a Func, where it is a literal of this package

	// Expr is what was written, in this package, or nil: for Unset and Unknown, and for a
	// value that a function of another package writes.
	Expr ast.Expr
	// Pos and End are the place to report: of the element or the assignment, or of the call
	// that has it done.
	Pos, End token.Pos
	// Node is what makes the write, in this package: the element of a literal, the assignment,
	// the call.
	Node ast.Node
	// Origin is where the deciding value stands when that is not at Pos: in a helper, at a
	// variable's declaration. It may lie in another package's file.
	Origin token.Pos
	// In is the path of the package in which the write stands, and Via the function that
	// makes it when it is made in a call.
	In  string
	Via *types.Func
	// Made says that the write belongs to the making of the object, as an element of its
	// literal does, or all that a constructor has done.
	Made bool
	// OptIn says that the write stands where somebody has asked for it: on the branch of a
	// condition such as "if opts.Insecure", or under a name such as WithSkipVerify.
	OptIn bool

	when int  // 2*i+2: only if parameter i is true, 2*i+3: only if it is false; 0: in any case
	self bool // the unchanged field of a parameter
}

// Source says where an object comes from.
type Source struct {
	Kind  SourceKind
	Func  *types.Func // of a Call: the function; Name is its full name
	Name  string
	Param int // of a Parameter
	Pos   token.Pos
}

// SourceKind is the kind of a Source.
type SourceKind uint8

const (
	// Made is a literal, new or a variable: all fields begin as zero.
	Made SourceKind = iota
	// Call is a function's result. An object that comes through several has them all, as
	// far as their packages were analysed: a helper's, and the constructor's that it calls.
	Call
	// Parameter is a parameter or the receiver, or a field of one.
	Parameter
	// Elsewhere is all else: a package variable, a captured one, an element of a slice.
	Elsewhere
)

// Use is one thing that is done with an object.
type Use struct {
	Pos    token.Pos
	Call   *ast.CallExpr // it, or what holds it, is an argument
	Func   *types.Func   // the function that is called, or nil
	Field  *types.Var    // it is put into this field
	Return bool          // it, or what holds it, is returned
}

// Object is a tls.Config as one function knows it.
type Object struct {
	Func    ast.Node  // *ast.FuncDecl, *ast.FuncLit, or nil for package-level variables
	Pos     token.Pos // its first mention
	Sources []Source
	Names   []string // of the variables and fields that hold it
	Uses    []Use

	pkg   *Package
	state *state
}

// Field returns the values that a field may hold when the object has been put to use. It is
// never empty.
func (o *Object) Field(name string) []*Value { return o.state.get(name) }

// Written returns the names of the fields that somebody may have written to, in order.
func (o *Object) Written() []string { return o.state.names() }

// Comes reports whether the object is the result of a function for which is holds, given its
// full name as types.Func.FullName has it, at any distance, or went through one that is called
// with it as argument.
func (o *Object) Comes(is func(fullName string) bool) bool {
	for _, s := range o.Sources {
		if s.Kind == Call && is(s.Name) {
			return true
		}
	}
	return false
}

// IsKnown reports whether all that may have made the object is in sight.
func (o *Object) IsKnown() bool { return !o.state.unknown() }

// Package holds the objects of a package.
type Package struct {
	// Objects are sorted by function, then by place.
	Objects []*Object
	// Mentions holds the names of the fields of tls.Config that the package writes to.
	Mentions map[string]bool

	pass    *analysis.Pass
	info    *types.Info
	cfgs    *ctrlflow.CFGs
	decls   map[*types.Func]*ast.FuncDecl // those that have to do with configurations
	funcs   map[*types.Func]*ast.FuncDecl // all
	units   map[ast.Node]*unit
	locals  map[*types.Var]*def
	parents map[ast.Node]ast.Node // of the nodes in linked declarations
	linked  map[ast.Node]bool
	choices *code.Choices
	visits  int // blocks and events looked at
}

// Of returns the result for a pass. The analyzer has to require Analyzer.
func Of(pass *analysis.Pass) *Package { return pass.ResultOf[Analyzer].(*Package) }

// Parent returns the node that n stands in, within a declaration that has to do with
// configurations, or nil.
func (p *Package) Parent(n ast.Node) ast.Node { return p.parents[n] }

// def is what is known of a local or package variable that is no configuration.
type def struct {
	expr   ast.Expr // its only value, or the first
	writes int
	more   []ast.Expr // further values
	elems  []ast.Expr // what is assigned to its elements
	ranged bool       // expr is what it ranges over
	hidden bool       // it may be written to in other ways
}

func isConfig(t types.Type) bool { return code.IsNamed(t, knowledge.TLS, "Config") }

func run(pass *analysis.Pass) (any, error) {
	p := &Package{pass: pass, info: pass.TypesInfo, Mentions: map[string]bool{}}
	switch pass.Pkg.Path() {
	case knowledge.TLS, "net/http", "crypto/internal/fips140tls":
		return p, nil // the makers of the type
	}
	if !reaches(pass.Pkg) {
		return p, nil
	}
	p.cfgs = pass.ResultOf[ctrlflow.Analyzer].(*ctrlflow.CFGs)
	in := pass.ResultOf[inspect.Analyzer].(*inspector.Inspector)
	concerned := p.concerned(in)
	if len(concerned) == 0 && !imports(pass.Pkg) {
		return p, nil
	}
	p.decls = map[*types.Func]*ast.FuncDecl{}
	p.units = map[ast.Node]*unit{}
	p.parents = map[ast.Node]ast.Node{}
	p.linked = map[ast.Node]bool{}
	p.choices = code.NewChoices(pass)
	for _, d := range concerned {
		if f, ok := d.(*ast.FuncDecl); ok {
			if fn, ok := p.info.Defs[f.Name].(*types.Func); ok {
				p.decls[fn] = f
			}
		}
		p.link(d)
	}
	p.scan(in)
	for _, d := range concerned {
		p.declaration(d)
	}
	p.export()
	return p, nil
}

func imports(pkg *types.Package) bool {
	for _, i := range pkg.Imports() {
		if i.Path() == knowledge.TLS {
			return true
		}
	}
	return false
}

func reaches(pkg *types.Package) bool {
	seen := map[*types.Package]bool{}
	todo := []*types.Package{pkg}
	for len(todo) > 0 {
		next := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		if next.Path() == knowledge.TLS {
			return true
		}
		for _, i := range next.Imports() {
			if !seen[i] {
				seen[i] = true
				todo = append(todo, i)
			}
		}
	}
	return false
}

// concerned returns the declarations in which something is a configuration.
func (p *Package) concerned(in *inspector.Inspector) []ast.Node {
	var list []ast.Node
	var current ast.Node
	var from, to token.Pos
	filter := []ast.Node{(*ast.FuncDecl)(nil), (*ast.GenDecl)(nil), (*ast.CompositeLit)(nil), (*ast.CallExpr)(nil), (*ast.SelectorExpr)(nil)}
	in.Preorder(filter, func(n ast.Node) {
		switch n := n.(type) {
		case *ast.FuncDecl, *ast.GenDecl:
			if n.Pos() >= to || n.Pos() < from { // one within a function belongs to it; files come in any order
				current, from, to = n, n.Pos(), n.End()
				if d, ok := n.(*ast.FuncDecl); ok && p.takes(d) {
					list = append(list, n)
					current = nil
				}
			}
		case ast.Expr:
			if current != nil && n.Pos() >= from && n.End() <= to && p.concerns(n) {
				list = append(list, current)
				current = nil
			}
		}
	})
	return list
}

// takes reports whether a function has a configuration as a parameter.
func (p *Package) takes(d *ast.FuncDecl) bool {
	fn, ok := p.info.Defs[d.Name].(*types.Func)
	if !ok {
		return false
	}
	for v := range fn.Signature().Params().Variables() {
		if isConfig(v.Type()) {
			return true
		}
	}
	return false
}

func (p *Package) concerns(e ast.Expr) bool {
	t := p.info.TypeOf(e)
	if tuple, ok := t.(*types.Tuple); ok {
		for v := range tuple.Variables() {
			if isConfig(v.Type()) {
				return true
			}
		}
	}
	if isConfig(t) {
		return true
	}
	if sel, ok := e.(*ast.SelectorExpr); ok {
		if isConfig(p.info.TypeOf(sel.X)) {
			return true
		}
		// A field of a configuration that is embedded.
		s := p.info.Selections[sel]
		if s == nil || s.Kind() != types.FieldVal || len(s.Index()) < 2 {
			return false
		}
		path := steps(s)
		return len(path) > 1 && isConfig(path[len(path)-2].Type())
	}
	// The call of a function that does something to a configuration within its argument, or
	// returns one in something.
	if call, ok := e.(*ast.CallExpr); ok {
		for _, arg := range call.Args {
			if isConfig(p.info.TypeOf(arg)) {
				return true
			}
		}
		if fn := code.Callee(p.info, call); fn != nil && fn.Pkg() != p.pass.Pkg && fn.Pkg() != nil {
			return p.pass.ImportObjectFact(fn, new(effects))
		}
	}
	return false
}

// link notes the parents of all nodes in a declaration.
func (p *Package) link(root ast.Node) {
	p.linked[root] = true
	stack := []ast.Node{nil}
	ast.Inspect(root, func(n ast.Node) bool {
		if n == nil {
			stack = stack[:len(stack)-1]
			return true
		}
		p.parents[n] = stack[len(stack)-1]
		stack = append(stack, n)
		return true
	})
}

// declaration analyses a function with the literals in it, or the variables of the package.
func (p *Package) declaration(d ast.Node) {
	switch d := d.(type) {
	case *ast.FuncDecl:
		if d.Body == nil {
			return
		}
		p.unit(d)
	case *ast.GenDecl:
		if d.Tok != token.VAR {
			return
		}
		p.unit(d)
	}
	ast.Inspect(d, func(n ast.Node) bool {
		if lit, ok := n.(*ast.FuncLit); ok {
			p.unit(lit)
		}
		return true
	})
}

// Decl returns the declaration of a function of the package, or nil.
func (p *Package) Decl(fn *types.Func) *ast.FuncDecl { return p.funcs[fn.Origin()] }
