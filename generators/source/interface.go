package source

import (
	"go/ast"
	"go/token"
	"go/types"
	"path/filepath"
	"slices"
	"strconv"

	"github.com/mintwright/mintwright/internal/fault"
)

// Interface finds the interface that -type names in a directive of the site: "Store",
// "other.Store" by the imports of the site's file, "example.com/m/other.Store" or "io/fs.FS".
//
// An error is a *fault.Fault: there is no such type; it is no interface, or one that only
// constrains type parameters; something of it cannot be named or implemented in the package; or
// a type that it names is not sound.
func (p *Package) Interface(spec string) (*Interface, error) {
	obj, f := p.find(p.file(), spec)
	if f != nil {
		return nil, p.at(f)
	}
	name, ok := obj.(*types.TypeName)
	if !ok {
		return nil, p.at(&fault.Fault{Problem: spec + " is no type", Remedy: "name an interface"})
	}
	if f := p.judge(spec, name); f != nil {
		return nil, p.at(f)
	}
	decl := p.world.decl(name)
	if decl == nil {
		return nil, p.at(&fault.Fault{Problem: "no source declares " + spec, Remedy: "name an interface that Go source declares"})
	}
	in := &Interface{
		Name: name.Name(), Type: name.Type(), Package: name.Pkg(), Pos: p.Fset.Position(decl.spec.Name.Pos()),
		Directives: directives(p.Fset, decl.decl.Doc, decl.spec.Doc, decl.spec.Comment),
		TypeParams: typeParams(name.Type()),
	}
	c := &collector{p: p, all: name.Type().Underlying().(*types.Interface), seen: map[string]bool{}}
	c.expr(decl.unit, decl.file, decl.spec.Type, nil)
	in.Methods = c.methods
	for _, m := range in.Methods {
		if f := p.sound(m); f != nil {
			return nil, f
		}
	}
	return in, nil
}

// at puts a fault at the site's directive.
func (p *Package) at(f *fault.Fault) *fault.Fault {
	f.File, f.Line = p.site.place(), p.site.Line
	return f
}

// file is the syntax of the site's file, nil when it is unknown.
func (p *Package) file() *ast.File {
	i := slices.IndexFunc(p.Files, func(f *ast.File) bool {
		return filepath.Base(p.Fset.Position(f.Package).Filename) == p.site.File
	})
	if i < 0 {
		return nil
	}
	return p.Files[i]
}

// judge says what is against making something for the type of a name.
func (p *Package) judge(spec string, name *types.TypeName) *fault.Fault {
	in, ok := name.Type().Underlying().(*types.Interface)
	switch {
	case name.Pkg() != p.Types && !name.Exported():
		return &fault.Fault{Problem: spec + " is not exported by its package", Remedy: "export it, or write the directive in its package"}
	case !ok:
		return &fault.Fault{Problem: spec + " is no interface but " + kind(name.Type()), Remedy: "name an interface"}
	case !in.IsMethodSet():
		return &fault.Fault{Problem: spec + " is a constraint: no value has it as its type", Remedy: "name an interface that consists of methods"}
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
	switch t := t.Underlying().(type) {
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
	case *types.Basic:
		if t.Kind() == types.Invalid {
			return "a type that is not sound"
		}
	}
	return "of type " + t.Underlying().String()
}

func typeParams(t types.Type) []TypeParam {
	var params *types.TypeParamList
	switch t := t.(type) {
	case *types.Named:
		params = t.TypeParams()
	case *types.Alias:
		params = t.TypeParams()
	}
	var list []TypeParam
	for param := range params.TypeParams() {
		list = append(list, TypeParam{param.Obj().Name(), param.Constraint(), param})
	}
	return list
}

// collector gathers the methods of an interface from its syntax.
type collector struct {
	p       *Package
	all     *types.Interface
	seen    map[string]bool // by types.Func.Id
	methods []Method
}

// expr gathers the methods of an interface that an expression in a file stands for. from is the
// embedded interface that is being looked into.
func (c *collector) expr(u *unit, file *ast.File, e ast.Expr, from *types.TypeName) {
	switch e := ast.Unparen(e).(type) {
	case *ast.InterfaceType:
		for _, field := range e.Methods.List {
			if len(field.Names) > 0 {
				c.method(u, file, field, from)
				continue
			}
			c.embedded(u, file, field.Type, from)
		}
	case *ast.IndexExpr:
		c.named(u, e.X, from)
	case *ast.IndexListExpr:
		c.named(u, e.X, from)
	default:
		c.named(u, e, from)
	}
}

// embedded gathers the methods of an interface that another embeds.
func (c *collector) embedded(u *unit, file *ast.File, e ast.Expr, from *types.TypeName) {
	if name := c.nameOf(e); name != nil && from == nil {
		from = name
	}
	c.expr(u, file, e, from)
}

// named gathers the methods of the type that a name denotes.
func (c *collector) named(_ *unit, e ast.Expr, from *types.TypeName) {
	name := c.nameOf(e)
	if name == nil {
		return
	}
	if decl := c.p.world.decl(name); decl != nil {
		c.expr(decl.unit, decl.file, decl.spec.Type, from)
		return
	}
	if in, ok := name.Type().Underlying().(*types.Interface); ok { // error
		for m := range in.Methods() {
			if !c.seen[m.Id()] {
				c.seen[m.Id()] = true
				c.methods = append(c.methods, Method{Name: m.Name(), Signature: m.Signature(), Results: vars(m.Signature().Results()), From: from, Pos: c.p.Fset.Position(e.Pos())})
			}
		}
	}
}

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
func (c *collector) method(u *unit, file *ast.File, field *ast.Field, from *types.TypeName) {
	ident := field.Names[0]
	obj, _, _ := types.LookupFieldOrMethod(c.all, false, u.types, ident.Name)
	fn, ok := obj.(*types.Func)
	if !ok || c.seen[fn.Id()] {
		return
	}
	c.seen[fn.Id()] = true
	fset, sig := c.p.Fset, fn.Signature()
	m := Method{
		Name: fn.Name(), Signature: sig, Variadic: sig.Variadic(), From: from, Pos: fset.Position(ident.Pos()),
		Doc: field.Doc.Text(), Directives: directives(fset, field.Doc, field.Comment),
		Params: vars(sig.Params()), Results: vars(sig.Results()),
	}
	if syntax, ok := field.Type.(*ast.FuncType); ok {
		annotate(fset, file, m.Params, syntax.Params)
		annotate(fset, file, m.Results, syntax.Results)
	}
	c.methods = append(c.methods, m)
}

func vars(t *types.Tuple) []Param {
	var list []Param
	for v := range t.Variables() {
		list = append(list, Param{Name: v.Name(), Type: v.Type()})
	}
	return list
}

// annotate gives parameters their places and the directives in the comments of their list: a
// comment belongs to the last parameter before it on its line, or else to the next one.
func annotate(fset *token.FileSet, file *ast.File, params []Param, syntax *ast.FieldList) {
	if syntax == nil {
		return
	}
	var begin, end []token.Pos
	for _, field := range syntax.List {
		for _, name := range field.Names {
			begin, end = append(begin, name.Pos()), append(end, field.End())
		}
		if len(field.Names) == 0 {
			begin, end = append(begin, field.Pos()), append(end, field.End())
		}
	}
	if len(begin) != len(params) {
		return
	}
	for i := range params {
		params[i].Pos = fset.Position(begin[i])
	}
	for _, group := range file.Comments {
		if group.Pos() < syntax.Pos() || group.End() > syntax.End() {
			continue
		}
		for _, d := range directives(fset, group) {
			owner := -1
			for i := range params {
				if fset.Position(end[i]).Line == d.Pos.Line && end[i] <= group.End() {
					owner = i
				}
			}
			if owner < 0 {
				owner = slices.IndexFunc(params, func(p Param) bool { return p.Pos.Line > d.Pos.Line })
			}
			if owner >= 0 {
				params[owner].Directives = append(params[owner].Directives, d)
			}
		}
	}
}

// sound says which type of a method cannot be written in the package, and why.
func (p *Package) sound(m Method) *fault.Fault {
	for i, param := range slices.Concat(m.Params, m.Results) {
		var f *fault.Fault
		walk(param.Type, func(t types.Type) bool {
			f = p.nameable(t)
			return f == nil
		})
		if f == nil {
			continue
		}
		at := param.Pos
		if !at.IsValid() {
			at = m.Pos
		}
		f.File, f.Line, f.Column = at.Filename, at.Line, at.Column
		f.Problem = what(m, i) + ": " + f.Problem
		return f
	}
	return nil
}

func what(m Method, i int) string {
	role, list := "parameter", m.Params
	if i >= len(m.Params) {
		role, list, i = "result", m.Results, i-len(m.Params)
	}
	if name := list[i].Name; name != "" && name != "_" {
		return role + " " + name + " of " + m.Name
	}
	return role + " " + strconv.Itoa(i+1) + " of " + m.Name
}

// nameable says what is against writing a type in the package.
func (p *Package) nameable(t types.Type) *fault.Fault {
	if basic, ok := t.(*types.Basic); ok && basic.Kind() == types.Invalid {
		return &fault.Fault{Problem: "its type is not sound", Remedy: "declare the type, or import its package"}
	}
	return nil
}
