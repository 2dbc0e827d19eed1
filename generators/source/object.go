package source

import (
	"go/ast"
	"go/token"
	"go/types"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/mintwright/mintwright/internal/fault"
	"github.com/mintwright/mintwright/internal/names"
)

// find resolves a name as it is written in a file of the package: Name, pkg.Name by the imports
// of the file, or else of the package's other files, or import/path.Name. A fault has no place.
func (p *Package) find(file *ast.File, spec string) (types.Object, *fault.Fault) {
	qualifier, name := cutName(spec)
	if !token.IsIdentifier(name) || name == "_" {
		return nil, &fault.Fault{Problem: strconv.Quote(spec) + " names no declaration", Remedy: "write Name, package.Name or import/path.Name"}
	}
	u := p.unit
	if qualifier != "" {
		var f *fault.Fault
		if u, f = p.qualified(file, qualifier); f != nil {
			return nil, f
		}
	}
	if obj := p.world.lookup(u, name); obj != nil {
		return obj, nil
	}
	return nil, p.missing(u, name, spec)
}

// missing says that a unit has no declaration of a name, and what may be the reason.
func (p *Package) missing(u *unit, name, spec string) *fault.Fault {
	if _, ok := types.Universe.Lookup(name).(*types.TypeName); ok && name == spec {
		return &fault.Fault{Problem: name + " is a type of Go itself", Remedy: "name one that a Go file declares"}
	}
	f := &fault.Fault{Problem: "package " + u.path + " has no " + name, Remedy: "declare it, or correct the name"}
	if near := nearest(u, name); near != "" {
		f.Remedy = "did you mean " + strings.TrimSuffix(spec, name) + near + "?"
	}
	if u != p.unit && !token.IsExported(name) {
		return f // wherever it is declared, it could not be used
	}
	if len(u.broken) > 0 {
		f.Problem += ", as far as its files are Go: " + u.broken[0].Error()
		f.Remedy = "correct what stands there or just before it"
	}
	return orFault(p.world.elsewhere(u, name), f)
}

// elsewhere says in which file of a unit's folder a name is declared that the unit does not have.
func (w *World) elsewhere(u *unit, name string) *fault.Fault {
	for _, path := range w.goFiles(u.dir) {
		if slices.Contains(u.files, path) {
			continue
		}
		syntax, _ := w.parseFile(path)
		if syntax == nil || !declares(syntax)[name] {
			continue
		}
		base := filepath.Base(path)
		if strings.HasSuffix(base, "_test.go") {
			return &fault.Fault{
				Problem: name + " is declared in the test file " + base + ", which other files cannot use",
				Remedy:  "write the directive there",
			}
		}
		return &fault.Fault{
			Problem: name + " is declared in " + base + ", which the build leaves out",
			Remedy:  "build with what that file asks for: GOFLAGS=-tags=name, GOOS, CGO_ENABLED=1",
		}
	}
	return nil
}

// declares returns the names that a file declares.
func declares(syntax *ast.File) map[string]bool {
	names := map[string]bool{}
	for _, d := range syntax.Decls {
		for _, ident := range Names(d) {
			if ident.Name != "_" {
				names[ident.Name] = true
			}
		}
	}
	return names
}

// Names returns the names that a declaration of a file adds to its package, in order; those that
// are blank among them.
func Names(decl ast.Decl) []*ast.Ident {
	switch d := decl.(type) {
	case *ast.FuncDecl:
		if d.Recv == nil {
			return []*ast.Ident{d.Name}
		}
	case *ast.GenDecl:
		var list []*ast.Ident
		for _, spec := range d.Specs {
			switch spec := spec.(type) {
			case *ast.TypeSpec:
				list = append(list, spec.Name)
			case *ast.ValueSpec:
				list = append(list, spec.Names...)
			}
		}
		return list
	}
	return nil
}

// cutName parts a name from what stands before its last dot; a dot in a path is none.
func cutName(spec string) (qualifier, name string) {
	slash := strings.LastIndexByte(spec, '/')
	dot := strings.LastIndexByte(spec, '.')
	switch {
	case dot > slash:
		return spec[:dot], spec[dot+1:]
	case slash >= 0:
		return spec, ""
	}
	return "", spec
}

// qualified finds the package that a qualifier names: by the names of imports, and then by the
// packages' own, which those that are imported as _ have too.
func (p *Package) qualified(file *ast.File, qualifier string) (*unit, *fault.Fault) {
	files := p.Files
	if file != nil {
		files = slices.Concat([]*ast.File{file}, files)
	}
	for _, called := range []func(*ast.ImportSpec) string{p.unit.importName, p.unit.ownName} {
		for _, f := range files {
			for _, spec := range f.Imports {
				if called(spec) != qualifier && importPath(spec) != qualifier {
					continue
				}
				if u := p.unit.imports[importPath(spec)]; u != nil && len(u.files) > 0 {
					return u, nil
				}
			}
		}
	}
	if qualifier == p.Name || qualifier == p.Path {
		return p.unit, nil
	}
	return p.foreign(qualifier)
}

// foreign finds a package that no file of this one imports.
func (p *Package) foreign(qualifier string) (*unit, *fault.Fault) {
	paths := []string{qualifier}
	if !strings.Contains(qualifier, "/") {
		paths = names.Standard(qualifier)
	}
	if len(paths) == 1 {
		if u := p.world.unitAt(p.unit, paths[0]); u != nil {
			return u, nil
		}
	}
	f := &fault.Fault{
		Problem: "no import of package " + p.Path + " is called " + strconv.Quote(qualifier),
		Remedy:  "write its whole path before the name, or import the package, as _ where no code needs it",
	}
	if strings.Contains(qualifier, "/") {
		f.Problem, f.Remedy = "package "+qualifier+" is not found", "correct the path, or go get it"
	}
	return nil, f
}

// Object finds what an annotation names, as it would be named in file, which may be nil:
// "ErrNotFound", "io.EOF", "context.Canceled"; by path where no file imports it. An error is
// a *fault.Fault without a place.
func (p *Package) Object(file *ast.File, name string) (types.Object, error) {
	obj, f := p.find(file, name)
	if f != nil {
		return nil, f
	}
	if obj.Pkg() != p.Types && !obj.Exported() {
		return nil, &fault.Fault{Problem: name + " is not exported", Remedy: "name something that this package can use"}
	}
	return obj, nil
}

// Declared returns the names that the package declares, in order, those of files included that
// the build leaves out now and of its own tests; but for names that only files of the given base
// names declare: an output does not clash with what it replaces.
func (p *Package) Declared(except ...string) []string {
	found := map[string]bool{}
	for _, f := range p.world.neighbours(p.unit) {
		if slices.Contains(except, filepath.Base(p.Fset.Position(f.Package).Filename)) {
			continue
		}
		for name := range declares(f) {
			found[name] = true
		}
	}
	return sortedKeys(found)
}

// Imported returns the names under which files of the package import others, in order: nothing
// that the package declares may have one of them.
func (p *Package) Imported(except ...string) []string {
	found := map[string]bool{}
	for _, f := range p.world.neighbours(p.unit) {
		if slices.Contains(except, filepath.Base(p.Fset.Position(f.Package).Filename)) {
			continue
		}
		for _, spec := range f.Imports {
			if name := p.unit.importName(spec); name != "_" && name != "." {
				found[name] = true
			}
		}
	}
	return sortedKeys(found)
}

// neighbours returns the files of a unit's folder that are of its package, whether the build has
// them or not.
func (w *World) neighbours(u *unit) []*ast.File {
	if u.neighbours != nil {
		return u.neighbours
	}
	for _, name := range w.goFiles(u.dir) {
		i := slices.IndexFunc(u.syntax, func(f *file) bool { return w.fset.Position(f.Package).Filename == name })
		if i >= 0 {
			u.neighbours = append(u.neighbours, u.syntax[i].File)
			continue
		}
		if syntax, _ := w.parseFile(name); syntax != nil && syntax.Name != nil && syntax.Name.Name == u.name {
			u.neighbours = append(u.neighbours, syntax)
		}
	}
	return u.neighbours
}
