package generate

import (
	"fmt"
	"go/ast"
	"go/build"
	"go/parser"
	"go/token"
	"path/filepath"
	"strings"

	"github.com/mintwright/mintwright/generators/source"
	"github.com/mintwright/mintwright/internal/fault"
)

// beside says what is against a Go file in a folder: a file there that somebody wrote is of another
// package, or declares one of its names. Generated files are passed over, for they may be about
// to change.
func beside(full string, content []byte) *fault.Fault {
	fset := token.NewFileSet()
	made, err := parser.ParseFile(fset, full, content, parser.SkipObjectResolution)
	if err != nil {
		return nil // who builds it will say so
	}
	mine := declared(made)
	names, err := filepath.Glob(filepath.Join(filepath.Dir(full), "*.go"))
	if err != nil {
		return nil
	}
	for _, name := range names {
		other := written(fset, name)
		switch {
		case other == nil || name == full || strings.HasSuffix(name, "_test.go"):
		case other.Name.Name != made.Name.Name:
			return &fault.Fault{
				Problem: fmt.Sprintf("its output %s would be of package %s, and %s is of package %s", filepath.Base(full), made.Name.Name, filepath.Base(name), other.Name.Name),
				Remedy:  "make both of one package, or give one of them a folder of its own",
			}
		default:
			if ident := first(declared(other), mine); ident != nil {
				at := fset.Position(ident.Pos())
				return &fault.Fault{
					File: name, Line: at.Line, Column: at.Column,
					Problem: fmt.Sprintf("%s is declared here, and would be in %s too", ident.Name, filepath.Base(full)),
					Remedy:  "give it another name, or write the output into a package of its own with -o",
				}
			}
		}
	}
	return nil
}

// first returns the name of the first list that stands first in its file and is in the second too.
func first(list, other map[string]*ast.Ident) *ast.Ident {
	var found *ast.Ident
	for name, ident := range list {
		if other[name] != nil && (found == nil || ident.Pos() < found.Pos()) {
			found = ident
		}
	}
	return found
}

// written reads a file that somebody wrote and that is built; nil is for others.
func written(fset *token.FileSet, name string) *ast.File {
	if matches, err := build.Default.MatchFile(filepath.Dir(name), filepath.Base(name)); err != nil || !matches {
		return nil
	}
	content, err := readFile(name)
	if err != nil {
		return nil
	}
	f, err := parser.ParseFile(fset, name, content, parser.ParseComments|parser.SkipObjectResolution)
	if err != nil || ast.IsGenerated(f) {
		return nil
	}
	return f
}

// declared returns the names that a file declares in its package.
func declared(f *ast.File) map[string]*ast.Ident {
	list := map[string]*ast.Ident{}
	for _, d := range f.Decls {
		for _, n := range source.Names(d) {
			if n.Name != "_" && n.Name != "init" {
				list[n.Name] = n
			}
		}
	}
	return list
}
