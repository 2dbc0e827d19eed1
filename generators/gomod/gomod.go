// Package gomod derives the go.mod and go.sum of a service from its Go files, without a
// toolchain, a network or a module cache.
//
// The result is what "go mod tidy" would leave: every requirement stands at the version
// that a recorded Table gives it, and go.sum has neither a line too few nor one too many.
// What the table does not know is an error that wraps ErrUnknown, never a guess.
//
// The rules are those of cmd/go/internal/modload of Go 1.26: LoadPackages with Tidy set,
// tidyPrunedRoots, readModGraph and keepSums. Not followed: replace, exclude, tool and
// toolchain lines (a service has none), and the repair of imports that become ambiguous
// when requirements are dropped (go.dev/issue/60313), which is an error here.
package gomod

import (
	"bytes"
	"errors"
	"fmt"
	"go/version"
	"iter"
	"strings"

	"golang.org/x/mod/modfile"
	"golang.org/x/mod/module"
	"golang.org/x/mod/semver"
)

// ErrUnknown is wrapped by every error about an import or a module that a Source has no
// record of. "go mod tidy" can still answer it, with a network.
var ErrUnknown = errors.New("not recorded")

// A Source answers what cmd/go reads from a module cache.
// A Table is one from memory; the recorder's reads the real cache.
type Source interface {
	// Go is the least go directive of a service.
	Go() string
	// Root is the version at which the module path is required, when it may be.
	Root(path string) (version string, ok bool)
	// Module is what the go.mod file of m says.
	Module(m module.Version) (*Module, error)
	// Package is the package of that import path in m, nil when m has none.
	Package(m module.Version, path string) (*Package, error)
	// Zip is the h1 hash of the files of m.
	Zip(m module.Version) (string, error)
}

// A Module is the go.mod file of one module version.
type Module struct {
	Go       string           // go directive, "" when it has none
	Requires []module.Version // direct and indirect
	Sum      string           // h1 hash of the go.mod file
}

// A Package lists the imports of a package outside the standard library, under any build
// tags and on any platform, as "go mod tidy" sees them.
type Package struct {
	Imports     []string
	TestImports []string
}

// Derive returns the go.mod and go.sum of a service: modulePath is its module, files are
// all its Go files with their tests, by slash path in the module. Other files are ignored.
// The go.sum of a service that needs no module is empty: then it has no such file.
//
// A file that does not parse is an error, as is an import that src does not know; the
// error names the import and the file.
func Derive(src Source, modulePath string, files map[string][]byte) (gomod, gosum []byte, err error) {
	own, err := ownPackages(modulePath, files)
	if err != nil {
		return nil, nil, err
	}
	d := &derivation{src: src, own: own, all: map[string]loaded{}, roots: map[string]string{}}
	if err := d.loadAll(); err != nil {
		return nil, nil, err
	}
	if d.graph, err = readGraph(src, d.roots); err != nil {
		return nil, nil, err
	}
	if err := d.checkSelected(); err != nil {
		return nil, nil, err
	}
	if err := d.loadTests(); err != nil {
		return nil, nil, err
	}
	if gomod, err = d.modFile(modulePath); err != nil {
		return nil, nil, err
	}
	if gosum, err = d.sumFile(); err != nil {
		return nil, nil, err
	}
	return gomod, gosum, nil
}

// derivation is the state of one Derive.
type derivation struct {
	src    Source
	own    map[string]ownPackage
	all    map[string]loaded // by import path: imported by the service or its tests, at any depth
	tests  map[string]loaded // imported only by the tests of packages in all
	roots  map[string]string // module path to version: the requirements of the service
	direct map[string]bool   // module paths that the service's own files import
	graph  *graph
}

// loaded is a package outside the service and the module that has it.
type loaded struct {
	mod module.Version
	pkg *Package
}

// need is an import and where it stands: a file of the service or a package.
type need struct{ path, by string }

// loadAll finds every package that the service and its tests import, and with them the
// requirements.
func (d *derivation) loadAll() error {
	var queue []need
	for _, dir := range sortedKeys(d.own) {
		queue = append(queue, d.own[dir].needs...)
	}
	d.direct = map[string]bool{}
	ownNeeds := len(queue)
	for i := 0; i < len(queue); i++ {
		n := queue[i]
		if d.isOwn(n.path) {
			continue
		}
		l, seen := d.all[n.path]
		if !seen {
			var err error
			if l, err = d.find(n, d.src.Root); err != nil {
				return err
			}
			if l.pkg == nil {
				return fmt.Errorf("%s: import %q: no module has this package: %w", n.by, n.path, ErrUnknown)
			}
			d.all[n.path] = l
			d.roots[l.mod.Path] = l.mod.Version
			queue = appendNeeds(queue, l.pkg.Imports, n.path)
		}
		if i < ownNeeds {
			d.direct[l.mod.Path] = true
		}
	}
	return nil
}

// loadTests finds the packages that only the tests of dependencies import. They bring no
// requirement, but cmd/go loads them and wants their hashes in go.sum.
func (d *derivation) loadTests() error {
	var queue []need
	for _, p := range sortedKeys(d.all) {
		queue = appendNeeds(queue, d.all[p].pkg.TestImports, p+" [test]")
	}
	d.tests = map[string]loaded{}
	for i := 0; i < len(queue); i++ {
		n := queue[i]
		if _, seen := d.all[n.path]; seen || d.isOwn(n.path) {
			continue
		}
		if _, seen := d.tests[n.path]; seen {
			continue
		}
		l, err := d.find(n, d.required)
		if err == nil && l.pkg == nil {
			l, err = d.find(n, d.graph.version)
		}
		if err != nil {
			return err
		}
		if l.pkg == nil {
			return fmt.Errorf("%s: import %q: no module has this package: %w", n.by, n.path, ErrUnknown)
		}
		d.tests[n.path] = l
		queue = appendNeeds(queue, l.pkg.Imports, n.path)
	}
	return nil
}

func (d *derivation) isOwn(path string) bool {
	_, ok := d.own[path]
	return ok
}

func (d *derivation) required(path string) (string, bool) {
	v, ok := d.roots[path]
	return v, ok
}

// find is the package that n imports, among the modules at the versions that selected
// gives. Its pkg is nil when none of them has it.
func (d *derivation) find(n need, selected func(string) (string, bool)) (loaded, error) {
	var found loaded
	for prefix := range prefixes(n.path) {
		v, ok := selected(prefix)
		if !ok {
			continue
		}
		m := module.Version{Path: prefix, Version: v}
		pkg, err := d.src.Package(m, n.path)
		if err != nil {
			return loaded{}, fmt.Errorf("%s: import %q: %w", n.by, n.path, err)
		}
		if pkg == nil {
			continue
		}
		if found.pkg != nil {
			return loaded{}, fmt.Errorf("%s: import %q: both %s and %s have this package", n.by, n.path, m, found.mod)
		}
		found = loaded{m, pkg}
	}
	return found, nil
}

// checkSelected fails when the requirements ask for newer versions of each other: then the
// roots of the source are not tidy.
func (d *derivation) checkSelected() error {
	for _, p := range sortedKeys(d.roots) {
		if v := d.graph.selected[p]; v != d.roots[p] {
			return fmt.Errorf("module %s is required at %s, but its dependents need %s", p, d.roots[p], v)
		}
	}
	return nil
}

func (d *derivation) modFile(modulePath string) ([]byte, error) {
	goVersion := d.src.Go()
	for _, mod := range d.graph.modules {
		if version.Compare("go"+mod.Go, "go"+goVersion) > 0 {
			goVersion = mod.Go
		}
	}
	var requires []*modfile.Require
	for _, p := range sortedKeys(d.roots) {
		m := module.Version{Path: p, Version: d.roots[p]}
		requires = append(requires, &modfile.Require{Mod: m, Indirect: !d.direct[p]})
	}
	f := &modfile.File{}
	if err := f.AddModuleStmt(modulePath); err != nil {
		return nil, fmt.Errorf("module %q: %w", modulePath, err)
	}
	if err := f.AddGoStmt(goVersion); err != nil {
		return nil, fmt.Errorf("go directive %q: %w", goVersion, err)
	}
	f.SetRequireSeparateIndirect(requires)
	f.Cleanup()
	return f.Format()
}

// sumFile keeps, as keepSums does, the go.mod hash of every module in the graph and of
// every loaded package's module, and the zip hash of every module that could hold a loaded
// package by its path.
func (d *derivation) sumFile() ([]byte, error) {
	keep := map[module.Version]bool{} // go.mod hashes have their version followed by /go.mod
	for m := range d.graph.modules {
		keep[goModKey(m)] = true
	}
	for _, set := range []map[string]loaded{d.all, d.tests} {
		for p, l := range set {
			keep[goModKey(l.mod)] = true
			selected := d.graph.version
			if d.roots[l.mod.Path] == l.mod.Version {
				selected = d.required
			}
			for prefix := range prefixes(p) {
				if v, ok := selected(prefix); ok {
					keep[module.Version{Path: prefix, Version: v}] = true
				}
			}
		}
	}
	mods := make([]module.Version, 0, len(keep))
	for m := range keep {
		mods = append(mods, m)
	}
	module.Sort(mods)

	var b bytes.Buffer
	for _, m := range mods {
		sum, err := d.sum(m)
		if err != nil {
			return nil, err
		}
		fmt.Fprintf(&b, "%s %s %s\n", m.Path, m.Version, sum)
	}
	return b.Bytes(), nil
}

func (d *derivation) sum(m module.Version) (string, error) {
	v, isGoMod := strings.CutSuffix(m.Version, "/go.mod")
	if !isGoMod {
		return d.src.Zip(m)
	}
	mod, err := d.src.Module(module.Version{Path: m.Path, Version: v})
	if err != nil {
		return "", err
	}
	return mod.Sum, nil
}

func goModKey(m module.Version) module.Version {
	return module.Version{Path: m.Path, Version: m.Version + "/go.mod"}
}

// graph is the module graph with pruning: of a requirement that itself prunes (go 1.17 or
// later), the requirements of its requirements are not read.
type graph struct {
	modules  map[module.Version]*Module // those whose go.mod was read
	selected map[string]string          // module path to the highest version that is required
}

func (g *graph) version(path string) (string, bool) {
	v, ok := g.selected[path]
	return v, ok
}

func readGraph(src Source, roots map[string]string) (*graph, error) {
	type visit struct {
		m      module.Version
		pruned bool
	}
	g := &graph{modules: map[module.Version]*Module{}, selected: map[string]string{}}
	var queue []visit
	for _, p := range sortedKeys(roots) {
		queue = append(queue, visit{module.Version{Path: p, Version: roots[p]}, true})
		g.selected[p] = roots[p]
	}
	seen := map[visit]bool{}
	for i := 0; i < len(queue); i++ {
		at := queue[i]
		if seen[at] {
			continue
		}
		seen[at] = true
		mod, err := src.Module(at.m)
		if err != nil {
			return nil, err
		}
		g.modules[at.m] = mod
		modPruned := version.Compare("go"+mod.Go, "go1.17") >= 0
		for _, r := range mod.Requires {
			if v, ok := g.selected[r.Path]; !ok || semver.Compare(v, r.Version) < 0 {
				g.selected[r.Path] = r.Version
			}
			if !at.pruned || !modPruned {
				queue = append(queue, visit{r, at.pruned && modPruned})
			}
		}
	}
	return g, nil
}

func appendNeeds(queue []need, imports []string, by string) []need {
	for _, p := range imports {
		queue = append(queue, need{p, by})
	}
	return queue
}

// prefixes yields importPath and its parents, the longest first.
func prefixes(importPath string) iter.Seq[string] {
	return func(yield func(string) bool) {
		for p := importPath; yield(p); {
			i := strings.LastIndexByte(p, '/')
			if i < 0 {
				return
			}
			p = p[:i]
		}
	}
}
