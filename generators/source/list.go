package source

import (
	"cmp"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"golang.org/x/tools/go/packages"

	"github.com/mintwright/mintwright/internal/fault"
)

// root is what was found for a site.
type root struct {
	units []*unit // of its folder: the package, its variant for tests, its external tests
	err   error
}

// list runs the go command for all sites: once for those of one module or workspace.
func (w *World) list(sites []Site) error {
	groups := map[string][]Site{}
	for _, s := range sites {
		key := w.mainModule(s.Dir)
		groups[key] = append(groups[key], s)
	}
	for _, key := range sortedKeys(groups) {
		if err := w.listGroup(key, groups[key]); err != nil {
			return err
		}
	}
	return nil
}

// listGroup lists the packages of the sites of one module; an empty module is the world outside
// of all modules, where a package is its files.
func (w *World) listGroup(module string, sites []Site) error {
	if module == "" {
		for _, s := range sites {
			files, err := filepath.Glob(filepath.Join(s.Dir, "*.go"))
			if err != nil {
				return err
			}
			w.listPatterns(s.Dir, []Site{s}, files)
		}
		return w.ctx.Err()
	}
	var dirs []string
	for _, s := range sites {
		dirs = append(dirs, s.Dir)
	}
	slices.Sort(dirs)
	w.listPatterns(module, sites, slices.Compact(dirs))
	return w.ctx.Err()
}

func (w *World) listPatterns(dir string, sites []Site, patterns []string) {
	tests := slices.ContainsFunc(sites, func(s Site) bool {
		return strings.HasSuffix(s.File, "_test.go") || strings.HasSuffix(s.Package, "_test")
	})
	listed, err := packages.Load(w.config(dir, tests), patterns...)
	for _, p := range listed {
		w.unit(p)
	}
	for _, s := range sites {
		r := &root{err: err}
		for _, p := range listed {
			if u := w.units[p.ID]; sameDir(u.dir, s.Dir) && !strings.HasSuffix(u.path, ".test") {
				r.units = append(r.units, u)
			}
		}
		// The package itself first: its variant for tests has the files of the tests too.
		slices.SortStableFunc(r.units, func(a, b *unit) int { return cmp.Compare(len(a.id), len(b.id)) })
		w.roots[s] = r
	}
}

func (w *World) config(dir string, tests bool) *packages.Config {
	return &packages.Config{
		Mode:    packages.NeedName | packages.NeedFiles | packages.NeedImports | packages.NeedDeps | packages.NeedModule,
		Context: w.ctx, Dir: dir, Env: w.env, Tests: tests,
	}
}

// unit notes a listed package and what it imports.
func (w *World) unit(p *packages.Package) *unit {
	if u := w.units[p.ID]; u != nil {
		return u
	}
	u := &unit{id: p.ID, path: p.PkgPath, name: p.Name, dir: p.Dir, files: p.GoFiles, ignored: p.IgnoredFiles, imports: map[string]*unit{}}
	if p.Module != nil {
		u.module = Module{Path: p.Module.Path, Dir: p.Module.Dir, GoVersion: p.Module.GoVersion}
	}
	for _, e := range p.Errors {
		u.problems = append(u.problems, e.Error())
	}
	if u.dir == "" && len(u.files) > 0 {
		u.dir = filepath.Dir(u.files[0])
	}
	w.units[p.ID] = u
	for path, imported := range p.Imports {
		u.imports[path] = w.unit(imported)
	}
	return u
}

// mainModule returns the folder from which the go command sees dir in its module or workspace,
// "" when there is none.
func (w *World) mainModule(dir string) string {
	for at := dir; ; at = filepath.Dir(at) {
		if _, err := os.Stat(filepath.Join(at, "go.mod")); err == nil {
			return at
		}
		if filepath.Dir(at) == at {
			return ""
		}
	}
}

// Package returns the package that the site's file belongs to. An error is a *fault.Fault.
func (w *World) Package(s Site) (*Package, error) {
	r := w.roots[s]
	if r == nil {
		return nil, fmt.Errorf("the site %s was not loaded", s.place())
	}
	if r.err != nil {
		return nil, &fault.Fault{File: s.place(), Line: s.Line, Problem: "the package does not load: " + r.err.Error(), Remedy: "make `go list` succeed in " + s.Dir}
	}
	u := choose(r.units, s)
	if u == nil {
		return nil, &fault.Fault{File: s.place(), Line: s.Line, Problem: "no package of Go is in " + s.Dir, Remedy: "put the directive into a Go file"}
	}
	w.check(u)
	return &Package{
		Path: u.path, Name: u.name, Dir: s.Dir, IsTest: strings.HasSuffix(s.File, "_test.go"), Module: u.module,
		Types: u.types, Fset: w.fset, Files: u.syntax, world: w, unit: u, site: s,
	}, nil
}

// choose returns the unit that has the site's file.
func choose(units []*unit, s Site) *unit {
	for _, u := range units {
		if slices.ContainsFunc(u.files, func(f string) bool { return filepath.Base(f) == s.File }) {
			return u
		}
	}
	for _, u := range units {
		if u.name == s.Package {
			return u
		}
	}
	if len(units) > 0 {
		return units[0]
	}
	return nil
}

func sameDir(a, b string) bool {
	if a == b {
		return true
	}
	realA, errA := filepath.EvalSymlinks(a)
	realB, errB := filepath.EvalSymlinks(b)
	return errA == nil && errB == nil && realA == realB
}

func sortedKeys[V any](m map[string]V) []string {
	var keys []string
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}
