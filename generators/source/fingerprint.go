package source

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"hash"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"

	"golang.org/x/mod/modfile"

	"github.com/mintwright/mintwright/internal/workspace"
)

// Fingerprint returns for each site a hash of everything that the model of its package can depend
// on: the Go files of its folder and of the packages of local modules that these import, directly
// or not; the files that say which versions of other modules count; the version of Go, and the
// settings of a build. Local are the main module, those of its workspace, and those that a folder
// replaces. A vendor folder counts by its modules.txt. Two sites of one folder have the same hash.
//
// It runs the go command once, for its settings, and lists nothing. Files count whatever the build
// makes of them, so that a hash may change without need, and never stays when it should not.
func Fingerprint(env []string, sites ...Site) (map[Site]string, error) {
	if env == nil {
		env = os.Environ()
	}
	if len(sites) == 0 {
		return nil, nil
	}
	settings, err := goSettings(env, sites[0].Dir)
	if err != nil {
		return nil, err
	}
	f := &fingerprinter{env: env, settings: settings, homes: map[string]*locals{}, folders: map[folderKey]*folder{}}
	prints := map[Site]string{}
	folders := map[string]string{}
	for _, s := range sites {
		if folders[s.Dir] == "" {
			if folders[s.Dir], err = f.print(s.Dir); err != nil {
				return nil, err
			}
		}
		prints[s] = folders[s.Dir]
	}
	return prints, nil
}

// goSettings is what the go command works with in a folder, each setting in a line.
func goSettings(env []string, dir string) (string, error) {
	cmd := exec.Command("go", "env", "GOVERSION", "GOROOT", "GOOS", "GOARCH", "CGO_ENABLED", "GOFLAGS", "GOEXPERIMENT", "GO111MODULE", "GOMODCACHE", "GOWORK")
	cmd.Dir, cmd.Env = dir, env
	out, err := cmd.Output()
	if exit, ok := errors.AsType[*exec.ExitError](err); ok {
		return "", fmt.Errorf("asking go for its settings: %s", goMessage(errors.New(string(exit.Stderr))))
	}
	if err != nil {
		return "", fmt.Errorf("asking go for its settings: %w", err)
	}
	return string(out), nil
}

type fingerprinter struct {
	env      []string
	settings string
	homes    map[string]*locals // by the folder of the module
	folders  map[folderKey]*folder
}

type folderKey struct {
	home  *locals
	dir   string
	tests bool
}

// locals is what a module or workspace consists of.
type locals struct {
	files   []string          // that choose versions
	modules map[string]string // the folder of each local module, by its path
	hash    string            // of the files
}

// folder is a folder with Go files.
type folder struct {
	hash    string   // of their names and contents
	imports []string // the folders of the packages of local modules that they import
}

// print hashes what a package in a folder depends on.
func (f *fingerprinter) print(dir string) (string, error) {
	home, err := f.home(dir)
	if err != nil {
		return "", err
	}
	h := sha256.New()
	add(h, f.settings, home.hash)
	seen := map[string]bool{}
	queue := []string{dir}
	for len(queue) > 0 {
		next := queue[0]
		queue = queue[1:]
		if seen[next] {
			continue
		}
		seen[next] = true
		one, err := f.folder(home, next, next == dir)
		if err != nil {
			return "", err
		}
		add(h, next, one.hash)
		queue = append(queue, one.imports...)
	}
	return hex.EncodeToString(h.Sum(nil)), nil
}

// folder reads the Go files of a folder; tests count in the folder of a site alone.
func (f *fingerprinter) folder(home *locals, dir string, tests bool) (*folder, error) {
	key := folderKey{home, dir, tests}
	if one := f.folders[key]; one != nil {
		return one, nil
	}
	h := sha256.New()
	one := &folder{}
	for _, name := range goFiles(dir) {
		if !tests && strings.HasSuffix(name, "_test.go") {
			continue
		}
		content, err := os.ReadFile(name)
		if err != nil {
			return nil, err
		}
		add(h, filepath.Base(name), string(content))
		syntax, _ := parser.ParseFile(token.NewFileSet(), name, content, parser.ImportsOnly|parser.SkipObjectResolution)
		if syntax != nil {
			one.imports = append(one.imports, home.imports(syntax)...)
		}
	}
	slices.Sort(one.imports)
	one.imports = slices.Compact(one.imports)
	one.hash = string(h.Sum(nil))
	f.folders[key] = one
	return one, nil
}

// home reads what says which modules count in a folder.
func (f *fingerprinter) home(dir string) (*locals, error) {
	module, work := workspace.Module(dir), findWork(f.env, dir)
	key := module + "\n" + work
	if home := f.homes[key]; home != nil {
		return home, nil
	}
	home := &locals{modules: map[string]string{}}
	f.homes[key] = home
	if module != "" {
		home.module(module)
	}
	if work != "" {
		home.files = append(home.files, work, strings.TrimSuffix(work, ".work")+".work.sum")
		home.workspace(work)
	}
	for flag := range strings.FieldsSeq(f.settings) {
		if name, ok := strings.CutPrefix(strings.TrimLeft(flag, "-"), "modfile="); ok {
			home.files = append(home.files, filepath.Join(dir, name), name, strings.TrimSuffix(name, ".mod")+".sum")
		}
	}
	h := sha256.New()
	for _, name := range home.files {
		content, err := os.ReadFile(name)
		if err != nil && !errors.Is(err, os.ErrNotExist) {
			return nil, err
		}
		add(h, name, string(content))
	}
	home.hash = string(h.Sum(nil))
	return home, nil
}

// module adds the module in a folder, and those that folders replace in it.
func (l *locals) module(dir string) {
	name := filepath.Join(dir, "go.mod")
	l.files = append(l.files, name, filepath.Join(dir, "go.sum"), filepath.Join(dir, "vendor", "modules.txt"))
	content, err := os.ReadFile(name)
	if err != nil {
		return
	}
	parsed, err := modfile.Parse(name, content, nil)
	if err != nil || parsed.Module == nil {
		return // what cannot be read lists nothing either
	}
	l.modules[parsed.Module.Mod.Path] = dir
	l.replaced(dir, parsed.Replace)
}

// workspace adds the modules of a workspace.
func (l *locals) workspace(work string) {
	for _, dir := range workModules(work) {
		l.module(dir)
	}
	content, err := os.ReadFile(work)
	if err != nil {
		return
	}
	if parsed, err := modfile.ParseWork(work, content, nil); err == nil {
		l.replaced(filepath.Dir(work), parsed.Replace)
	}
}

func (l *locals) replaced(dir string, list []*modfile.Replace) {
	for _, r := range list {
		if r.New.Version != "" || l.modules[r.Old.Path] != "" {
			continue
		}
		at := workspace.Path(dir, r.New.Path)
		l.modules[r.Old.Path] = at
		l.files = append(l.files, filepath.Join(at, "go.mod"))
	}
}

// folder is the folder of a package in a local module, "" when it is in none.
func (l *locals) folder(path string) string {
	for prefix := path; ; {
		if dir := l.modules[prefix]; dir != "" {
			return filepath.Join(dir, filepath.FromSlash(strings.TrimPrefix(path, prefix)))
		}
		slash := strings.LastIndexByte(prefix, '/')
		if slash < 0 {
			return ""
		}
		prefix = prefix[:slash]
	}
}

// imports returns the folders of the packages of local modules that a file imports.
func (l *locals) imports(syntax *ast.File) []string {
	var list []string
	for _, spec := range syntax.Imports {
		if dir := l.folder(importPath(spec)); dir != "" {
			list = append(list, dir)
		}
	}
	return list
}

// add hashes texts so that no two lists of them are the same.
func add(h hash.Hash, texts ...string) {
	for _, t := range texts {
		fmt.Fprintf(h, "%d:%s", len(t), t)
	}
}
