package source

import (
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"slices"
)

// demand is a name of a package that has to get its type.
type demand struct {
	unit  *unit
	name  string
	whole bool
}

// lookup returns the object of a name that a unit declares, nil when it declares none. All that
// the declaration stands on gets its type with it.
func (w *World) lookup(u *unit, name string) types.Object {
	if u.path == "unsafe" {
		return types.Unsafe.Scope().Lookup(name)
	}
	w.want(demand{unit: u, name: name, whole: u.isRoot})
	w.check(u)
	return u.types.Scope().Lookup(name)
}

// want marks the declaration of a name, and whatever it mentions, in this package and others.
// Syntax decides what is mentioned, so that more may be wanted than is needed and never less.
func (w *World) want(first demand) {
	for queue := []demand{first}; len(queue) > 0; {
		next := queue[len(queue)-1]
		queue = queue[:len(queue)-1]
		u := next.unit
		w.parse(u)
		d := u.scope[next.name]
		if d == nil || d.wanted {
			continue
		}
		list := []*declaration{d}
		if _, isType := d.spec.(*ast.TypeSpec); isType {
			list = append(list, u.methods[next.name]...)
		}
		for _, d := range list {
			if !u.isRoot && isHidden(d) {
				continue
			}
			d.wanted, d.whole = true, next.whole || u.isRoot
			u.pending = append(u.pending, d)
			queue = append(queue, w.mentioned(u, d)...)
		}
	}
}

// isHidden reports whether a declaration is of a method that no other package can name.
func isHidden(d *declaration) bool {
	fn, ok := d.syntax.(*ast.FuncDecl)
	return ok && fn.Recv != nil && !fn.Name.IsExported()
}

// mentioned returns what a declaration mentions, and notes its imports.
func (w *World) mentioned(u *unit, d *declaration) []demand {
	m := &mentions{world: w, unit: u, decl: d, whole: d.whole && !u.isRoot}
	ast.Inspect(d.sliced(), m.visit)
	return m.list
}

type mentions struct {
	world *World
	unit  *unit
	decl  *declaration
	whole bool
	list  []demand
}

func (m *mentions) visit(n ast.Node) bool {
	switch n := n.(type) {
	case *ast.Field:
		ast.Inspect(n.Type, m.visit) // and not its names
		return false
	case *ast.BlockStmt, *ast.CommentGroup:
		return false
	case *ast.SelectorExpr:
		if x, ok := n.X.(*ast.Ident); ok && m.selected(x.Name, n.Sel.Name) {
			return false
		}
		ast.Inspect(n.X, m.visit)
		return false
	case *ast.Ident:
		m.named(n.Name)
	}
	return true
}

// selected notes a name of an imported package, and reports whether x is one.
func (m *mentions) selected(x, name string) bool {
	spec := m.decl.file.imports[x]
	if spec == nil {
		return false
	}
	m.use(spec)
	switch imported := m.unit.imports[importPath(spec)]; {
	case importPath(spec) == "unsafe":
		// The size of a type depends on all its fields.
		m.whole = m.whole || name != "Pointer"
	case imported != nil:
		m.list = append(m.list, demand{imported, name, m.whole})
	}
	return true
}

// named notes a name without a package.
func (m *mentions) named(name string) {
	if m.unit.scope[name] != nil {
		m.list = append(m.list, demand{m.unit, name, m.whole})
		return
	}
	for _, spec := range m.decl.file.dots {
		imported := m.unit.imports[importPath(spec)]
		if imported == nil || !token.IsExported(name) {
			continue
		}
		if m.world.parse(imported); imported.scope[name] != nil {
			m.use(spec)
			m.list = append(m.list, demand{imported, name, m.whole})
		}
	}
}

func (m *mentions) use(spec *ast.ImportSpec) {
	if !slices.Contains(m.decl.uses, spec) {
		m.decl.uses = append(m.decl.uses, spec)
	}
}

// sliced is the declaration without what nobody needs for its types.
func (d *declaration) sliced() ast.Decl {
	switch spec := d.spec.(type) {
	case *ast.TypeSpec:
		if fields, ok := spec.Type.(*ast.StructType); ok && !d.whole && !spec.Assign.IsValid() {
			spec = &ast.TypeSpec{Name: spec.Name, TypeParams: spec.TypeParams, Type: exported(fields)}
		}
		return &ast.GenDecl{TokPos: d.syntax.Pos(), Tok: token.TYPE, Specs: []ast.Spec{spec}}
	case *ast.ValueSpec:
		if spec.Type != nil {
			spec = &ast.ValueSpec{Names: spec.Names, Type: spec.Type}
		}
		return &ast.GenDecl{TokPos: d.syntax.Pos(), Tok: token.VAR, Specs: []ast.Spec{spec}}
	}
	return d.syntax
}

// exported is a struct without the fields that only its package can name. Embedded fields stay:
// what they have may be exported.
func exported(t *ast.StructType) *ast.StructType {
	fields := *t.Fields
	fields.List = nil
	for _, field := range t.Fields.List {
		if len(field.Names) == 0 || slices.ContainsFunc(field.Names, (*ast.Ident).IsExported) {
			fields.List = append(fields.List, field)
		}
	}
	return &ast.StructType{Struct: t.Struct, Fields: &fields}
}

// check gives types to what is wanted of the unit, and first to what that uses of other units.
func (w *World) check(u *unit) {
	w.init(u)
	pending := u.pending
	u.pending = nil
	var files []*ast.File
	for i := 0; i < len(u.syntax) && len(pending) > 0; i++ {
		if part := w.part(u, u.syntax[i], pending); part != nil {
			files = append(files, part)
		}
	}
	if len(files) > 0 {
		u.checker.Files(files)
	}
}

// part is a file with the pending declarations alone, and with the imports that these use; nil
// when none is of the file.
func (w *World) part(u *unit, f *file, pending []*declaration) *ast.File {
	imports := &ast.GenDecl{TokPos: f.Package, Tok: token.IMPORT}
	part := &ast.File{Package: f.Package, Name: ast.NewIdent(u.name), FileStart: f.FileStart, FileEnd: f.FileEnd}
	part.Decls = append(part.Decls, imports)
	for _, d := range pending {
		if d.file != f {
			continue
		}
		part.Decls = append(part.Decls, d.sliced())
		for _, spec := range d.uses {
			if !slices.Contains(imports.Specs, ast.Spec(spec)) {
				imports.Specs = append(imports.Specs, spec)
			}
			if imported := u.imports[importPath(spec)]; imported != nil && imported.pending != nil {
				w.check(imported)
			}
		}
	}
	if len(part.Decls) == 1 {
		return nil
	}
	return part
}

// init makes the unit's package of types, which is empty at first.
func (w *World) init(u *unit) {
	if u.types != nil {
		return
	}
	w.parse(u)
	u.types = types.NewPackage(u.path, u.name)
	u.types.MarkComplete() // as far as others are concerned: they import it only when it is
	w.byTypes[u.types] = u
	conf := &types.Config{
		Importer: unitImporter{w, u}, IgnoreFuncBodies: true, FakeImportC: true, DisableUnusedImportCheck: true, Sizes: w.sizes,
		Error: func(err error) {
			if e, ok := err.(types.Error); ok {
				u.unsound = append(u.unsound, e)
			}
		},
	}
	u.checker = types.NewChecker(conf, w.fset, u.types, w.info)
}

// unitImporter finds what the files of a unit import.
type unitImporter struct {
	world *World
	unit  *unit
}

func (i unitImporter) Import(path string) (*types.Package, error) {
	if path == "unsafe" {
		return types.Unsafe, nil
	}
	u := i.unit.imports[path]
	if u == nil || len(u.files) == 0 {
		return nil, fmt.Errorf("no package %s", path)
	}
	i.world.init(u)
	return u.types, nil
}

// declared finds the declaration of a type in the sources, nil for one of the universe.
func (w *World) declaration(name *types.TypeName) (*unit, *declaration) {
	u := w.byTypes[name.Pkg()]
	if u == nil {
		return nil, nil
	}
	return u, u.scope[name.Name()]
}
