package vet

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"golang.org/x/mod/modfile"

	"github.com/mintwright/mintwright/internal/workspace"
)

// Place is where a run is: the modules that cmd/go works on.
type Place struct {
	Workspace string   // the folder of go.work, or "" outside of a workspace
	Modules   []string // folders of go.mod; of a workspace all, sorted
	Module    string   // the folder of the go.mod that lies above, or ""
}

// Locate returns the modules of a folder, as cmd/go finds them: by GOWORK, or by the go.work
// and go.mod that lie above. Outside of any module there are none, which cmd/go will complain
// about.
func Locate(dir string, getenv func(string) string) (Place, error) {
	p := Place{}
	if mod := workspace.Above(dir, "go.mod"); mod != "" {
		p.Module = filepath.Dir(mod)
		p.Modules = []string{p.Module}
	}
	work := workspace.File(getenv("GOWORK"), dir)
	if work == "" {
		return p, nil
	}
	text, err := os.ReadFile(work)
	if err != nil {
		return p, err
	}
	file, err := modfile.ParseWork(work, text, nil)
	if err != nil {
		return p, fmt.Errorf("reading the workspace: %w", err)
	}
	p.Workspace, p.Modules = filepath.Dir(work), workspace.Folders(work, file)
	slices.Sort(p.Modules)
	p.Modules = slices.Compact(p.Modules)
	return p, nil
}

// isWoven reports whether a build of the module brings instrumentation into the code:
// orchestrion (its file, or a tool of go.mod) or OpenTelemetry's otelc, or a -toolexec of one.
func isWoven(module string, getenv func(string) string) (bool, error) {
	if strings.Contains(getenv("GOFLAGS"), "-toolexec") && isWeaver(getenv("GOFLAGS")) {
		return true, nil
	}
	for _, name := range []string{"orchestrion.tool.go", "orchestrion.yml", "otelc.yaml", "otelc.yml", "otelc.tool.go"} {
		if _, err := os.Lstat(filepath.Join(module, name)); err == nil {
			return true, nil
		}
	}
	text, err := os.ReadFile(filepath.Join(module, "go.mod"))
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	} else if err != nil {
		return false, err
	}
	file, err := modfile.Parse("go.mod", text, nil)
	if err != nil {
		return false, nil // cmd/go says it
	}
	for _, t := range file.Tool {
		if isWeaver(t.Path) {
			return true, nil
		}
	}
	return false, nil
}

func isWeaver(text string) bool {
	return slices.ContainsFunc([]string{"orchestrion", "otelc", "opentelemetry-go-compile-instrumentation", "loongsuite"}, func(name string) bool {
		return strings.Contains(text, name)
	})
}
