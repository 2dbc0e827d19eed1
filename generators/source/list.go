package source

import (
	"cmp"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"golang.org/x/mod/modfile"
	"golang.org/x/tools/go/packages"

	"github.com/mintwright/mintwright/internal/fault"
	"github.com/mintwright/mintwright/internal/workspace"
)

// root is what was found for a site.
type root struct {
	units   []*unit // of its folder: the package, its variant for tests, its external tests
	problem string  // what the go command says of a folder that it makes no package of
	err     error
}

// home is where the go command runs for a site: a module or a workspace.
type home struct {
	dir     string // "" outside of all modules, where a package is its files
	noWork  bool   // there is a workspace, and the module is not part of it
	folders []string
	sites   []Site
	units   map[string]*unit // by the ID of go list
}

// list runs the go command for all sites, once for those of one module or workspace.
func (w *World) list(sites []Site) {
	homes := map[string]*home{}
	for _, s := range sites {
		h := findHome(w.env, s.Dir)
		key := cmp.Or(h.dir, s.Dir)
		if homes[key] == nil {
			homes[key], h.units = h, map[string]*unit{}
		}
		homes[key].sites = append(homes[key].sites, s)
		if !slices.Contains(homes[key].folders, s.Dir) {
			homes[key].folders = append(homes[key].folders, s.Dir)
		}
	}
	for _, key := range sortedKeys(homes) {
		w.listHome(homes[key])
	}
}

func (w *World) listHome(h *home) {
	dir, patterns := h.dir, h.folders
	if dir == "" {
		dir, patterns = h.folders[0], w.goFiles(h.folders[0])
	}
	tests := slices.ContainsFunc(h.sites, func(s Site) bool {
		return strings.HasSuffix(s.File, "_test.go") || strings.HasSuffix(s.Package, "_test")
	})
	listed, err := w.listPatterns(h, dir, tests, patterns)
	for _, s := range h.sites {
		r := &root{err: err, problem: about(listed, s.Dir)}
		for _, u := range inDir(listed, s.Dir) {
			if !strings.HasSuffix(u.path, ".test") {
				u.isRoot = true
				r.units = append(r.units, u)
			}
		}
		// The package itself first: its variant for tests has its files too.
		slices.SortStableFunc(r.units, func(a, b *unit) int { return cmp.Compare(len(a.id), len(b.id)) })
		w.roots[s] = r
	}
}

// listPatterns returns the packages that patterns match, and notes those they import.
func (w *World) listPatterns(h *home, dir string, tests bool, patterns []string) ([]*unit, error) {
	conf := &packages.Config{
		Mode:    packages.NeedName | packages.NeedFiles | packages.NeedImports | packages.NeedDeps | packages.NeedModule,
		Context: w.ctx, Dir: dir, Env: w.env, Tests: tests, Overlay: w.overlay,
	}
	if h.noWork {
		conf.Env = append(slices.Clip(conf.Env), "GOWORK=off")
	}
	listed, err := packages.Load(conf, patterns...)
	if w.ctx.Err() == nil && (err != nil || lacksSums(listed)) {
		if again, ok := withCopy(conf, patterns); ok {
			listed, err = again, nil
		}
	}
	var units []*unit
	for _, p := range listed {
		units = append(units, w.unit(h, p))
	}
	return units, err
}

// lacksSums reports whether a package was not found because go.sum, or go.mod, is not complete.
func lacksSums(listed []*packages.Package) bool {
	found := false
	packages.Visit(listed, func(p *packages.Package) bool {
		found = found || slices.ContainsFunc(p.Errors, func(e packages.Error) bool {
			return strings.Contains(e.Msg, "missing go.sum entry") || strings.Contains(e.Msg, "updates to go.mod needed")
		})
		return !found
	}, nil)
	return found
}

// withCopy lists with a copy of go.mod and go.sum that the go command may complete from the module
// cache, where it refuses to work with the originals.
func withCopy(conf *packages.Config, patterns []string) ([]*packages.Package, bool) {
	dir, err := os.MkdirTemp("", "gen-source-")
	if err != nil {
		return nil, false
	}
	defer os.RemoveAll(dir)
	module := workspace.Module(conf.Dir)
	for _, name := range []string{"go.mod", "go.sum"} {
		content, err := os.ReadFile(filepath.Join(module, name))
		if err == nil {
			err = os.WriteFile(filepath.Join(dir, name), content, 0o600)
		}
		if err != nil && name == "go.mod" {
			return nil, false
		}
	}
	again := *conf
	again.BuildFlags = []string{"-mod=mod", "-modfile=" + filepath.Join(dir, "go.mod")}
	again.Env = append(slices.Clip(conf.Env), "GOWORK=off", "GOPROXY=off", "GOSUMDB=off", "GOFLAGS="+withoutMod(lookupEnv(conf.Env, "GOFLAGS")))
	listed, err := packages.Load(&again, patterns...)
	return listed, err == nil
}

// withoutMod is the value of GOFLAGS without the flags that choose a go.mod and how to use it.
func withoutMod(flags string) string {
	return strings.Join(slices.DeleteFunc(strings.Fields(flags), func(f string) bool {
		name := strings.TrimLeft(f, "-")
		return strings.HasPrefix(name, "mod=") || strings.HasPrefix(name, "modfile=")
	}), " ")
}

// unit notes a listed package and what it imports. Packages of the standard library are the same
// everywhere; others are in each home those of its versions.
func (w *World) unit(h *home, p *packages.Package) *unit {
	known, key := h.units, p.ID
	if p.Module == nil && strings.HasSuffix(filepath.ToSlash(p.Dir), "/src/"+p.ID) {
		known, key = w.library, p.Dir
	}
	if u := known[key]; u != nil {
		return u
	}
	u := &unit{
		id: p.ID, path: p.PkgPath, name: p.Name, dir: p.Dir, home: h, files: p.GoFiles, ignored: p.IgnoredFiles, imports: map[string]*unit{},
	}
	u.isLocal = p.Module == nil && h.dir == "" || p.Module != nil && p.Module.Main
	if p.Module != nil {
		u.module = Module{Path: p.Module.Path, Dir: p.Module.Dir, GoVersion: p.Module.GoVersion}
	}
	for _, e := range p.Errors {
		u.problems = append(u.problems, oneLine(strings.TrimPrefix(e.Error(), "-: ")))
	}
	if u.dir == "" && len(u.files) > 0 {
		u.dir = filepath.Dir(u.files[0])
	}
	known[key] = u
	for importPath, imported := range p.Imports {
		u.imports[importPath] = w.unit(h, imported)
	}
	return u
}

// unitAt finds a package by its path as a package in a folder sees it, nil when there is none.
func (w *World) unitAt(by *unit, importPath string) *unit {
	if u := by.home.units[importPath]; u != nil && len(u.files) > 0 {
		return u
	}
	listed, _ := w.listPatterns(by.home, by.dir, false, []string{importPath})
	for _, u := range listed {
		if u.path == importPath && len(u.files) > 0 {
			by.home.units[importPath] = u
			return u
		}
	}
	return nil
}

// findHome finds the module or workspace of a folder.
func findHome(env []string, dir string) *home {
	module := workspace.Module(dir)
	work := findWork(env, dir)
	switch {
	case module == "":
		return &home{}
	case work == "":
		return &home{dir: module}
	case !isUsed(work, module):
		return &home{dir: module, noWork: true}
	}
	return &home{dir: filepath.Dir(work)}
}

// findWork returns the go.work file that counts in a folder, "" when none does.
func findWork(env []string, dir string) string {
	return workspace.File(lookupEnv(env, "GOWORK"), dir)
}

// isUsed reports whether a workspace has a module. One that cannot be read is the go command's to
// speak about.
func isUsed(work, module string) bool {
	return slices.ContainsFunc(workModules(work), func(dir string) bool { return sameDir(dir, module) })
}

// workModules returns the folders of the modules in a workspace.
func workModules(work string) []string {
	content, err := os.ReadFile(work)
	if err != nil {
		return nil
	}
	parsed, err := modfile.ParseWork(work, content, nil)
	if err != nil {
		return nil
	}
	return workspace.Folders(work, parsed)
}

// goFiles returns the paths of the Go files in a folder, with those that are not written yet.
func (w *World) goFiles(dir string) []string {
	list := goFiles(dir)
	for _, name := range sortedKeys(w.overlay) {
		if filepath.Dir(name) == dir && strings.HasSuffix(name, ".go") && !slices.Contains(list, name) {
			list = append(list, name)
		}
	}
	return list
}

// goFiles returns the paths of the Go files in a folder.
func goFiles(dir string) []string {
	var list []string
	entries, _ := os.ReadDir(dir)
	for _, e := range entries {
		if name := filepath.Join(dir, e.Name()); strings.HasSuffix(name, ".go") && isRegular(name, e) {
			list = append(list, name)
		}
	}
	return list
}

// isRegular reports whether an entry of a folder is a file, or a link to one. The go command reads
// no others, and a pipe may never end.
func isRegular(name string, e fs.DirEntry) bool {
	if e.Type()&fs.ModeSymlink == 0 {
		return e.Type().IsRegular()
	}
	info, err := os.Stat(name)
	return err == nil && info.Mode().IsRegular()
}

// Package returns the package that the site's file belongs to. An error is a *fault.Fault when the
// site was given to Load.
func (w *World) Package(s Site) (*Package, error) {
	r := w.roots[s]
	if r == nil {
		return nil, fmt.Errorf("the site %s:%d was not loaded", s.place(), s.Line)
	}
	u := choose(r.units, s)
	if u == nil || len(u.files) == 0 {
		return nil, unlisted(s, r)
	}
	w.init(u)
	p := &Package{
		Path: u.path, Name: u.name, Dir: s.Dir, IsTest: strings.HasSuffix(s.File, "_test.go"), Module: u.module,
		Types: u.types, Fset: w.fset, world: w, unit: u, site: s,
	}
	for _, f := range u.syntax {
		p.Files = append(p.Files, f.File)
		if w.fset.Position(f.Package).Filename == s.place() {
			p.file = f.File
		}
	}
	if p.file == nil && s.File != "" {
		p.file, _ = w.parseFile(s.place())
	}
	return p, nil
}

// choose returns the unit that a site's file belongs to: the one that it is built with, or else
// one of the name.
func choose(units []*unit, s Site) *unit {
	for _, u := range units {
		if slices.ContainsFunc(u.files, func(f string) bool { return filepath.Base(f) == s.File }) {
			return u
		}
	}
	isTest := strings.HasSuffix(s.File, "_test.go")
	for _, u := range units {
		if u.name == s.Package && strings.HasSuffix(u.id, "]") == isTest {
			return u
		}
	}
	if len(units) > 0 && !strings.HasSuffix(s.Package, "_test") {
		return units[0]
	}
	return nil
}

// unlisted says why a site has no package.
func unlisted(s Site, r *root) *fault.Fault {
	f := &fault.Fault{File: s.place(), Line: s.Line}
	switch {
	case r.err != nil:
		f.Problem = goMessage(r.err)
	case len(r.units) > 0 && len(r.units[0].ignored) > 0:
		f.Problem = "its build leaves out all Go files"
	case len(r.units) > 0 && len(r.units[0].problems) > 0:
		f.Problem = r.units[0].problems[0]
	default:
		f.Problem = cmp.Or(r.problem, "no Go files in its folder")
	}
	for _, known := range remedies {
		if strings.Contains(f.Problem, known.part) {
			f.Remedy = known.remedy
			break
		}
	}
	f.Problem = "the package does not load: " + f.Problem
	return f
}

// remedies says what helps against what the go command says, by a part of it. The first that fits
// counts; the last one always does.
var remedies = [...]struct{ part, remedy string }{
	{"leaves out all", "set the tags of its files, as in GOFLAGS=-tags=name"},
	{"no Go files", "write the directive into a file of a Go package"},
	{"inconsistent vendoring", "run: go mod vendor"},
	{"errors parsing go.", "correct the file"},
	{"running go 1", "take that release of Go, or lower the go line of the module"},
	{"missing go.sum entry", "run: go mod tidy"},
	{"updates to go.mod needed", "run: go mod tidy"},
	{"build cache", "let GOCACHE name a folder that you may write to"},
	{"executable file not found", "install Go, and put it on the PATH"},
	{"malformed import path", "give the folder a name that an import path may have"},
	{"", "see what go list says in its folder"},
}

// about returns what the go command says of a folder whose path cannot be that of a package, or of
// itself when it cannot work at all.
func about(units []*unit, dir string) string {
	for _, u := range units {
		isOne := filepath.Base(u.id) == filepath.Base(dir) || u.id == "command-line-arguments"
		if isOne && u.dir == "" && len(u.problems) > 0 {
			return u.problems[0]
		}
	}
	return ""
}

// goMessage is what the go command itself says in an error of go/packages.
func goMessage(err error) string {
	text := oneLine(err.Error())
	if _, said, ok := strings.Cut(text, "stderr: "); ok {
		text = said
	}
	return strings.TrimPrefix(text, "go: ")
}

// inDir returns the units of a folder, whose path may lead through links.
func inDir(units []*unit, dir string) []*unit {
	var list []*unit
	for _, isHere := range []func(string) bool{
		func(d string) bool { return d == dir },
		func(d string) bool { return sameDir(d, dir) },
	} {
		for _, u := range units {
			if isHere(u.dir) {
				list = append(list, u)
			}
		}
		if len(list) > 0 {
			break
		}
	}
	return list
}

func sameDir(a, b string) bool {
	if a == b {
		return true
	}
	infoA, errA := os.Stat(a)
	infoB, errB := os.Stat(b)
	return errA == nil && errB == nil && os.SameFile(infoA, infoB)
}

func sortedKeys[V any](m map[string]V) []string {
	var keys []string
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}
