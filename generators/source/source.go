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
	"cmp"
	"context"
	"go/ast"
	"go/token"
	"go/types"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
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
	file  *ast.File // the site's; nil when it is unknown
}

// World is the packages of some sites, and whatever they import. It is not for use by several
// goroutines at once.
type World struct {
	ctx     context.Context
	env     []string
	overlay map[string][]byte // files that are not as on the disk
	sizes   types.Sizes
	fset    *token.FileSet
	info    *types.Info
	library map[string]*unit // packages of the standard library, by their folders
	byTypes map[*types.Package]*unit
	roots   map[Site]*root
}

// Load lists the packages of all sites at once and reads none of them yet. env is the environment
// of the go command, that of the process when nil. What is wrong with one site is an error of
// Package, so that the others are not concerned; Load itself fails when ctx ends.
func Load(ctx context.Context, env []string, sites ...Site) (*World, error) {
	return LoadOver(ctx, env, nil, sites...)
}

// LoadOver is Load in a world in which the files of overlay, by their absolute paths, have the
// contents that it gives, whether they are on the disk or not.
func LoadOver(ctx context.Context, env []string, overlay map[string][]byte, sites ...Site) (*World, error) {
	if env == nil {
		env = os.Environ()
	}
	w := &World{
		ctx: ctx, env: env, overlay: overlay, fset: token.NewFileSet(),
		sizes: types.SizesFor("gc", cmp.Or(lookupEnv(env, "GOARCH"), runtime.GOARCH)),
		info: &types.Info{
			Types: map[ast.Expr]types.TypeAndValue{}, Uses: map[*ast.Ident]types.Object{},
		},
		library: map[string]*unit{}, byTypes: map[*types.Package]*unit{}, roots: map[Site]*root{},
	}
	w.list(sites)
	return w, ctx.Err()
}

// lookupEnv returns the value of a variable, "" when it is not set. Of several the last counts.
func lookupEnv(env []string, name string) string {
	for _, entry := range slices.Backward(env) {
		if value, ok := strings.CutPrefix(entry, name+"="); ok {
			return value
		}
	}
	return ""
}
