package stale

import (
	"go/ast"
	"go/types"
	"os"
	"path"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/tools/go/analysis"

	"github.com/mintwright/mintwright/analyzers/internal/code"
	"github.com/mintwright/mintwright/internal/registry"
	"github.com/mintwright/mintwright/internal/stamp"
)

// isStale says whether a file was made of something else than what is there now. It is silent
// about what cannot be seen from here.
func isStale(pass *analysis.Pass, m made, l line) bool {
	if m.args[0] == "attrs" {
		return isStaleRegistry(pass, m)
	}
	var all []types.Type
	for _, spec := range named(m.args) {
		t := lookup(pass, l.file, spec)
		if t == nil {
			return false
		}
		if stamp.Inputs(pass.Pkg, pass.Files, t) == m.hash {
			return false // some generators write a file for each interface
		}
		all = append(all, t)
	}
	return len(all) > 0 && stamp.Inputs(pass.Pkg, pass.Files, all...) != m.hash
}

// named returns the interfaces that arguments name with -type.
func named(args []string) []string {
	var list []string
	for i, a := range args {
		value, ok := strings.CutPrefix(strings.TrimLeft(a, "-"), "type=")
		switch {
		case !strings.HasPrefix(a, "-"):
			continue
		case strings.TrimLeft(a, "-") == "type" && i+1 < len(args):
			value = args[i+1]
		case !ok:
			continue
		}
		list = append(list, strings.Split(value, ",")...)
	}
	return list
}

// lookup returns the type that -type names, as seen from the file of the line; nil when it is not
// there.
func lookup(pass *analysis.Pass, f *ast.File, spec string) types.Type {
	dot := strings.LastIndex(spec, ".")
	if dot < 0 {
		return typeIn(pass.Pkg, spec)
	}
	from, name := spec[:dot], spec[dot+1:]
	if f != nil {
		for _, imported := range f.Imports {
			importPath, err := strconv.Unquote(imported.Path.Value)
			if err != nil {
				continue
			}
			p := reached(pass, importPath)
			isUnnamed := imported.Name == nil || imported.Name.Name == "_" // it has its own name
			if p != nil && (isUnnamed && p.Name() == from || !isUnnamed && imported.Name.Name == from) {
				return typeIn(p, name)
			}
		}
	}
	return typeIn(reached(pass, from), name)
}

// reached returns a package that this one imports, itself or through others.
func reached(pass *analysis.Pass, importPath string) *types.Package {
	for p := range code.Reached(pass.Pkg) {
		if p.Path() == importPath {
			return p
		}
	}
	return nil
}

func typeIn(p *types.Package, name string) types.Type {
	if p == nil {
		return nil
	}
	if t, ok := p.Scope().Lookup(name).(*types.TypeName); ok && types.IsInterface(t.Type()) {
		return t.Type()
	}
	return nil
}

// isStaleRegistry says whether the files of a registry have changed.
func isStaleRegistry(pass *analysis.Pass, m made) bool {
	dir := filepath.Dir(pass.Fset.File(m.file.FileStart).Name())
	root := moduleOf(dir)
	below, err := filepath.Rel(root, dir)
	if root == "" || err != nil {
		return false
	}
	below = filepath.ToSlash(below)
	files, from := registry.Named(m.args[1:])
	if len(files) == 0 {
		return false
	}
	var names []string
	for _, f := range files {
		names = append(names, path.Join(below, filepath.ToSlash(f)))
	}
	if from != "" && !filepath.IsAbs(from) && filepath.IsLocal(filepath.Join(filepath.FromSlash(below), from)) {
		names = append(names, path.Join(below, filepath.ToSlash(from)))
	}
	parts, err := registry.Inputs(os.DirFS(root), below, names...)
	return err == nil && stamp.Hash(parts...) != m.hash
}

// moduleOf returns the folder of go.mod, "" when there is none.
func moduleOf(dir string) string {
	for {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			return dir
		}
		up := filepath.Dir(dir)
		if up == dir {
			return ""
		}
		dir = up
	}
}
