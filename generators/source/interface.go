package source

import (
	"go/ast"
	"go/token"
	"go/types"
	"math"
	"slices"

	"github.com/mintwright/mintwright/internal/fault"
)

// Interface finds the interface that -type names in a directive of the site: "Store",
// "other.Store" by the imports of the site's file, "example.com/m/other.Store" or "io/fs.FS".
//
// An error is a *fault.Fault: there is no such type; it is no interface, or one that only
// constrains type parameters; something of it cannot be named or implemented in the package; a
// type that it names is not sound; or a directive stands where it has no meaning.
func (p *Package) Interface(spec string) (*Interface, error) {
	obj, f := p.find(p.file, spec)
	if f != nil {
		return nil, p.here(f)
	}
	name, ok := obj.(*types.TypeName)
	if !ok {
		return nil, p.here(&fault.Fault{Problem: spec + " is no type", Remedy: "name an interface"})
	}
	u, d := p.world.declaration(name)
	if d == nil {
		return nil, p.here(&fault.Fault{Problem: spec + " is declared in no source", Remedy: "name an interface that a Go file declares"})
	}
	if f := p.judge(spec, name, u); f != nil {
		return nil, p.here(f)
	}
	return p.collect(name, u, d)
}

// collect makes the model of an interface that nothing is said against but its types.
func (p *Package) collect(name *types.TypeName, u *unit, d *declaration) (*Interface, error) {
	c := &collector{p: p, seen: map[string]bool{}, looked: map[*types.TypeName]bool{}}
	syntax := d.spec.(*ast.TypeSpec)
	c.all, _ = name.Type().Underlying().(*types.Interface)
	c.declared(u, d, nil)
	if c.all == nil {
		c.fault = orFault(c.fault, p.unsoundName(name, syntax))
	}
	if c.fault != nil {
		return nil, c.fault
	}
	in := &Interface{
		Name: name.Name(), Type: name.Type(), Package: name.Pkg(), Methods: c.methods, TypeParams: typeParams(name.Type()),
		Directives: append(p.ofType(d), c.directives...), Pos: p.Fset.Position(syntax.Name.Pos()),
	}
	if f := p.sound(in, u, d); f != nil {
		return nil, f
	}
	if f := p.spaced(d.file, d); f != nil && u.isLocal {
		return nil, f
	}
	return in, nil
}

// ofType returns the directives in the comments of a type.
func (p *Package) ofType(d *declaration) []Directive {
	syntax, whole := d.spec.(*ast.TypeSpec), d.syntax.(*ast.GenDecl)
	if whole.Lparen.IsValid() {
		return directives(p.Fset, syntax.Doc, syntax.Comment)
	}
	return directives(p.Fset, whole.Doc, syntax.Doc, syntax.Comment)
}

// here puts a fault at the site's directive.
func (p *Package) here(f *fault.Fault) *fault.Fault {
	f.File, f.Line = p.site.place(), p.site.Line
	return f
}

// judge says what is against making something for the type of a name.
func (p *Package) judge(spec string, name *types.TypeName, u *unit) *fault.Fault {
	if f := p.usable(name); f != nil {
		return f
	}
	if p.imports(u) {
		return &fault.Fault{
			Problem: "package " + u.path + " imports this one, which therefore cannot use its " + name.Name(),
			Remedy:  "write the directive in another package",
		}
	}
	in, ok := name.Type().Underlying().(*types.Interface)
	if !ok {
		if isInvalid(name.Type().Underlying()) {
			return nil // what it is declared as tells more
		}
		return &fault.Fault{Problem: spec + " is " + kind(name.Type()) + ", no interface", Remedy: "name an interface"}
	}
	if !in.IsMethodSet() {
		return &fault.Fault{Problem: spec + " is a constraint, which no value has as its type", Remedy: "name an interface that consists of methods"}
	}
	for m := range in.Methods() {
		if !m.Exported() && m.Pkg() != p.Types {
			return &fault.Fault{
				Problem: spec + " has the method " + m.Name() + ", which only package " + m.Pkg().Path() + " can implement",
				Remedy:  "name an interface whose methods are exported",
			}
		}
	}
	return nil
}

// kind says what a type is, with its article.
func kind(t types.Type) string {
	switch t.Underlying().(type) {
	case *types.Struct:
		return "a struct"
	case *types.Signature:
		return "a function"
	case *types.Map:
		return "a map"
	case *types.Pointer:
		return "a pointer"
	case *types.Slice:
		return "a slice"
	case *types.Array:
		return "an array"
	case *types.Chan:
		return "a channel"
	}
	return "a kind of " + t.Underlying().String()
}

func typeParams(t types.Type) []TypeParam {
	var list []TypeParam
	for param := range paramsOf(t).TypeParams() {
		list = append(list, TypeParam{param.Obj().Name(), param.Constraint(), param})
	}
	return list
}

func paramsOf(t types.Type) *types.TypeParamList {
	switch t := t.(type) {
	case *types.Named:
		return t.TypeParams()
	case *types.Alias:
		return t.TypeParams()
	}
	return nil
}

// collector gathers the methods of an interface from its syntax.
type collector struct {
	p       *Package
	all     *types.Interface
	seen    map[string]bool          // by types.Func.Id
	looked  map[*types.TypeName]bool // the interfaces that were looked into
	shared  []Directive              // of the embedding that is being looked into
	methods []Method
	// directives are those of the types that the interface is declared to be.
	directives []Directive
	fault      *fault.Fault // the first
}

// declared gathers the methods of the interface that a declaration makes.
func (c *collector) declared(u *unit, d *declaration, from *types.TypeName) {
	c.expr(u, d.file, d.spec.(*ast.TypeSpec).Type, from)
	if broken := c.p.broken(u, d); broken != nil {
		c.fault = broken // what was found may not be all, or be something else
	}
}

// broken says where a declaration is no Go. The parser may have gone on behind it, so that all up to
// the next declaration counts.
func (p *Package) broken(u *unit, d *declaration) *fault.Fault {
	begin, next := p.Fset.Position(d.syntax.Pos()), math.MaxInt
	for _, other := range slices.Backward(d.file.Decls) {
		if other.Pos() > d.syntax.Pos() {
			next = p.Fset.Position(other.Pos()).Offset
		}
	}
	for _, e := range u.broken {
		if e.Pos.Filename == begin.Filename && begin.Offset <= e.Pos.Offset && e.Pos.Offset < next {
			return placed(&fault.Fault{Problem: "this is no Go: " + e.Msg, Remedy: "correct what stands there or just before it"}, e.Pos)
		}
	}
	return nil
}

// expr gathers the methods of the interface that an expression in a file stands for. from is the
// embedded interface that is being looked into.
func (c *collector) expr(u *unit, f *file, e ast.Expr, from *types.TypeName) {
	in, ok := ast.Unparen(e).(*ast.InterfaceType)
	if !ok {
		c.named(u, f, e, from)
		return
	}
	for _, field := range in.Methods.List {
		if len(field.Names) > 0 {
			c.method(u, f, field, from)
		} else {
			c.embedded(u, f, field, from)
		}
	}
	if c.fault == nil && u.isLocal {
		c.fault = c.p.stray(f, in)
	}
}

// embedded gathers the methods of an embedded interface. A directive at it is one for all of them.
func (c *collector) embedded(u *unit, f *file, field *ast.Field, from *types.TypeName) {
	if from == nil {
		from = c.nameOf(field.Type)
	}
	before := c.shared
	c.shared = append(slices.Clip(before), directives(c.p.Fset, field.Doc, field.Comment)...)
	c.expr(u, f, field.Type, from)
	c.shared = before
}

// named gathers the methods of the type that a name denotes.
func (c *collector) named(u *unit, f *file, e ast.Expr, from *types.TypeName) {
	name := c.nameOf(e)
	if name == nil || isInvalid(c.p.world.info.TypeOf(e)) {
		c.fault = orFault(c.fault, c.p.explain(u, f, e, "an embedded interface"))
		return
	}
	if u, d := c.p.world.declaration(name); d != nil {
		if c.looked[name] {
			return // whoever comes by again brings nothing new
		}
		if from == nil {
			c.directives = append(c.directives, c.p.ofType(d)...)
		}
		c.looked[name] = true
		c.declared(u, d, from)
		return
	}
	if in, ok := name.Type().Underlying().(*types.Interface); ok { // error
		for m := range in.Methods() {
			c.add(Method{Name: m.Name(), Signature: m.Signature(), Results: vars(m.Signature().Results()), From: from, Pos: c.p.Fset.Position(e.Pos())}, m.Id())
		}
	}
}

// nameOf is the name of a type that an expression consists of, but for type arguments; nil when
// it is of another form, or not known.
func (c *collector) nameOf(e ast.Expr) *types.TypeName {
	switch e := ast.Unparen(e).(type) {
	case *ast.Ident:
		name, _ := c.p.world.info.Uses[e].(*types.TypeName)
		return name
	case *ast.SelectorExpr:
		return c.nameOf(e.Sel)
	case *ast.IndexExpr:
		return c.nameOf(e.X)
	case *ast.IndexListExpr:
		return c.nameOf(e.X)
	}
	return nil
}

// method adds a method that an interface spells out.
func (c *collector) method(u *unit, f *file, field *ast.Field, from *types.TypeName) {
	if c.all == nil {
		return // it embeds itself
	}
	ident := field.Names[0]
	obj, _, _ := types.LookupFieldOrMethod(c.all, false, u.types, ident.Name)
	fn, ok := obj.(*types.Func)
	if !ok {
		return
	}
	fset, sig := c.p.Fset, fn.Signature()
	m := Method{
		Name: fn.Name(), Signature: sig, Variadic: sig.Variadic(), From: from, Pos: fset.Position(ident.Pos()),
		Doc: field.Doc.Text(), Directives: directives(fset, field.Doc, field.Comment),
		Params: vars(sig.Params()), Results: vars(sig.Results()), unit: u, file: f,
	}
	if syntax, ok := field.Type.(*ast.FuncType); ok {
		place(fset, m.Params, syntax.Params)
		place(fset, m.Results, syntax.Results)
		m.annotate(fset, syntax)
	}
	c.add(m, fn.Id())
}

// add adds a method that has not come from elsewhere already.
func (c *collector) add(m Method, id string) {
	if !c.seen[id] {
		c.seen[id] = true
		m.Directives = append(slices.Clip(c.shared), m.Directives...)
		c.methods = append(c.methods, m)
	}
}

func vars(t *types.Tuple) []Param {
	var list []Param
	for v := range t.Variables() {
		list = append(list, Param{Name: v.Name(), Type: v.Type()})
	}
	return list
}

// place gives parameters or results their places.
func place(fset *token.FileSet, params []Param, syntax *ast.FieldList) {
	if syntax == nil {
		return
	}
	i := 0
	for _, field := range syntax.List {
		places := []ast.Node{field}
		if len(field.Names) > 0 {
			places = nil
			for _, name := range field.Names {
				places = append(places, name)
			}
		}
		for _, at := range places {
			if i < len(params) {
				params[i].Pos, params[i].syntax = fset.Position(at.Pos()), field.Type
			}
			i++
		}
	}
}

// annotate gives each directive within a method to a parameter or result: to the last before it
// on its line, or else to the next one. One that finds none is the method's.
func (m *Method) annotate(fset *token.FileSet, syntax *ast.FuncType) {
	for _, group := range within(m.file, syntax) {
		params := m.Params
		if syntax.Results != nil && group.Pos() >= syntax.Results.Pos() {
			params = m.Results
		}
		for _, d := range directives(fset, group) {
			if owner := owner(fset, params, d.Pos); owner != nil {
				owner.Directives = append(owner.Directives, d)
			} else {
				m.Directives = append(m.Directives, d)
			}
		}
	}
}

// owner is the parameter that a comment belongs to: the one that it stands in or behind, or else the
// next one.
func owner(fset *token.FileSet, params []Param, comment token.Position) *Param {
	var behind *Param
	for i := range params {
		p := &params[i]
		end := p.Pos
		if p.syntax != nil {
			end = fset.Position(p.syntax.End())
		}
		switch isAfter := p.Pos.Offset < comment.Offset; {
		case isAfter && comment.Offset < end.Offset:
			return p
		case isAfter && end.Line == comment.Line:
			behind = p
		case !isAfter && behind == nil:
			return p
		}
	}
	return behind
}

// within returns the comments in the extent of a node.
func within(f *file, n ast.Node) []*ast.CommentGroup {
	var list []*ast.CommentGroup
	for _, group := range f.Comments {
		if n.Pos() <= group.Pos() && group.End() <= n.End() {
			list = append(list, group)
		}
	}
	return list
}

// stray says which comment in an interface is a directive that belongs to nothing.
func (p *Package) stray(f *file, in *ast.InterfaceType) *fault.Fault {
	attached := map[*ast.CommentGroup]bool{}
	for _, field := range in.Methods.List {
		attached[field.Doc], attached[field.Comment] = true, true
		for _, group := range within(f, field) {
			attached[group] = true
		}
	}
	for _, group := range within(f, in) {
		if attached[group] {
			continue
		}
		if list := directives(p.Fset, group); len(list) > 0 {
			return placed(&fault.Fault{
				Problem: "the directive stands at no method", Remedy: "put it into the comment of a method, without an empty line between",
			}, list[0].Pos)
		}
	}
	return nil
}

// spaced says which comment of a declaration was meant to be a directive.
func (p *Package) spaced(f *file, d *declaration) *fault.Fault {
	spec, whole := d.spec.(*ast.TypeSpec), d.syntax.(*ast.GenDecl)
	begin, doc := whole.Pos(), whole.Doc
	if whole.Lparen.IsValid() {
		begin, doc = spec.Pos(), spec.Doc
	}
	if doc != nil {
		begin = doc.Pos()
	}
	for _, group := range f.Comments {
		if group.Pos() < begin || group.Pos() > spec.End() {
			continue
		}
		for _, c := range group.List {
			if isSpaced(c.Text) {
				return placed(&fault.Fault{
					Problem: "a directive has no space behind its slashes", Remedy: "write it as //gen:verb, or begin the line with another word",
				}, p.Fset.Position(c.Pos()))
			}
		}
	}
	return nil
}

func orFault(first, second *fault.Fault) *fault.Fault {
	if first != nil {
		return first
	}
	return second
}
