// Package source reads the Go packages in which generators are asked for, and hands out a model of
// their interfaces.
//
// One run of the go command lists the packages of all sites and what they import, through
// golang.org/x/tools/go/packages, so that modules, workspaces, vendor folders, replacements and
// build tags mean what they mean to the go command. All else comes from sources: nothing is
// compiled and no export data is read, so that a package that does not build yet has a model as
// soon as the types are sound that an interface names.
//
// Of the sources only what is asked for is looked at, and what that stands on. See
// docs/decisions/022-source.md.
package source

import (
	"context"
	"go/ast"
	"go/token"
	"go/types"
	"path/filepath"
)

// Site is where a directive stands.
type Site struct {
	Dir     string // absolute
	File    string // base name; "" when unknown
	Line    int
	Package string // what $GOPACKAGE is there; "" when unknown
}

// place is the path of the site's file, "" when it is unknown.
func (s Site) place() string {
	if s.File == "" {
		return ""
	}
	return filepath.Join(s.Dir, s.File)
}

// Module is the module of a package.
type Module struct {
	Path, Dir string
	GoVersion string // "1.26"
}

// Package is a package for which output is made: the one that a site's file belongs to.
type Package struct {
	Path, Name, Dir string // of the package that the output becomes part of
	// IsTest says that the directive's file is a test file, so that the output has to be one.
	IsTest bool
	Module Module // the zero value outside a module

	// Types holds what Interface and Object have looked at so far, and what that stands on:
	// no other declarations, no bodies of functions. What a package declares Declared tells.
	Types *types.Package
	Fset  *token.FileSet
	Files []*ast.File // with comments; bodies of functions are empty

	world *World
	unit  *unit
	site  Site
}

// World is the packages of some sites, and whatever they import. It is not for use by several
// goroutines at once.
type World struct {
	ctx   context.Context
	env   []string
	fset  *token.FileSet
	info  *types.Info
	units map[string]*unit // by the ID of go list
	roots map[Site]*root
	bare  map[string][]*unit // packages found for a path that no listed package imports
}

// Load lists the packages of all sites at once and reads none of them yet. env is the environment
// of the go command, os.Environ() when nil. A package that cannot be listed is an error of
// Package, not of Load.
func Load(ctx context.Context, env []string, sites ...Site) (*World, error) {
	w := &World{
		ctx: ctx, env: env, fset: token.NewFileSet(),
		info: &types.Info{
			Types: map[ast.Expr]types.TypeAndValue{}, Defs: map[*ast.Ident]types.Object{},
			Uses: map[*ast.Ident]types.Object{}, Instances: map[*ast.Ident]types.Instance{},
		},
		units: map[string]*unit{}, roots: map[Site]*root{},
	}
	if err := w.list(sites); err != nil {
		return nil, err
	}
	return w, nil
}
