package generate

import (
	"go/parser"
	"go/token"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/mod/modfile"

	"github.com/mintwright/mintwright/internal/workspace"
)

// Lack is a package that made Go imports, and that no module can have which go.mod names.
type Lack struct {
	Module  string // the folder of go.mod, absolute
	Package string
	File    string // one that imports it, absolute
}

// Lacking returns what go.mod lacks for the Go that was made, sorted by module and package, each
// once. Modules that vendor or belong to a workspace are as much to be asked as others: they
// require what they import too.
func (m Made) Lacking() []Lack {
	var list []Lack
	known := map[string]func(string) bool{} // by module
	for _, r := range m.Results {
		if known[r.Module] == nil {
			known[r.Module] = provided(r.Module)
		}
		for _, f := range r.Files {
			for _, pkg := range importsOf(f.Path, f.Content) {
				if !known[r.Module](pkg) {
					list = append(list, Lack{r.Module, pkg, r.Path(f.Path)})
				}
			}
		}
	}
	slices.SortStableFunc(list, func(a, b Lack) int {
		return strings.Compare(a.Module+"\x00"+a.Package, b.Module+"\x00"+b.Package)
	})
	return slices.CompactFunc(list, func(a, b Lack) bool { return a.Module == b.Module && a.Package == b.Package })
}

// importsOf returns what a Go file imports, but for the standard library.
func importsOf(name string, content []byte) []string {
	if filepath.Ext(name) != ".go" {
		return nil
	}
	file, err := parser.ParseFile(token.NewFileSet(), name, content, parser.ImportsOnly)
	if err != nil {
		return nil
	}
	var list []string
	for _, s := range file.Imports {
		pkg, err := strconv.Unquote(s.Path.Value)
		first, _, _ := strings.Cut(pkg, "/")
		if err == nil && strings.Contains(first, ".") {
			list = append(list, pkg)
		}
	}
	return list
}

// provided returns whether a package can be of the module in dir, of one that its go.mod requires,
// or of its workspace; of anything when these cannot be read.
func provided(dir string) func(pkg string) bool {
	anything := func(string) bool { return true }
	name := filepath.Join(dir, "go.mod")
	content, err := readFile(name)
	if err != nil {
		return anything
	}
	mod, err := modfile.ParseLax(name, content, nil)
	if err != nil || mod.Module == nil {
		return anything
	}
	paths := []string{mod.Module.Mod.Path}
	for _, r := range mod.Require {
		paths = append(paths, r.Mod.Path)
	}
	if work := workspace.Above(dir, "go.work"); work != "" {
		others, err := inWorkspace(work)
		if err != nil {
			return anything
		}
		for _, other := range others {
			paths = append(paths, other.path)
		}
	}
	return func(pkg string) bool {
		return slices.ContainsFunc(paths, func(path string) bool { return pkg == path || strings.HasPrefix(pkg, path+"/") })
	}
}
