package generate

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"golang.org/x/mod/modfile"

	"github.com/mintwright/mintwright/internal/workspace"
)

// contracts is a hash of what .proto files a directive can read, and of the Go that holds their
// descriptors: in its module, in the others that lie on this machine, and by go.mod and go.sum in
// those that are kept by version. It is "" when that is not known.
func (r *records) contracts(module string) string {
	if known, ok := r.memo[module]; ok {
		return known
	}
	var parts []string
	for _, name := range [...]string{"GOENV", "GOFLAGS", "GOMODCACHE", "GOPATH", "GOWORK"} {
		parts = append(parts, lookup(r.env, name))
	}
	dirs, err := localModules(module, readSettings(r.env))
	for _, dir := range dirs {
		if err == nil {
			parts, err = contractsIn(dir, parts)
		}
	}
	r.memo[module] = ""
	if err == nil {
		r.memo[module] = fmt.Sprintf("%q", parts)
	}
	return r.memo[module]
}

func contractsIn(dir string, parts []string) ([]string, error) {
	root := os.DirFS(dir)
	err := fs.WalkDir(root, ".", func(name string, e fs.DirEntry, err error) error {
		switch base := e.Name(); {
		case err != nil:
			return err
		case e.IsDir() && (base == ".git" || base == "node_modules"):
			return fs.SkipDir
		case e.IsDir():
		case strings.HasSuffix(base, ".proto"), strings.HasSuffix(base, ".pb.go"), base == "go.mod", base == "go.sum", base == "modules.txt":
			parts = append(parts, name, sumOf(root, name))
		}
		return nil
	})
	return parts, err
}

// localModules returns the folders of a module and of those that it can read from this machine's
// disk: those of its workspace, and replacements.
func localModules(module string, s settings) ([]string, error) {
	work := workspace.File(s.work, module)
	dirs := []string{module}
	var replaced []*modfile.Replace
	from := filepath.Join(module, "go.mod")
	if work != "" {
		content, err := readFile(work)
		if err != nil {
			return nil, err
		}
		file, err := modfile.ParseWork(work, content, nil)
		if err != nil {
			return nil, err
		}
		dirs = append(append(dirs, workspace.Folders(work, file)...), filepath.Dir(work))
		replaced, from = file.Replace, work
	} else {
		content, err := readFile(from)
		if err != nil {
			return nil, err
		}
		file, err := modfile.Parse(from, content, nil)
		if err != nil {
			return nil, err
		}
		replaced = file.Replace
	}
	for _, r := range replaced {
		if r.New.Version == "" {
			dirs = append(dirs, workspace.Path(filepath.Dir(from), r.New.Path))
		}
	}
	return dirs, nil
}
