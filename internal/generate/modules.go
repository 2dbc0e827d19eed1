package generate

import (
	"errors"
	"fmt"
	"io/fs"
	"iter"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"golang.org/x/mod/modfile"

	"github.com/mintwright/mintwright/internal/fault"
	"github.com/mintwright/mintwright/internal/workspace"
)

// module is one that the person works on: the main module, or one of the workspace.
type module struct {
	dir, path string
	ignored   []string // paths below it that patterns do not match
}

// modules are those that the person works on.
type modules []module

// findModules finds the modules for a folder, as the go command does.
func findModules(dir string, s settings) (modules, error) {
	if work := workspace.File(s.work, dir); work != "" {
		return inWorkspace(work)
	}
	home := workspace.Module(dir)
	if home == "" {
		return nil, &fault.Fault{Problem: fmt.Sprintf("%s lies in no Go module", dir), Remedy: "make one with go mod init"}
	}
	m, err := readModule(home)
	return modules{m}, err
}

func inWorkspace(name string) (modules, error) {
	if !filepath.IsAbs(name) {
		return nil, &fault.Fault{Problem: fmt.Sprintf("GOWORK is %s, which the go command does not take", name), Remedy: "give the whole path of a go.work, from the root of the disk"}
	}
	content, err := readFile(name)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, &fault.Fault{Problem: fmt.Sprintf("GOWORK is %s, and there is no such file", name), Remedy: "correct it, or unset it"}
	}
	if err != nil {
		return nil, err
	}
	work, err := modfile.ParseWork(name, content, nil)
	if err != nil {
		return nil, unreadable(name, err)
	}
	var list modules
	for _, dir := range workspace.Folders(name, work) {
		m, err := readModule(dir)
		if err != nil {
			return nil, err
		}
		list = append(list, m)
	}
	return list, nil
}

func readModule(dir string) (module, error) {
	name := filepath.Join(dir, "go.mod")
	content, err := readFile(name)
	if errors.Is(err, fs.ErrNotExist) {
		return module{}, &fault.Fault{Problem: fmt.Sprintf("go.work uses %s, and there is no go.mod in it", dir), Remedy: "take it out with go work edit -dropuse"}
	}
	if err != nil {
		return module{}, err
	}
	mod, err := modfile.ParseLax(name, content, nil)
	if err != nil {
		return module{}, unreadable(name, err)
	}
	if mod.Module == nil {
		return module{}, &fault.Fault{File: name, Problem: "it names no module", Remedy: "write module and its path in the first line"}
	}
	m := module{dir: dir, path: mod.Module.Mod.Path}
	for _, ignore := range mod.Ignore {
		m.ignored = append(m.ignored, ignore.Path)
	}
	return m, nil
}

// unreadable turns the first error of a go.mod or go.work into a fault.
func unreadable(name string, err error) error {
	f := &fault.Fault{File: name, Problem: err.Error(), Remedy: "correct it; go mod edit -fmt says what is wrong"}
	var list modfile.ErrorList
	if errors.As(err, &list) && len(list) > 0 {
		f.Line, f.Problem = list[0].Pos.Line, list[0].Err.Error()
	}
	return f
}

// match returns the folders that the patterns mean, each once and in the order of the patterns.
func (m modules) match(s Search) ([]folder, error) {
	patterns := s.Patterns
	if len(patterns) == 0 {
		patterns = []string{"."}
	}
	if strings.HasSuffix(patterns[0], ".go") {
		return m.files(s.Dir, patterns)
	}
	var list []folder
	seen := map[string]bool{}
	for _, p := range patterns {
		some, err := m.expand(s.Dir, p)
		if err != nil {
			return nil, err
		}
		for _, f := range some {
			if place := resolved(f.dir); !seen[place] {
				seen[place] = true
				list = append(list, f)
			}
		}
	}
	return list, nil
}

// files takes the patterns for the files of one package.
func (m modules) files(dir string, names []string) ([]folder, error) {
	var one folder
	for _, name := range names {
		full := workspace.Path(dir, name)
		switch info, err := os.Stat(full); {
		case err != nil || info.IsDir():
			return nil, &fault.Fault{Problem: fmt.Sprintf("there is no file %s", name), Remedy: "give files of one package, or packages"}
		case !strings.HasSuffix(name, ".go"):
			return nil, &fault.Fault{Problem: fmt.Sprintf("%s is no Go file, and others are", name), Remedy: "give files of one package, or packages"}
		case one.dir != "" && one.dir != filepath.Dir(full):
			return nil, &fault.Fault{Problem: fmt.Sprintf("%s lies in another folder than %s", name, names[0]), Remedy: "give files of one package, or packages"}
		}
		one.dir, one.only = filepath.Dir(full), append(one.only, filepath.Base(full))
	}
	if _, err := m.containing(one.dir); err != nil {
		return nil, err
	}
	return []folder{one}, nil
}

// resolved is the path of a folder without symbolic links.
func resolved(dir string) string {
	if place, err := filepath.EvalSymlinks(dir); err == nil {
		return place
	}
	return dir
}

// expand returns the folders that a pattern means.
func (m modules) expand(dir, pattern string) ([]folder, error) {
	isLocal := isPath(pattern)
	wild := strings.Contains(pattern, "...")
	switch {
	case isLocal && !wild:
		full := workspace.Path(dir, pattern)
		_, err := m.containing(full)
		return []folder{{dir: full, named: true}}, err
	case isLocal:
		return m.walkLocal(dir, filepath.ToSlash(pattern))
	case pattern == "all" || pattern == "work":
		return m.walkPaths("...")
	case wild:
		return m.walkPaths(pattern)
	}
	for _, one := range m {
		if rest, ok := below(pattern, one.path); ok {
			full := filepath.Join(one.dir, filepath.FromSlash(rest))
			if nested, err := m.containing(full); err == nil && nested.dir == one.dir {
				return []folder{{dir: full, named: true}}, nil
			}
		}
	}
	return nil, &fault.Fault{
		Problem: fmt.Sprintf("%q is no package of the module %s", pattern, m[0].path),
		Remedy:  "give a folder like ./" + path.Base(pattern) + ", a pattern like ./..., or an import path of the module",
	}
}

// isPath says whether a pattern is a path of the file system.
func isPath(pattern string) bool {
	p := filepath.ToSlash(pattern)
	return p == "." || p == ".." || strings.HasPrefix(p, "./") || strings.HasPrefix(p, "../") || filepath.IsAbs(pattern)
}

// below returns what follows above in name: "" for above itself.
func below(name, above string) (string, bool) {
	if name == above {
		return "", true
	}
	return strings.CutPrefix(name, above+"/")
}

// containing returns the module that a folder belongs to.
func (m modules) containing(dir string) (module, error) {
	nearest := workspace.Module(dir)
	for _, one := range m {
		if one.dir == nearest {
			return one, nil
		}
	}
	if nearest == "" {
		return module{}, &fault.Fault{Problem: fmt.Sprintf("%s lies in no Go module", dir), Remedy: "make one with go mod init"}
	}
	remedy := "stand in its module, and run gen there"
	if len(m) > 1 {
		remedy = "add its module with go work use, or set GOWORK=off"
	}
	return module{}, &fault.Fault{Problem: fmt.Sprintf("%s lies in another module than those that are worked on", dir), Remedy: remedy}
}

// walkLocal returns the packages below the part of a pattern that has no wildcard.
func (m modules) walkLocal(dir, pattern string) ([]folder, error) {
	before, _, _ := strings.Cut(pattern, "...")
	start := workspace.Path(dir, before[:strings.LastIndex(before, "/")+1])
	if info, err := os.Stat(start); err != nil || !info.IsDir() {
		return nil, &fault.Fault{Problem: fmt.Sprintf("there is no folder %s", start), Remedy: "give a folder of the module, or a pattern like ./..."}
	}
	full := path.Join(filepath.ToSlash(workspace.Path(dir, ".")), pattern)
	if filepath.IsAbs(filepath.FromSlash(pattern)) {
		full = path.Clean(pattern)
	}
	matches := wildcard(full)
	var list []folder
	for from, one := range m.below(start) {
		if err := one.walk(from, func(found string) {
			if matches(filepath.ToSlash(found)) {
				list = append(list, folder{dir: found})
			}
		}); err != nil {
			return nil, err
		}
	}
	if list == nil {
		_, err := m.containing(start)
		return nil, err
	}
	return list, nil
}

// below returns the module that a folder belongs to, with the folder; for a folder of a workspace
// that belongs to none those that lie in it, each with its own folder.
func (m modules) below(dir string) iter.Seq2[string, module] {
	return func(yield func(string, module) bool) {
		if one, err := m.containing(dir); err == nil {
			yield(dir, one)
			return
		}
		for _, one := range m {
			if _, ok := below(filepath.ToSlash(one.dir), filepath.ToSlash(dir)); ok && !yield(one.dir, one) {
				return
			}
		}
	}
}

// walkPaths returns the packages whose import paths match.
func (m modules) walkPaths(pattern string) ([]folder, error) {
	matches := wildcard(pattern)
	var list []folder
	for _, one := range m {
		if err := one.walk(one.dir, func(found string) {
			rel, err := filepath.Rel(one.dir, found)
			if err == nil && matches(path.Join(one.path, filepath.ToSlash(rel))) {
				list = append(list, folder{dir: found})
			}
		}); err != nil {
			return nil, err
		}
	}
	return list, nil
}

// wildcard returns whether a name matches a pattern, in which "..." is any text, and at the end
// after a slash also nothing.
func wildcard(pattern string) func(string) bool {
	text := regexp.QuoteMeta(pattern)
	text = strings.ReplaceAll(text, `\.\.\.`, `.*`)
	if before, ok := strings.CutSuffix(text, `/.*`); ok {
		text = before + `(/.*)?`
	}
	return regexp.MustCompile(`^` + text + `$`).MatchString
}

// walk visits the folders of a module from one on. What the go command passes over is passed over.
func (m module) walk(from string, visit func(dir string)) error {
	return filepath.WalkDir(from, func(name string, e fs.DirEntry, err error) error {
		switch {
		case err != nil && name == from:
			return err
		case err != nil:
			return fs.SkipDir // it cannot be read, and the go command passes over it
		case !e.IsDir():
			return nil
		case name != from && m.isOutside(name, e.Name()):
			return fs.SkipDir
		case name != m.dir && hasModule(name):
			return fs.SkipDir
		}
		visit(name)
		return nil
	})
}

func hasModule(dir string) bool {
	info, err := os.Stat(filepath.Join(dir, "go.mod"))
	return err == nil && !info.IsDir()
}

func (m module) isOutside(dir, name string) bool {
	if name[0] == '.' || name[0] == '_' || name == "testdata" || name == "vendor" {
		return true
	}
	rel, err := filepath.Rel(m.dir, dir)
	return err == nil && slices.ContainsFunc(m.ignored, func(ignored string) bool {
		if anchored, ok := strings.CutPrefix(ignored, "./"); ok {
			return filepath.ToSlash(rel) == anchored
		}
		return filepath.ToSlash(rel) == ignored || strings.HasSuffix("/"+filepath.ToSlash(rel), "/"+ignored)
	})
}
