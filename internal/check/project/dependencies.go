package project

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"time"

	"golang.org/x/mod/modfile"
	"golang.org/x/mod/module"

	"github.com/mintwright/mintwright/internal/check"
)

// maxText is the size of the largest licence that is read.
const maxText = 1 << 20

// dependencies looks at the licences of the modules that go.mod requires, in Go's module cache.
// Nothing is downloaded.
func (j *judge) dependencies(ctx context.Context) {
	const what = "licences of modules"
	content, err := j.s.Read("go.mod")
	if err != nil {
		j.Skip(what, "go.mod cannot be read")
		return
	}
	file, err := modfile.Parse("go.mod", content, nil)
	if err != nil { // a newer Go may know more; lax, what is replaced is not told
		file, err = modfile.ParseLax("go.mod", content, nil)
	}
	if err != nil {
		j.Skip(what, "go.mod cannot be read")
		return
	}
	if len(file.Require) == 0 {
		return
	}
	cache, err := j.cache(ctx)
	if err != nil {
		j.Skip(what, "%v", err)
		return
	}
	defer cache.Close()
	var absent, unknown []string
	for _, r := range file.Require {
		m, local := replaced(file, r.Mod)
		if local {
			j.Skip(what, "%s is replaced by a folder", r.Mod.Path)
			continue
		}
		list, err := licences(cache.FS(), m)
		switch {
		case err != nil:
			absent = append(absent, m.Path)
		case len(list) == 0:
			unknown = append(unknown, m.Path)
		}
		var refused []string
		for _, l := range list {
			if !l.allowed {
				refused = append(refused, l.id)
			}
		}
		if len(refused) > 0 {
			j.Say(dependency.At("go.mod", r.Syntax.Start.Line, "%s is under %s", m.Path, strings.Join(refused, " and ")))
		}
	}
	if len(absent) > 0 {
		j.Skip(what, "not in the module cache (go mod download): %s", some(absent))
	}
	if len(unknown) > 0 {
		j.Skip(what, "no licence that is known: %s", some(unknown))
	}
}

// some are the first of a list, and how many more.
func some(list []string) string {
	const most = 3
	if len(list) <= most {
		return strings.Join(list, ", ")
	}
	return fmt.Sprintf("%s and %d more", strings.Join(list[:most], ", "), len(list)-most)
}

// replaced returns the module that stands in for m, or that it is a folder.
func replaced(file *modfile.File, m module.Version) (module.Version, bool) {
	for _, r := range file.Replace {
		if r.Old.Path == m.Path && (r.Old.Version == "" || r.Old.Version == m.Version) {
			return r.New, r.New.Version == ""
		}
	}
	return m, false
}

// cache opens Go's module cache.
func (j *judge) cache(ctx context.Context) (*os.Root, error) {
	dir, err := j.cacheFolder(ctx)
	if err != nil {
		return nil, err
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, fmt.Errorf("there is no module cache yet")
	}
	return root, nil
}

// cacheFolder asks go, which knows what was set by go env -w, or the environment.
func (j *judge) cacheFolder(ctx context.Context) (string, error) {
	if program := j.s.Program("go"); program != "" {
		ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
		defer cancel()
		cmd := exec.CommandContext(ctx, program, "env", "GOMODCACHE")
		cmd.Dir, cmd.WaitDelay = filepath.Dir(program), time.Second // no go.mod asks for another toolchain there
		cmd.Env = append(slices.Clone(j.s.Environ), "GOTOOLCHAIN=local", "GOFLAGS=", "GOWORK=off")
		if out, err := cmd.Output(); err == nil && strings.TrimSpace(string(out)) != "" {
			return strings.TrimSpace(string(out)), nil
		}
	}
	first, _, _ := strings.Cut(j.environ("GOPATH"), string(os.PathListSeparator))
	if first == "" && j.environ("HOME") != "" {
		first = filepath.Join(j.environ("HOME"), "go")
	}
	if first != "" {
		first = filepath.Join(first, "pkg", "mod")
	}
	dir := cmp.Or(j.environ("GOMODCACHE"), first)
	if dir == "" || !filepath.IsAbs(dir) {
		return "", fmt.Errorf("where Go keeps modules is not known")
	}
	return dir, nil
}

func (j *judge) environ(name string) string {
	for _, kv := range slices.Backward(j.s.Environ) {
		if value, ok := strings.CutPrefix(kv, name+"="); ok {
			return value
		}
	}
	return ""
}

// licences returns what a module in the cache is under, as its texts say. It fails when the module
// is not there.
func licences(cache fs.FS, m module.Version) ([]licence, error) {
	escaped, err := module.EscapePath(m.Path)
	if err != nil {
		return nil, err
	}
	version, err := module.EscapeVersion(m.Version)
	if err != nil {
		return nil, err
	}
	dir := escaped + "@" + version
	entries, err := fs.ReadDir(cache, dir)
	if err != nil {
		return nil, err
	}
	name := regexp.MustCompile(`^(?i:un)?(?i:licen[cs]e|copying)([-._].*)?$`)
	var list []licence
	for _, e := range entries {
		if !name.MatchString(e.Name()) || !e.Type().IsRegular() || check.HasExt(e.Name(), ".go") {
			continue
		}
		content, err := readSome(cache, path.Join(dir, e.Name()))
		if err != nil {
			continue
		}
		for _, l := range recognise(content) {
			if !slices.Contains(list, l) {
				list = append(list, l)
			}
		}
	}
	return list, nil
}

func readSome(cache fs.FS, name string) ([]byte, error) {
	f, err := cache.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return io.ReadAll(io.LimitReader(f, maxText))
}
