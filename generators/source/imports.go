package source

import (
	"go/types"
	"path"
	"strconv"
	"strings"
	"unicode"

	"github.com/dave/jennifer/jen"

	"github.com/mintwright/mintwright/internal/names"
)

// Imports decides under which name a file imports each package, so that a name is right, is
// written where goimports would write it, and clashes with none of a scope.
type Imports struct {
	file  *jen.File
	scope *names.Scope
	named map[string]string
}

// NewImports returns the imports of a file, in which the names of scope are in use.
func NewImports(f *jen.File, scope *names.Scope) *Imports {
	return &Imports{file: f, scope: scope, named: map[string]string{}}
}

// Add tells the file under which name jen.Qual imports a package whose own name is given, takes
// that name in the scope, and returns it.
func (i *Imports) Add(importPath, name string) string {
	if have, ok := i.named[importPath]; ok {
		return have
	}
	used := i.scope.New(name)
	i.named[importPath] = used
	if used == guessName(importPath) {
		i.file.ImportName(importPath, used)
	} else {
		i.file.ImportAlias(importPath, used)
	}
	return used
}

// AddTypes adds the packages that the types are written with, but for the one at the path own.
func (i *Imports) AddTypes(own string, list ...types.Type) {
	found := map[string]string{}
	for _, t := range list {
		visitNames(t, func(pkg *types.Package) {
			if pkg.Path() != own {
				found[pkg.Path()] = pkg.Name()
			}
		})
	}
	for _, p := range sortedKeys(found) {
		i.Add(p, found[p])
	}
}

// ImportNames tells f the own names of the packages that the types are written with.
func ImportNames(f *jen.File, list ...types.Type) {
	for _, t := range list {
		visitNames(t, func(pkg *types.Package) {
			if pkg.Name() == guessName(pkg.Path()) {
				f.ImportName(pkg.Path(), pkg.Name())
			} else {
				f.ImportAlias(pkg.Path(), pkg.Name())
			}
		})
	}
}

// guessName is the name of a package that its path suggests, by the rules of goimports: an import
// of a package with another name is written with the name.
func guessName(importPath string) string {
	base := path.Base(importPath)
	if number, ok := strings.CutPrefix(base, "v"); ok {
		if _, err := strconv.Atoi(number); err == nil && path.Dir(importPath) != "." {
			base = path.Base(path.Dir(importPath))
		}
	}
	base = strings.TrimPrefix(base, "go-")
	end := strings.IndexFunc(base, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) && r != '_' })
	if end >= 0 {
		base = base[:end]
	}
	return base
}

// visitNames calls visit with the package of each name that t is written with.
func visitNames(t types.Type, visit func(*types.Package)) {
	walk(t, func(t types.Type) bool {
		switch t := t.(type) {
		case *types.Named:
			if pkg := t.Obj().Pkg(); pkg != nil {
				visit(pkg)
			}
		case *types.Alias:
			if pkg := t.Obj().Pkg(); pkg != nil {
				visit(pkg)
			}
		case *types.Basic:
			if t.Kind() == types.UnsafePointer {
				visit(types.Unsafe)
			}
		}
		return true
	})
}

// walk calls visit with t and the types that t is written with, in order, until visit returns
// false. It does not look into what a named type stands for.
func walk(t types.Type, visit func(types.Type) bool) bool {
	if !visit(t) {
		return false
	}
	for part := range parts(t) {
		if !walk(part, visit) {
			return false
		}
	}
	return true
}
