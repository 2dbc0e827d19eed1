package stamp

import (
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"regexp"
	"slices"
	"strings"
	"sync"
)

// Describe writes an interface down so that any change that the output of a generator can
// depend on changes the text: its type parameters, its whole method set with the names of
// parameters, types with their full paths, what kind of types they are, and the //gen:
// comments in files, which are those of package pkg. What is declared in other packages has
// no comments here: export data has none.
//
// The text is the same for types from source and for those from export data. The order of
// methods that another package declares is not in it, for export data does not keep it.
func Describe(pkg *types.Package, files []*ast.File, t types.Type) string {
	d := &describer{pkg: pkg, files: files, seen: map[types.Object]bool{}}
	i, isInterface := t.Underlying().(*types.Interface)
	if isInterface {
		d.roots = roots(i)
	}
	d.declared(t)
	if isInterface {
		d.methods(i)
	}
	return d.text.String()
}

// Inputs returns the hash of everything that was made for types; each is one that Describe takes.
func Inputs(pkg *types.Package, files []*ast.File, list ...types.Type) string {
	var parts []string
	for _, t := range list {
		parts = append(parts, Describe(pkg, files, t))
	}
	return Hash(parts...)
}

type describer struct {
	pkg   *types.Package
	files []*ast.File
	seen  map[types.Object]bool
	roots []*types.Var // what attributes can start from: the parameters and results of all methods
	text  strings.Builder
}

func (d *describer) line(kind string, parts ...string) {
	fmt.Fprintf(&d.text, "%s %q\n", kind, parts)
}

// path is the qualifier: full paths, none for what the package itself declares.
func (d *describer) path(p *types.Package) string {
	if clean(p) == clean(d.pkg) {
		return ""
	}
	return clean(p)
}

// clean leaves out what the go command adds to the path of a package that is built for a test.
func clean(p *types.Package) string {
	if p == nil {
		return ""
	}
	before, _, _ := strings.Cut(p.Path(), " [")
	return before
}

func (d *describer) typed(t types.Type) string { return types.TypeString(t, d.path) }

// declared describes the declaration of a named interface, and those that it refers to as
// far as the package itself makes them.
func (d *describer) declared(t types.Type) {
	obj := declaration(t)
	if obj == nil || d.seen[obj] {
		return
	}
	d.seen[obj] = true
	d.line("type", d.typed(t))
	d.parameters(t)
	if clean(obj.Pkg()) == clean(d.pkg) {
		d.source(obj.Name())
	}
	switch t := t.(type) {
	case *types.Alias:
		d.line("alias", d.typed(t.Rhs()))
		d.declared(t.Rhs())
	case *types.Named:
		if i, ok := t.Underlying().(*types.Interface); ok {
			for e := range i.EmbeddedTypes() {
				d.embedded(e)
			}
		}
	}
}

// embedded describes an embedded interface when its comments can be in files.
func (d *describer) embedded(t types.Type) {
	if obj := declaration(t); obj != nil && clean(obj.Pkg()) == clean(d.pkg) {
		d.declared(t)
	}
}

func declaration(t types.Type) *types.TypeName {
	switch t := t.(type) {
	case *types.Alias:
		return t.Obj()
	case *types.Named:
		return t.Obj()
	}
	return nil
}

func (d *describer) parameters(t types.Type) {
	generic, ok := t.(interface{ TypeParams() *types.TypeParamList })
	if !ok {
		return
	}
	for p := range generic.TypeParams().TypeParams() {
		d.line("parameter", p.Obj().Name(), d.typed(p.Constraint()), d.typed(p.Constraint().Underlying()))
	}
}

// source describes the order in which a declaration stands in the files, and its comments.
func (d *describer) source(name string) {
	for _, f := range d.files {
		decl, spec := find(f, name)
		if spec == nil {
			continue
		}
		if i, ok := spec.Type.(*ast.InterfaceType); ok {
			d.order(i)
		}
		start, end := spec.Pos(), spec.End()
		if spec.Doc != nil {
			start = spec.Doc.Pos()
		} else if decl.Doc != nil && !decl.Lparen.IsValid() {
			start = decl.Doc.Pos()
		}
		if spec.Comment != nil {
			end = spec.Comment.End()
		}
		d.comments(f, spec, start, end)
		return
	}
}

func find(f *ast.File, name string) (*ast.GenDecl, *ast.TypeSpec) {
	for _, decl := range f.Decls {
		gen, ok := decl.(*ast.GenDecl)
		if !ok || gen.Tok != token.TYPE {
			continue
		}
		for _, s := range gen.Specs {
			if spec, ok := s.(*ast.TypeSpec); ok && spec.Name.Name == name {
				return gen, spec
			}
		}
	}
	return nil, nil
}

func (d *describer) order(i *ast.InterfaceType) {
	var names []string
	for _, field := range i.Methods.List {
		for _, n := range field.Names {
			names = append(names, n.Name)
		}
		if len(field.Names) == 0 {
			names = append(names, "embeds "+types.ExprString(field.Type))
		}
	}
	d.line("order", names...)
}

// comments describes the //gen: comments between two places around a declaration, each with
// the number of identifiers before it: at another method the same comment is another text.
func (d *describer) comments(f *ast.File, spec *ast.TypeSpec, start, end token.Pos) {
	for _, group := range f.Comments {
		for _, c := range group.List {
			if c.Pos() >= start && c.Pos() <= end && strings.HasPrefix(c.Text, "//gen:") {
				d.line("comment", fmt.Sprint(identifiers(spec, c.Pos())), strings.TrimSpace(c.Text))
				d.attribute(c.Text)
			}
		}
	}
}

// identifiers returns how many identifiers of a declaration stand before a place.
func identifiers(spec *ast.TypeSpec, before token.Pos) int {
	count := 0
	for n := range ast.Preorder(spec) {
		if id, ok := n.(*ast.Ident); ok && id.Pos() < before {
			count++
		}
	}
	return count
}

// dotted finds ways through fields and methods.
var dotted = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`[\pL_][\pL_\pN]*(?:\.[\pL_][\pL_\pN]*)+`) })

// attribute describes the types on every way that an attribute may take through the
// parameters and results of some method: order.Customer.ID.
func (d *describer) attribute(comment string) {
	_, expression, _ := strings.Cut(comment, "=")
	for _, way := range dotted().FindAllString(expression, -1) {
		d.ways(strings.Split(way, "."))
	}
}

func (d *describer) ways(names []string) {
	for _, root := range d.roots {
		if root.Name() != names[0] {
			continue
		}
		t := root.Type()
		for _, name := range names[1:] {
			obj, _, _ := types.LookupFieldOrMethod(t, true, d.pkg, name)
			if obj == nil {
				d.line("way", name, "nothing")
				break
			}
			t = obj.Type()
			if s, ok := t.(*types.Signature); ok && s.Results().Len() == 1 {
				t = s.Results().At(0).Type()
			}
			d.line("way", name, d.typed(obj.Type()), d.kind(t))
		}
	}
}

func roots(i *types.Interface) []*types.Var {
	var list []*types.Var
	for m := range i.Methods() {
		list = slices.AppendSeq(list, m.Signature().Params().Variables())
		list = slices.AppendSeq(list, m.Signature().Results().Variables())
	}
	return list
}

func (d *describer) methods(i *types.Interface) {
	for m := range i.Methods() {
		s := m.Signature()
		d.line("method", m.Name(), d.typed(s))
		for v := range s.Params().Variables() {
			d.line("takes", v.Name(), d.kind(v.Type()))
		}
		for v := range s.Results().Variables() {
			d.line("returns", v.Name(), d.kind(v.Type()))
		}
	}
}

// kind says what a type is as far as a generator may ask: through one pointer, slice, array
// or map the type below a name, and the few methods that make a difference.
func (d *describer) kind(t types.Type) string {
	text := d.one(t)
	switch u := t.Underlying().(type) {
	case *types.Pointer:
		text += " of " + d.one(u.Elem())
	case *types.Slice:
		text += " of " + d.one(u.Elem())
		if p, ok := u.Elem().Underlying().(*types.Pointer); ok {
			text += " of " + d.one(p.Elem())
		}
	case *types.Array:
		text += " of " + d.one(u.Elem())
	case *types.Map:
		text += " of " + d.one(u.Key()) + " and " + d.one(u.Elem())
	}
	return text
}

func (d *describer) one(t types.Type) string {
	text := ""
	switch u := t.Underlying().(type) {
	case *types.Struct:
		text = "struct"
	case *types.Interface:
		text = "interface"
	default:
		text = d.typed(u)
	}
	if _, ok := t.(*types.TypeParam); ok {
		return text
	}
	for _, name := range []string{"Close", "Error", "MarshalText", "Recv", "String", "Unwrap"} {
		obj, _, _ := types.LookupFieldOrMethod(t, true, nil, name)
		if f, ok := obj.(*types.Func); ok {
			text += " " + name + strings.TrimPrefix(d.typed(f.Signature()), "func")
		}
	}
	return text
}
