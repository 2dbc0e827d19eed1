package registry

import (
	"io/fs"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/mintwright/mintwright/internal/fault"
)

// Inputs returns all that the output of gen attrs can depend on: the names, from dir, and the
// contents of the files that names stand for, of the manifests and of the registries in the
// same file system that those name; each name followed by its content. names are from the root.
//
// It does not read what the files say, manifests apart.
func Inputs(fsys fs.FS, dir string, names ...string) ([]string, error) {
	files := map[string]bool{}
	r := &reader{fsys: fsys}
	seen := map[string]bool{}
	var visit func(name string) error
	visit = func(name string) error {
		name = path.Clean(name)
		if seen[name] || len(seen) > maxFiles {
			return nil
		}
		seen[name] = true
		found, folder, err := list(fsys, name)
		if err != nil {
			return err
		}
		for _, f := range found {
			files[f] = true
		}
		if !folder {
			name = path.Dir(name)
		}
		m, err := r.manifest(name)
		if err != nil || m == nil {
			return err
		}
		files[m.file] = true
		for _, d := range m.dependencies {
			if folder, ok := folderOf(fsys, name, d); ok {
				if err := visit(folder); err != nil {
					return err
				}
			}
		}
		return nil
	}
	for _, name := range names {
		if err := visit(name); err != nil {
			return nil, err
		}
	}
	return r.contents(dir, files)
}

// contents returns the names, from dir, and contents of files.
func (r *reader) contents(dir string, files map[string]bool) ([]string, error) {
	var all []string
	for f := range files {
		all = append(all, f)
	}
	slices.Sort(all)
	var parts []string
	for _, f := range all {
		data, err := content(r.fsys, f)
		if err != nil {
			return nil, err
		}
		name, err := filepath.Rel(filepath.FromSlash(path.Clean(dir)), filepath.FromSlash(f))
		if err != nil {
			return nil, &fault.Fault{File: f, Problem: "the file lies outside the module", Remedy: "move it there"}
		}
		parts = append(parts, filepath.ToSlash(name), string(data))
	}
	return parts, nil
}

// Named returns the files and folders that the arguments of gen attrs name, the verb left out:
// those of the registry, and the folder behind -registry, which may be "".
func Named(args []string) (files []string, dependency string) {
	for i := 0; i < len(args); i++ {
		a := args[i]
		if a == "--" {
			return append(files, args[i+1:]...), dependency
		}
		if !strings.HasPrefix(a, "-") || a == "-" {
			files = append(files, a)
			continue
		}
		name, value, given := strings.Cut(strings.TrimLeft(a, "-"), "=")
		if !given && hasWord("o output package markdown renames collector registry", name) && i+1 < len(args) {
			i++
			value = args[i]
		}
		if name == "registry" {
			dependency = value
		}
	}
	return files, dependency
}
