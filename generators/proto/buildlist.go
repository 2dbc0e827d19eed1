package proto

import (
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"

	"golang.org/x/mod/modfile"
	gomodule "golang.org/x/mod/module"
	"golang.org/x/mod/semver"

	"github.com/mintwright/mintwright/internal/workspace"
)

// tier says which modules are asked before others.
type tier int

const (
	own      tier = iota // the main module, and those of its workspace
	direct               // what go.mod requires
	indirect             // what it requires for others
	tiers
)

// module is one of those that imports are looked up in.
type module struct {
	path, version string // no version: a folder of the disk
	tier          tier
	dirs          []string // where its files may lie, absolute, the first that has one counts
}

// isThere reports whether one of the module's folders exists.
func (m module) isThere() bool { return slices.ContainsFunc(m.dirs, isDir) }

func isDir(name string) bool {
	info, err := os.Stat(name)
	return err == nil && info.IsDir()
}

// buildList is the modules that go.mod names, without asking the go command: since Go 1.17 they
// are all that the module's packages need.
type buildList struct {
	site     Site
	cache    string // the module cache
	vendor   string // the folder of vendored modules, "" without one
	work     string // the folder of go.work
	list     map[string]module
	replaced map[gomodule.Version]modfile.Replace // those of go.work
	inWork   map[string]bool                      // modules of the workspace
}

// modules returns the build list of a folder's module, sorted by tier and path.
func (f folder) modules() ([]module, error) {
	b := &buildList{site: f.site, cache: f.site.moduleCache(), list: map[string]module{}, replaced: map[gomodule.Version]modfile.Replace{}, inWork: map[string]bool{}}
	work, err := b.workspace(f.module)
	if err != nil {
		return nil, err
	}
	b.findVendor(f, work)
	name := filepath.Join(f.module, "go.mod")
	if flag := f.site.goFlag("-modfile"); flag != "" && work == "" {
		name = f.site.absolute(flag)
	}
	if err := b.require(name, f.module); err != nil {
		return nil, err
	}
	list := slices.Collect(maps.Values(b.list))
	slices.SortFunc(list, func(a, b module) int {
		if a.tier != b.tier {
			return int(a.tier - b.tier)
		}
		return strings.Compare(a.path, b.path)
	})
	return list, nil
}

// workspace reads the go.work that holds for a module; it returns its path, "" without one.
func (b *buildList) workspace(dir string) (string, error) {
	name := b.site.setting("GOWORK")
	switch name {
	case "off":
		return "", nil
	case "":
		name, _ = workspace.Read(dir, "go.work")
	}
	if name == "" {
		return "", nil
	}
	data, err := os.ReadFile(name)
	if err != nil {
		return "", &Fault{File: name, Problem: "GOWORK names it, and it cannot be read: " + problemOf(err), Remedy: "set GOWORK to a go.work, or to off"}
	}
	work, err := modfile.ParseWork(name, data, nil)
	if err != nil {
		return "", modFault(name, err)
	}
	used := workspace.Folders(name, work)
	if !slices.Contains(used, dir) {
		return "", nil // go would not build this module
	}
	b.work = filepath.Dir(name)
	for _, r := range work.Replace {
		b.replaced[r.Old] = *r
	}
	for _, other := range used {
		b.inWork[modulePath(other)] = true
	}
	for _, other := range used {
		if other == dir {
			continue
		}
		if err := b.require(filepath.Join(other, "go.mod"), other); err != nil {
			return "", err
		}
	}
	return name, nil
}

func modulePath(dir string) string {
	data, err := os.ReadFile(filepath.Join(dir, "go.mod"))
	if err != nil {
		return ""
	}
	return modfile.ModulePath(data)
}

// findVendor finds the folder that go builds from.
func (b *buildList) findVendor(f folder, work string) {
	dir := f.module
	if work != "" {
		dir = filepath.Dir(work)
	}
	vendor := filepath.Join(dir, "vendor")
	if mode := b.site.goFlag("-mod"); mode != "" && mode != "vendor" {
		return
	}
	if _, err := os.Stat(filepath.Join(vendor, "modules.txt")); err == nil {
		b.vendor = vendor
	}
}

// require enters a module that lies in dir, and what its go.mod requires.
func (b *buildList) require(name, dir string) error {
	data, err := os.ReadFile(name)
	if err != nil {
		return &Fault{File: name, Problem: problemOf(err), Remedy: "let go mod init make one"}
	}
	mod, err := modfile.Parse(name, data, nil)
	if err != nil {
		return modFault(name, err)
	}
	if mod.Module == nil {
		return &Fault{File: name, Problem: "it names no module", Remedy: "write a module line"}
	}
	b.list[mod.Module.Mod.Path] = module{path: mod.Module.Mod.Path, tier: own, dirs: []string{dir}}
	replaced := map[gomodule.Version]modfile.Replace{}
	for _, r := range mod.Replace {
		replaced[r.Old] = *r
	}
	maps.Copy(replaced, b.replaced)
	for _, r := range mod.Require {
		b.enter(r, replaced, dir)
	}
	return nil
}

// enter enters a required module, unless a higher version of it was.
func (b *buildList) enter(r *modfile.Require, replaced map[gomodule.Version]modfile.Replace, dir string) {
	m := module{path: r.Mod.Path, version: r.Mod.Version, tier: direct}
	if r.Indirect {
		m.tier = indirect
	}
	before, known := b.list[m.path]
	switch {
	case b.inWork[m.path] || known && before.tier == own:
		return
	case known:
		m.tier = min(m.tier, before.tier)
		if semver.Compare(before.version, m.version) > 0 {
			before.tier = m.tier
			b.list[m.path] = before
			return
		}
	}
	if b.vendor != "" {
		m.dirs = append(m.dirs, filepath.Join(b.vendor, filepath.FromSlash(m.path)))
	}
	actual := r.Mod
	if by, ok := replacement(r.Mod, replaced); ok {
		if by.New.Version == "" {
			if _, isWork := b.replaced[by.Old]; isWork {
				dir = b.work
			}
			m.dirs = append(m.dirs, workspace.Path(dir, by.New.Path))
			b.list[m.path] = m
			return
		}
		actual = by.New
	}
	if in := b.cached(actual); in != "" {
		m.dirs = append(m.dirs, in)
	}
	b.list[m.path] = m
}

// replacement is what holds for one version, or else for all.
func replacement(m gomodule.Version, replaced map[gomodule.Version]modfile.Replace) (modfile.Replace, bool) {
	if r, ok := replaced[m]; ok {
		return r, true
	}
	r, ok := replaced[gomodule.Version{Path: m.Path}]
	return r, ok
}

// cached is where the module cache has a module, or would have it; "" for what is no module.
func (b *buildList) cached(m gomodule.Version) string {
	name, err := gomodule.EscapePath(m.Path)
	if err != nil {
		return ""
	}
	version, err := gomodule.EscapeVersion(m.Version)
	if err != nil || b.cache == "" {
		return ""
	}
	return filepath.Join(b.cache, filepath.FromSlash(name)+"@"+version)
}

// modFault is what is wrong with a go.mod or go.work.
func modFault(name string, err error) error {
	var list modfile.ErrorList
	if !errors.As(err, &list) || len(list) == 0 {
		return &Fault{File: name, Problem: problemOf(err), Remedy: "correct it"}
	}
	e := list[0]
	problem := problemOf(&e)
	if e.Err != nil {
		problem = problemOf(e.Err)
	}
	return &Fault{File: name, Line: e.Pos.Line, Column: e.Pos.LineRune, Problem: problem, Remedy: "correct it; go mod edit -fmt would say the same"}
}

// moduleCache is where go keeps modules.
func (s Site) moduleCache() string {
	if dir := s.setting("GOMODCACHE"); dir != "" {
		return dir
	}
	gopath := filepath.SplitList(s.setting("GOPATH"))
	if len(gopath) > 0 && gopath[0] != "" {
		return filepath.Join(gopath[0], "pkg", "mod")
	}
	if home := s.home(); home != "" {
		return filepath.Join(home, "go", "pkg", "mod")
	}
	return ""
}

func (s Site) home() string {
	switch runtime.GOOS {
	case "windows":
		return s.get("USERPROFILE")
	case "plan9":
		return s.get("home")
	}
	return s.get("HOME")
}

// setting is a variable of go: of the environment, or else of the file that go env -w writes.
func (s Site) setting(key string) string {
	if v := s.get(key); v != "" {
		return v
	}
	file := s.get("GOENV")
	switch {
	case file == "off":
		return ""
	case file == "":
		dir := s.config()
		if dir == "" {
			return ""
		}
		file = filepath.Join(dir, "go", "env")
	}
	data, err := os.ReadFile(file)
	if err != nil {
		return ""
	}
	for line := range strings.Lines(string(data)) {
		if k, v, ok := strings.Cut(strings.TrimSpace(line), "="); ok && k == key {
			return v
		}
	}
	return ""
}

// config is the folder of the user's settings; see os.UserConfigDir.
func (s Site) config() string {
	switch runtime.GOOS {
	case "windows":
		return s.get("AppData")
	case "darwin", "ios":
		if home := s.home(); home != "" {
			return filepath.Join(home, "Library", "Application Support")
		}
		return ""
	}
	if dir := s.get("XDG_CONFIG_HOME"); dir != "" {
		return dir
	}
	if home := s.home(); home != "" {
		return filepath.Join(home, ".config")
	}
	return ""
}

// goFlag is the value of a flag in GOFLAGS, with one dash or two; the last one counts.
func (s Site) goFlag(name string) (value string) {
	for f := range strings.FieldsSeq(s.setting("GOFLAGS")) {
		key, v, _ := strings.Cut(strings.TrimPrefix(f, "-"), "=")
		if "-"+strings.TrimPrefix(key, "-") == name {
			value = strings.Trim(v, `'"`)
		}
	}
	return value
}

// words is a list for a sentence, cut after a few.
func words(list []string) string {
	const few = 4
	if len(list) > few {
		return fmt.Sprintf("%s and %d more", strings.Join(list[:few], ", "), len(list)-few)
	}
	return strings.Join(list, ", ")
}
