package spanmissing

import (
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"golang.org/x/tools/go/analysis"

	"github.com/mintwright/mintwright/analyzers/internal/code"
	"github.com/mintwright/mintwright/analyzers/rule"
)

// decorated is the fact about an interface for which the package asks "gen trace" to make a
// decorator, and has it.
type decorated struct {
	By   string // the function that decorates
	Fix  bool   // it needs nothing but what it decorates
	Made string // the type, for the messages of those who read facts
}

func (*decorated) AFact() {}

func (d *decorated) String() string { return "decorated by " + d.By }

// decorates is the fact about a function that decorates what it returns, or one that returns
// what such a function made.
type decorates struct{}

func (*decorates) AFact() {}

func (*decorates) String() string { return "decorates" }

// exportDecorators exports the facts about the interfaces that are decorated, and about the
// functions that do it.
func (c *checker) exportDecorators() {
	for _, name := range c.directives() {
		t, ok := c.pass.Pkg.Scope().Lookup(name).(*types.TypeName)
		if !ok || !types.IsInterface(t.Type()) {
			continue
		}
		if d := c.decorator(t); d != nil {
			c.pass.ExportObjectFact(t, d)
		}
	}
	if c.decorators = c.decoratedInterfaces(); len(c.decorators) == 0 {
		return
	}
	// Whoever calls a decorator decorates, and who calls that one too.
	for changed := true; changed; {
		changed = false
		for _, fn := range c.eval.index.funcs {
			if !returnsInterface(fn) || c.pass.ImportObjectFact(fn, &decorates{}) {
				continue
			}
			if decl := c.eval.index.decls[fn]; decl.Body != nil && c.calls(decl.Body) {
				c.pass.ExportObjectFact(fn, &decorates{})
				changed = true
			}
		}
	}
}

func returnsInterface(fn *types.Func) bool {
	for v := range fn.Signature().Results().Variables() {
		if types.IsInterface(v.Type()) {
			return true
		}
	}
	return false
}

// calls reports whether a body calls what decorates.
func (c *checker) calls(body ast.Node) bool {
	found := false
	ast.Inspect(body, func(n ast.Node) bool {
		if call, ok := n.(*ast.CallExpr); ok && !found {
			fn := code.Callee(c.pass.TypesInfo, call)
			found = fn != nil && fn.Pkg() != nil && c.eval.traces(fn.Pkg()) && returnsInterface(fn) && c.pass.ImportObjectFact(fn, &decorates{})
		}
		return !found
	})
	return found
}

// directives returns the types that the package's files ask "gen trace" to decorate.
func (c *checker) directives() []string {
	var list []string
	for _, f := range c.pass.Files {
		for _, group := range f.Comments {
			for _, comment := range group.List {
				if rest, ok := strings.CutPrefix(comment.Text, "//go:generate "); ok && c.pass.Fset.Position(comment.Slash).Column == 1 {
					list = append(list, traced(strings.Fields(rest))...)
				}
			}
		}
	}
	return list
}

// traced returns the types that a command of go:generate decorates: "gen trace -type X,Y", with
// one dash or two, by whatever gen is called: its name, "go tool gen", "go run .../cmd/gen".
func traced(words []string) []string {
	at := slices.Index(words, "trace")
	if at < 1 {
		return nil
	}
	gen := words[at-1]
	if version := strings.LastIndex(gen, "@"); version >= 0 {
		gen = gen[:version]
	}
	if path.Base(gen) != "gen" {
		return nil
	}
	var list []string
	for i := at + 1; i < len(words); i++ {
		flag, value, ok := strings.Cut(strings.TrimPrefix(strings.TrimPrefix(words[i], "-"), "-"), "=")
		if flag != "type" || words[i][0] != '-' {
			continue
		}
		if !ok && i+1 < len(words) {
			i++
			value = words[i]
		}
		for name := range strings.SplitSeq(strings.Trim(value, `"`), ",") {
			if token.IsIdentifier(name) {
				list = append(list, name)
			}
		}
	}
	return list
}

// decorator returns the fact about an interface of the package: a generated file has a type
// that implements it, with a guard that says so, and a function that makes it of another.
func (c *checker) decorator(t *types.TypeName) *decorated {
	i, _ := t.Type().Underlying().(*types.Interface)
	for _, f := range c.pass.Files {
		name := filepath.Base(c.pass.Fset.Position(f.FileStart).Filename)
		if !ast.IsGenerated(f) || !strings.HasSuffix(name, "_trace.go") && !isMadeByGen(f) {
			continue
		}
		guarded := c.guarded(f, t)
		if guarded == nil {
			continue
		}
		for _, d := range f.Decls {
			fd, ok := d.(*ast.FuncDecl)
			if !ok || fd.Recv != nil {
				continue
			}
			fn, ok := c.pass.TypesInfo.Defs[fd.Name].(*types.Func)
			if !ok || !isConstructor(fn.Signature(), t.Type(), i, guarded) {
				continue
			}
			sig := fn.Signature()
			c.pass.ExportObjectFact(fn, &decorates{})
			return &decorated{By: fn.Name(), Fix: sig.Params().Len() == 1 || sig.Params().Len() == 2 && sig.Variadic(), Made: guarded.Obj().Name()}
		}
	}
	return nil
}

// isMadeByGen reports whether the first line of a file says that "gen trace" made it.
func isMadeByGen(f *ast.File) bool {
	return len(f.Comments) > 0 && strings.HasPrefix(f.Comments[0].List[0].Text, `// Code generated by "gen trace `)
}

// guarded returns the type that a file guards to implement the interface t:
// var _ T = (*guarded)(nil).
func (c *checker) guarded(f *ast.File, t *types.TypeName) *types.Named {
	for _, d := range f.Decls {
		g, ok := d.(*ast.GenDecl)
		if !ok || g.Tok != token.VAR {
			continue
		}
		for _, s := range g.Specs {
			spec, ok := s.(*ast.ValueSpec)
			if !ok || len(spec.Names) != 1 || spec.Names[0].Name != "_" || spec.Type == nil || len(spec.Values) != 1 {
				continue
			}
			have := code.Named(c.pass.TypesInfo.TypeOf(spec.Type))
			made := code.Named(c.pass.TypesInfo.TypeOf(spec.Values[0]))
			if have != nil && have.Obj() == t && made != nil && made.Obj().Pkg() == c.pass.Pkg {
				return made
			}
		}
	}
	return nil
}

// isConstructor reports whether a function makes the decorator: the first of its parameters is
// the interface, and what it returns is that or the decorator.
func isConstructor(sig *types.Signature, t types.Type, i *types.Interface, made *types.Named) bool {
	if sig.Params().Len() == 0 || sig.Results().Len() != 1 {
		return false
	}
	first, result := code.Named(sig.Params().At(0).Type()), code.Named(sig.Results().At(0).Type())
	own := code.Named(t)
	return first != nil && own != nil && first.Obj() == own.Obj() && result != nil && (result.Obj() == own.Obj() || result.Obj() == made.Obj()) && i != nil
}

// decoratedInterfaces returns the interfaces that the package can know to be decorated.
func (c *checker) decoratedInterfaces() []*types.Named {
	var list []*types.Named
	for _, fact := range c.pass.AllObjectFacts() {
		if _, ok := fact.Fact.(*decorated); !ok {
			continue
		}
		if named, ok := fact.Object.Type().(*types.Named); ok {
			list = append(list, named)
		}
	}
	return list
}

// constructor looks at a call whose result is a decorated interface, or implements one, and
// goes where the interface is wanted.
func (c *checker) constructor(at *place, call *ast.CallExpr) {
	if len(c.decorators) == 0 {
		return
	}
	fn := code.Callee(c.pass.TypesInfo, call)
	if fn == nil || fn.Pkg() == nil || fn.Signature().Recv() != nil || fn.Signature().Results().Len() == 0 || !sameProject(fn.Pkg().Path(), c.eval.root) {
		return
	}
	result := fn.Signature().Results().At(0).Type()
	if n := code.Named(result); n == nil || n.TypeParams().Len() > 0 {
		return
	}
	fits := func(i *types.Named) bool { return types.AssignableTo(result, i) }
	if !slices.ContainsFunc(c.decorators, fits) || c.pass.ImportObjectFact(fn, &decorates{}) {
		return
	}
	use := c.goal(at, call, fn.Signature().Results().Len())
	if use == nil {
		return
	}
	wanted, ok := types.Unalias(use.wanted).(*types.Named)
	if !ok || !types.IsInterface(wanted) || !types.AssignableTo(result, wanted) {
		return
	}
	if types.IsInterface(result) && code.Named(result).Obj() != wanted.Obj() {
		return
	}
	var d decorated
	if !c.pass.ImportObjectFact(wanted.Origin().Obj(), &d) {
		return
	}
	by := d.By
	if wanted.Obj().Pkg() != c.pass.Pkg {
		by = wanted.Obj().Pkg().Name() + "." + by
	}
	c.add(finding{
		rule: &decorator, boundary: Boundary{use.value.Pos(), at.function(), false}, end: use.value.End(),
		confidence: rule.High,
		message:    fmt.Sprintf("this %s is used without the decorator that go:generate makes for it, so its calls have no spans: wrap it with %s", wanted.Obj().Name(), by),
		fix: func() []analysis.SuggestedFix {
			if !d.Fix || use.fixed {
				return nil
			}
			return c.wrapWith(use.value, wanted, d.By)
		},
	})
}

// goal is where a value ends up.
type goal struct {
	value  ast.Expr   // as it stands there
	wanted types.Type // what stands there has to be
	fixed  bool       // nothing can be wrapped around it
}

// goal returns where the result of a call goes to, itself or by a local variable that goes to
// nothing else; nil where that is not seen.
func (c *checker) goal(at *place, call *ast.CallExpr, results int) *goal {
	if len(at.stack) == 0 {
		return nil
	}
	var left ast.Expr
	switch parent := at.stack[len(at.stack)-1].(type) {
	case *ast.AssignStmt:
		if len(parent.Rhs) == 1 {
			left = parent.Lhs[0]
		}
	case *ast.ValueSpec:
		if len(parent.Values) == 1 {
			left = parent.Names[0]
		}
	}
	if _, isIdent := left.(*ast.Ident); !isIdent {
		if results != 1 {
			return nil
		}
		return c.wants(at.stack, call)
	}
	v := code.Var(c.pass.TypesInfo, left)
	if v == nil || at.function() == nil || v.Parent() == c.pass.Pkg.Scope() {
		return nil
	}
	u := c.eval.index.usesOf(v)
	if u == nil || len(u.values) != 1 {
		return nil
	}
	g := c.onlyUse(at.function(), v)
	if g != nil && g.value == nil { // nothing but its methods
		g.value, g.fixed = call, results != 1
	}
	return g
}

// onlyUse returns where a local variable is handed to what wants an interface, without a value
// when it is an interface of which only methods are called. It is nil when the variable is
// handed to what decorates, or to several.
func (c *checker) onlyUse(decl *ast.FuncDecl, v *types.Var) *goal {
	var found *goal
	calls, others := 0, 0
	ast.PreorderStack(decl.Body, nil, func(n ast.Node, stack []ast.Node) bool {
		id, ok := n.(*ast.Ident)
		if !ok || c.pass.TypesInfo.Uses[id] != v {
			return true
		}
		if sel, ok := stack[len(stack)-1].(*ast.SelectorExpr); ok && sel.X == id {
			if fn, ok := c.pass.TypesInfo.Uses[sel.Sel].(*types.Func); ok && hasContext(fn.Signature()) {
				calls++
			}
			return true
		}
		others++
		found = c.wants(stack, id)
		return true
	})
	switch {
	case others == 1:
		return found
	case others == 0 && calls > 0 && types.IsInterface(v.Type()):
		return &goal{wanted: v.Type()}
	}
	return nil
}

func hasContext(sig *types.Signature) bool {
	for v := range sig.Params().Variables() {
		if code.IsContext(v.Type()) {
			return true
		}
	}
	return false
}

// wants returns what stands where an expression stands, nil where that is not known or
// decorates.
func (c *checker) wants(stack []ast.Node, e ast.Expr) *goal {
	info := c.pass.TypesInfo
	switch parent := stack[len(stack)-1].(type) {
	case *ast.CallExpr:
		i := slices.Index(parent.Args, e)
		fn := code.Callee(info, parent)
		if i < 0 || fn == nil || fn.Pkg() == nil || !sameProject(fn.Pkg().Path(), c.eval.root) || c.pass.ImportObjectFact(fn, &decorates{}) {
			return nil
		}
		params := fn.Signature().Params()
		if i >= params.Len() || fn.Signature().Variadic() && i == params.Len()-1 {
			return nil
		}
		return &goal{value: e, wanted: params.At(i).Type()}
	case *ast.KeyValueExpr:
		if id, ok := parent.Key.(*ast.Ident); ok && parent.Value == e {
			if f, ok := info.Uses[id].(*types.Var); ok && f.IsField() {
				return &goal{value: e, wanted: f.Type()}
			}
		}
	case *ast.CompositeLit:
		s, ok := info.TypeOf(parent).Underlying().(*types.Struct)
		if i := slices.Index(parent.Elts, e); ok && i >= 0 && i < s.NumFields() {
			return &goal{value: e, wanted: s.Field(i).Type()}
		}
	case *ast.AssignStmt:
		for i, right := range parent.Rhs {
			if right == e && i < len(parent.Lhs) {
				if f := variable(info, parent.Lhs[i]); f != nil && f.IsField() {
					return &goal{value: e, wanted: f.Type()}
				}
			}
		}
	}
	return nil
}

// wrapWith wraps an expression with a function of the package of a type.
func (c *checker) wrapWith(e ast.Expr, t *types.Named, by string) []analysis.SuggestedFix {
	name := by
	pkg := t.Obj().Pkg()
	if pkg != c.pass.Pkg {
		if !token.IsExported(by) {
			return nil
		}
		qualifier, edits, ok := code.AddImport(c.pass, e.Pos(), pkg.Path(), pkg.Name())
		if !ok || len(edits) > 0 {
			return nil
		}
		name = qualifier + "." + by
	}
	return []analysis.SuggestedFix{{
		Message:   "wrap it with " + name,
		TextEdits: []analysis.TextEdit{code.Insert(e.Pos(), name+"("), code.Insert(e.End(), ")")},
	}}
}
