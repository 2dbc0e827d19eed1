package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"

	"golang.org/x/mod/modfile"
	"golang.org/x/mod/module"
	"golang.org/x/mod/sumdb/dirhash"

	"github.com/mintwright/mintwright/generators/gomod"
)

// cache is a gomod.Source: the requirements of one go.mod file, and the module cache of
// the go command.
type cache struct {
	ctx      context.Context // of the downloads
	dir      string          // GOMODCACHE
	goLine   string
	roots    map[string]string
	modules  map[module.Version]*gomod.Module
	packages map[packageKey]*gomod.Package // nil: not in the module
}

type packageKey struct {
	mod  module.Version
	path string
}

// openCache reads the go.mod file in the folder root, and asks the go command for its cache.
func openCache(ctx context.Context, root string) (*cache, error) {
	name := filepath.Join(root, "go.mod")
	data, err := os.ReadFile(name)
	if err != nil {
		return nil, err
	}
	f, err := modfile.Parse(name, data, nil)
	if err != nil {
		return nil, err
	}
	if f.Go == nil || len(f.Replace) > 0 {
		return nil, fmt.Errorf("%s: want a go line and no replace lines", name)
	}
	dir, err := goCommand(ctx, "env", "GOMODCACHE")
	if err != nil {
		return nil, err
	}
	c := &cache{
		ctx:      ctx,
		dir:      strings.TrimSpace(dir),
		goLine:   f.Go.Version,
		roots:    map[string]string{},
		modules:  map[module.Version]*gomod.Module{},
		packages: map[packageKey]*gomod.Package{},
	}
	for _, r := range f.Require {
		c.roots[r.Mod.Path] = r.Mod.Version
	}
	return c, nil
}

// goCommand runs the go command outside any module and returns its output.
func goCommand(ctx context.Context, args ...string) (string, error) {
	cmd := exec.CommandContext(ctx, "go", args...)
	cmd.Dir = os.TempDir()
	cmd.Env = append(os.Environ(), "GOFLAGS=", "GOWORK=off")
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	if err := cmd.Run(); err != nil {
		return "", fmt.Errorf("go %s: %w\n%s", strings.Join(args, " "), err, stderr.Bytes())
	}
	return stdout.String(), nil
}

func (c *cache) Go() string { return c.goLine }

func (c *cache) Root(path string) (string, bool) {
	v, ok := c.roots[path]
	return v, ok
}

func (c *cache) Module(m module.Version) (*gomod.Module, error) {
	if mod, ok := c.modules[m]; ok {
		return mod, nil
	}
	data, err := c.readDownload(m, ".mod", "list", "-m", m.String())
	if err != nil {
		return nil, err
	}
	f, err := modfile.ParseLax(m.String(), data, nil)
	if err != nil {
		return nil, err
	}
	mod := &gomod.Module{}
	if f.Go != nil {
		mod.Go = f.Go.Version
	}
	for _, r := range f.Require {
		mod.Requires = append(mod.Requires, r.Mod)
	}
	open := func(string) (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(data)), nil }
	if mod.Sum, err = dirhash.Hash1([]string{"go.mod"}, open); err != nil {
		return nil, err
	}
	c.modules[m] = mod
	return mod, nil
}

func (c *cache) Zip(m module.Version) (string, error) {
	sum, err := c.readDownload(m, ".ziphash", "mod", "download", m.String())
	return strings.TrimSpace(string(sum)), err
}

// readDownload reads a file of the download cache; when it is not there, the go command
// with args brings it.
func (c *cache) readDownload(m module.Version, suffix string, args ...string) ([]byte, error) {
	path, version, err := escape(m)
	if err != nil {
		return nil, err
	}
	name := filepath.Join(c.dir, "cache", "download", path, "@v", version+suffix)
	data, err := os.ReadFile(name)
	if !errors.Is(err, fs.ErrNotExist) {
		return data, err
	}
	if _, err := goCommand(c.ctx, args...); err != nil {
		return nil, err
	}
	return os.ReadFile(name)
}

func (c *cache) Package(m module.Version, path string) (*gomod.Package, error) {
	key := packageKey{m, path}
	if pkg, ok := c.packages[key]; ok {
		return pkg, nil
	}
	escaped, version, err := escape(m)
	if err != nil {
		return nil, err
	}
	root := filepath.Join(c.dir, escaped+"@"+version)
	if _, err := os.Stat(root); errors.Is(err, fs.ErrNotExist) {
		if _, err := goCommand(c.ctx, "mod", "download", m.String()); err != nil {
			return nil, err
		}
	}
	pkg, err := scanPackage(filepath.Join(root, filepath.FromSlash(strings.TrimPrefix(path, m.Path))))
	if err != nil {
		return nil, err
	}
	c.packages[key] = pkg
	return pkg, nil
}

// scanPackage is the package in dir, nil when dir has no Go file.
func scanPackage(dir string) (*gomod.Package, error) {
	entries, err := os.ReadDir(dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	var pkg *gomod.Package
	for _, e := range entries {
		name := e.Name()
		if !e.Type().IsRegular() || !strings.HasSuffix(name, ".go") {
			continue
		}
		if pkg == nil {
			pkg = &gomod.Package{}
		}
		if strings.HasPrefix(name, "_") || strings.HasPrefix(name, ".") {
			continue
		}
		src, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			return nil, err
		}
		// A file that does not parse counts for what could be read, as with the go command.
		imports, _ := gomod.Imports(name, src)
		if strings.HasSuffix(name, "_test.go") {
			pkg.TestImports = append(pkg.TestImports, imports...)
		} else {
			pkg.Imports = append(pkg.Imports, imports...)
		}
	}
	if pkg != nil {
		pkg.Imports = sortedSet(pkg.Imports)
		pkg.TestImports = sortedSet(pkg.TestImports)
	}
	return pkg, nil
}

func sortedSet(list []string) []string {
	slices.Sort(list)
	return slices.Compact(list)
}

func escape(m module.Version) (path, version string, err error) {
	if path, err = module.EscapePath(m.Path); err != nil {
		return "", "", err
	}
	version, err = module.EscapeVersion(m.Version)
	return path, version, err
}
