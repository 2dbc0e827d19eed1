package gomod

import (
	"bytes"
	"fmt"
	"strings"

	"golang.org/x/mod/module"
)

// A Table is a Source in memory: all that was read when it was recorded, and no more.
//
// Its text form has one fact a line, so that a change of versions can be reviewed:
//
//	go 1.26.0                          the least go directive
//	root PATH VERSION                  a module that may be required
//	mod PATH VERSION GO HASH           a go.mod file; GO is - when it has no go directive
//	need PATH VERSION                  a requirement of the mod above
//	zip PATH VERSION HASH              the files of a module
//	in PATH VERSION                    the module of the packages below
//	pkg PATH [IMPORT...] [| IMPORT...] a package, its imports, and those of its tests
type Table struct {
	goVersion string
	roots     map[string]string
	modules   map[module.Version]*Module
	zips      map[module.Version]string
	packages  map[packageKey]string // the imports as they stand in the text
}

type packageKey struct {
	mod  module.Version
	path string
}

// Parse reads the text form of a Table. The Table shares the memory of text.
func Parse(text string) (*Table, error) {
	t := &Table{
		roots:    map[string]string{},
		modules:  map[module.Version]*Module{},
		zips:     map[module.Version]string{},
		packages: make(map[packageKey]string, strings.Count(text, "\npkg ")),
	}
	var (
		above *Module        // of the need lines
		in    module.Version // of the pkg lines
		n     int
	)
	for line := range strings.Lines(text) {
		n++
		word, rest, _ := strings.Cut(strings.TrimSuffix(line, "\n"), " ")
		first, rest, _ := strings.Cut(rest, " ")
		second, third, _ := strings.Cut(rest, " ")
		m := module.Version{Path: first, Version: second}
		ok := first != ""
		switch word {
		case "go":
			t.goVersion = first
		case "root":
			t.roots[first] = second
		case "mod":
			var goVersion, sum string
			goVersion, sum, ok = strings.Cut(third, " ")
			if goVersion == "-" {
				goVersion = ""
			}
			above = &Module{Go: goVersion, Sum: sum}
			t.modules[m] = above
		case "need":
			if ok = ok && above != nil; ok {
				above.Requires = append(above.Requires, m)
			}
		case "zip":
			t.zips[m] = third
		case "in":
			in = m
		case "pkg":
			t.packages[packageKey{in, first}] = rest
		default:
			ok = false
		}
		if !ok {
			return nil, fmt.Errorf("recorded modules: line %d: unexpected %q", n, strings.TrimSpace(line))
		}
	}
	if t.goVersion == "" {
		return nil, fmt.Errorf("recorded modules: no go line")
	}
	return t, nil
}

// Go implements Source.
func (t *Table) Go() string { return t.goVersion }

// Root implements Source.
func (t *Table) Root(path string) (version string, ok bool) {
	version, ok = t.roots[path]
	return version, ok
}

// Module implements Source; its error wraps ErrUnknown.
func (t *Table) Module(m module.Version) (*Module, error) {
	if mod, ok := t.modules[m]; ok {
		return mod, nil
	}
	return nil, fmt.Errorf("go.mod of %s: %w", m, ErrUnknown)
}

// Above returns the recorded module that is path, or that path lies below. A service cannot
// have the path of a module that it needs or may come to need; and below one, its packages
// could be taken for packages of that module.
func (t *Table) Above(path string) (recorded string, found bool) {
	for prefix := range prefixes(path) {
		for m := range t.modules {
			if m.Path == prefix {
				return prefix, true
			}
		}
	}
	return "", false
}

// Package implements Source. It cannot tell a package that m does not have from one that
// was never read.
func (t *Table) Package(m module.Version, path string) (*Package, error) {
	text, ok := t.packages[packageKey{m, path}]
	if !ok {
		return nil, nil
	}
	imports, tests, _ := strings.Cut(text, "|")
	return &Package{Imports: strings.Fields(imports), TestImports: strings.Fields(tests)}, nil
}

// Zip implements Source; its error wraps ErrUnknown.
func (t *Table) Zip(m module.Version) (string, error) {
	if sum, ok := t.zips[m]; ok {
		return sum, nil
	}
	return "", fmt.Errorf("hash of %s: %w", m, ErrUnknown)
}

// A Recording is a Source that remembers what was read from another one.
type Recording struct {
	src      Source
	roots    map[string]string
	modules  map[module.Version]*Module
	zips     map[module.Version]string
	packages map[module.Version]map[string]*Package
}

// Record returns an empty Recording of src. It is not safe for concurrent use.
func Record(src Source) *Recording {
	return &Recording{
		src:      src,
		roots:    map[string]string{},
		modules:  map[module.Version]*Module{},
		zips:     map[module.Version]string{},
		packages: map[module.Version]map[string]*Package{},
	}
}

// Go implements Source.
func (r *Recording) Go() string { return r.src.Go() }

// Root implements Source.
func (r *Recording) Root(path string) (version string, ok bool) {
	version, ok = r.src.Root(path)
	if ok {
		r.roots[path] = version
	}
	return version, ok
}

// Module implements Source.
func (r *Recording) Module(m module.Version) (*Module, error) {
	mod, err := r.src.Module(m)
	if err == nil {
		r.modules[m] = mod
	}
	return mod, err
}

// Package implements Source.
func (r *Recording) Package(m module.Version, path string) (*Package, error) {
	pkg, err := r.src.Package(m, path)
	if pkg != nil {
		if r.packages[m] == nil {
			r.packages[m] = map[string]*Package{}
		}
		r.packages[m][path] = pkg
	}
	return pkg, err
}

// Zip implements Source.
func (r *Recording) Zip(m module.Version) (string, error) {
	sum, err := r.src.Zip(m)
	if err == nil {
		r.zips[m] = sum
	}
	return sum, err
}

// Text returns all that was read, in the form that Parse reads. It is the same for the
// same reads in any order.
func (r *Recording) Text() []byte {
	var b bytes.Buffer
	fmt.Fprintf(&b, "go %s\n", r.Go())
	for _, p := range sortedKeys(r.roots) {
		fmt.Fprintf(&b, "root %s %s\n", p, r.roots[p])
	}
	for _, m := range sortedModules(r.modules) {
		mod := r.modules[m]
		goVersion := mod.Go
		if goVersion == "" {
			goVersion = "-"
		}
		fmt.Fprintf(&b, "mod %s %s %s %s\n", m.Path, m.Version, goVersion, mod.Sum)
		for _, need := range mod.Requires {
			fmt.Fprintf(&b, "need %s %s\n", need.Path, need.Version)
		}
	}
	for _, m := range sortedModules(r.zips) {
		fmt.Fprintf(&b, "zip %s %s %s\n", m.Path, m.Version, r.zips[m])
	}
	for _, m := range sortedModules(r.packages) {
		fmt.Fprintf(&b, "in %s %s\n", m.Path, m.Version)
		for _, p := range sortedKeys(r.packages[m]) {
			writePackage(&b, p, r.packages[m][p])
		}
	}
	return b.Bytes()
}

func writePackage(b *bytes.Buffer, path string, pkg *Package) {
	b.WriteString("pkg " + path)
	for _, imp := range pkg.Imports {
		b.WriteString(" " + imp)
	}
	if len(pkg.TestImports) > 0 {
		b.WriteString(" |")
	}
	for _, imp := range pkg.TestImports {
		b.WriteString(" " + imp)
	}
	b.WriteByte('\n')
}

func sortedModules[V any](m map[module.Version]V) []module.Version {
	mods := make([]module.Version, 0, len(m))
	for mod := range m {
		mods = append(mods, mod)
	}
	module.Sort(mods)
	return mods
}
