package source

import (
	"go/ast"
	"go/types"
	"path"
	"slices"
	"strconv"
	"strings"

	"github.com/mintwright/mintwright/internal/fault"
	"github.com/mintwright/mintwright/internal/names"
)

// find resolves a name as it is written in a file of the package: Name, pkg.Name by the imports
// of the file, or else of the package's other files, or import/path.Name. The fault has no place.
func (p *Package) find(file *ast.File, spec string) (types.Object, *fault.Fault) {
	qualifier, name := cutName(spec)
	if name == "" {
		return nil, &fault.Fault{Problem: strconv.Quote(spec) + " is no name of a declaration", Remedy: "write Name, package.Name or import/path.Name"}
	}
	u := p.unit
	if qualifier != "" {
		if u = p.qualified(file, qualifier); u == nil {
			return nil, &fault.Fault{
				Problem: "no import of this package is called " + strconv.Quote(qualifier),
				Remedy:  "write the import path, as in import/path." + name,
			}
		}
	}
	if obj := p.world.lookup(u, name); obj != nil {
		return obj, nil
	}
	f := &fault.Fault{Problem: "package " + u.path + " has no " + name, Remedy: "declare it, or correct the name"}
	if near := names.Nearest(name, p.world.declared(u)); near != "" {
		f.Remedy = "did you mean " + near + "?"
	}
	return nil, f
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

// qualified finds the package that a qualifier names.
func (p *Package) qualified(file *ast.File, qualifier string) *unit {
	files := p.Files
	if file != nil {
		files = slices.Concat([]*ast.File{file}, files)
	}
	for _, f := range files {
		for _, spec := range f.Imports {
			importPath, _ := strconv.Unquote(spec.Path.Value)
			u := p.unit.imports[importPath]
			if u == nil {
				continue
			}
			if spec.Name != nil && spec.Name.Name == qualifier || spec.Name == nil && u.name == qualifier || importPath == qualifier {
				return u
			}
		}
	}
	if qualifier == p.Name || qualifier == p.Path {
		return p.unit
	}
	for _, imported := range sortedKeys(p.unit.imports) {
		if u := p.unit.imports[imported]; path.Base(imported) == qualifier || u.path == qualifier {
			return u
		}
	}
	return nil
}

// declared returns the names that a unit declares, in order.
func (w *World) declared(u *unit) []string { return w.check(u).Scope().Names() }

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

// Declared returns the names that the package declares, in order, but for those declared only in
// files of the given base names: an output does not clash with what it replaces.
func (p *Package) Declared(except ...string) []string {
	return p.world.declared(p.unit)
}
