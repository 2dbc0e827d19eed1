package source

import (
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"os"
)

// unit is a package as the go command builds it: one for a test is another unit.
type unit struct {
	id, path, name, dir string
	files               []string // absolute
	ignored             []string
	imports             map[string]*unit // by the path in the source
	module              Module
	problems            []string // what go list says against it

	parsed bool
	syntax []*ast.File
	types  *types.Package
	busy   bool
	errors []types.Error
}

// parse reads the unit's files.
func (w *World) parse(u *unit) {
	if u.parsed {
		return
	}
	u.parsed = true
	for _, name := range u.files {
		content, err := os.ReadFile(name)
		if err != nil {
			continue
		}
		file, _ := parser.ParseFile(w.fset, name, content, parser.ParseComments|parser.SkipObjectResolution|parser.AllErrors)
		if file != nil {
			u.syntax = append(u.syntax, file)
		}
	}
}

// check gives the unit its types.
func (w *World) check(u *unit) *types.Package {
	if u.types != nil {
		return u.types
	}
	w.parse(u)
	u.types = types.NewPackage(u.path, u.name)
	if u.path == "unsafe" {
		u.types = types.Unsafe
		return u.types
	}
	conf := types.Config{
		Importer: importer{w, u}, IgnoreFuncBodies: true, FakeImportC: true, DisableUnusedImportCheck: true,
		Error: func(err error) {
			if e, ok := err.(types.Error); ok {
				u.errors = append(u.errors, e)
			}
		},
	}
	types.NewChecker(&conf, w.fset, u.types, w.info).Files(u.syntax)
	return u.types
}

type importer struct {
	world *World
	unit  *unit
}

func (i importer) Import(path string) (*types.Package, error) {
	if path == "unsafe" {
		return types.Unsafe, nil
	}
	if u := i.unit.imports[path]; u != nil {
		return i.world.check(u), nil
	}
	return types.NewPackage(path, guessName(path)), nil
}

// lookup returns the object of a name that the unit declares, nil when it declares none.
func (w *World) lookup(u *unit, name string) types.Object {
	return w.check(u).Scope().Lookup(name)
}

// typeDecl is where a type is declared.
type typeDecl struct {
	unit *unit
	file *ast.File
	decl *ast.GenDecl
	spec *ast.TypeSpec
}

// decl finds the declaration of a type in the sources, nil for one of the universe.
func (w *World) decl(name *types.TypeName) *typeDecl {
	for _, u := range w.units {
		if u.types != name.Pkg() || u.types == nil {
			continue
		}
		for _, f := range u.syntax {
			for _, d := range f.Decls {
				g, ok := d.(*ast.GenDecl)
				if !ok || g.Tok != token.TYPE {
					continue
				}
				for _, s := range g.Specs {
					if s := s.(*ast.TypeSpec); s.Name.Pos() == name.Pos() {
						return &typeDecl{u, f, g, s}
					}
				}
			}
		}
	}
	return nil
}
