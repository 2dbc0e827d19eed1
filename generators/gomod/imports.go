package gomod

import (
	"cmp"
	"fmt"
	"go/ast"
	"go/build/constraint"
	"go/parser"
	"go/token"
	"maps"
	"path"
	"slices"
	"strconv"
	"strings"
)

// ownPackage is a package of the service; needs are its imports outside the standard
// library, those of its tests too.
type ownPackage struct{ needs []need }

// ownPackages are the packages that "./..." means, by import path.
func ownPackages(modulePath string, files map[string][]byte) (map[string]ownPackage, error) {
	own := map[string]ownPackage{}
	for _, name := range sortedKeys(files) {
		if !isPackageFile(name) {
			continue
		}
		imports, err := Imports(name, files[name])
		if err != nil {
			return nil, err
		}
		importPath := path.Join(modulePath, path.Dir(name))
		p := own[importPath]
		p.needs = appendNeeds(p.needs, imports, name)
		own[importPath] = p
	}
	return own, nil
}

// isPackageFile reports whether "./..." reaches the file at the slash path name.
func isPackageFile(name string) bool {
	for part := range strings.SplitSeq(path.Dir(name), "/") {
		if part == "testdata" || part == "vendor" || part != "." && isHidden(part) {
			return false
		}
	}
	return strings.HasSuffix(name, ".go") && !isHidden(path.Base(name))
}

func isHidden(name string) bool {
	return strings.HasPrefix(name, ".") || strings.HasPrefix(name, "_")
}

// Imports returns the imports of a Go file outside the standard library, in the file's
// order. A file that is excluded under all build tags ("//go:build ignore") has none.
//
// When the file does not parse, the imports that could be read come with the error.
func Imports(name string, src []byte) ([]string, error) {
	f, err := parser.ParseFile(token.NewFileSet(), name, src, parser.ImportsOnly|parser.ParseComments)
	if f == nil || !mayBuild(f) {
		return nil, err
	}
	if err != nil {
		err = fmt.Errorf("reading imports: %w", err)
	}
	var imports []string
	for _, spec := range f.Imports {
		p, unquoteErr := strconv.Unquote(spec.Path.Value)
		if unquoteErr == nil && !isStandard(p) {
			imports = append(imports, p)
		}
	}
	return imports, err
}

// isStandard tells a package of the standard library by its first element, which has no
// dot, and takes "C" and the packages of classic App Engine along, as cmd/go does.
func isStandard(importPath string) bool {
	first, _, _ := strings.Cut(importPath, "/")
	return !strings.Contains(first, ".")
}

// mayBuild reports whether any set of build tags includes the file. Each tag counts as set
// and as not set, but "ignore" is never set.
//
// Source: ShouldBuild in cmd/go/internal/imports with the tag "*".
func mayBuild(f *ast.File) bool {
	var goBuild, plusBuild []string
	for _, group := range f.Comments {
		if group.Pos() > f.Package {
			break
		}
		for _, c := range group.List {
			switch {
			case constraint.IsGoBuild(c.Text):
				goBuild = append(goBuild, c.Text)
			case constraint.IsPlusBuild(c.Text) && group != f.Doc:
				plusBuild = append(plusBuild, c.Text)
			}
		}
	}
	if len(goBuild) > 1 {
		return false
	}
	if len(goBuild) == 1 {
		x, err := constraint.Parse(goBuild[0])
		return err == nil && mayHold(x, true)
	}
	for _, line := range plusBuild {
		if x, err := constraint.Parse(line); err == nil && !mayHold(x, true) {
			return false
		}
	}
	return true
}

func mayHold(x constraint.Expr, want bool) bool {
	switch x := x.(type) {
	case *constraint.TagExpr:
		return want && x.Tag != "ignore"
	case *constraint.NotExpr:
		return !mayHold(x.X, !want)
	case *constraint.AndExpr:
		return mayHold(x.X, want) && mayHold(x.Y, want)
	case *constraint.OrExpr:
		return mayHold(x.X, want) || mayHold(x.Y, want)
	}
	return false
}

func sortedKeys[K cmp.Ordered, V any](m map[K]V) []K {
	return slices.Sorted(maps.Keys(m))
}
