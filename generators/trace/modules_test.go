package trace_test

// testdata/modules/*.txtar are cases that need a module of their own: with a vendor folder, in a
// workspace, without a go.sum, or whose packages do not compile. They have the form of the other
// cases, but
//
//   - a case without go.mod and go.work has the go.mod of the repository; one with an empty go.mod
//     lies in no module;
//   - the file vet, where there is one, holds what "go vet" says of the folder of the case once
//     the outputs are there: every line has to be part of it, and no output may be. Without that
//     file nothing is compiled.
//
// Cases in testdata/modules/open show what is still wrong: OPEN=1 runs them too.

import (
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"

	"github.com/mintwright/mintwright/generators/source"
)

func TestModules(t *testing.T) {
	files, err := filepath.Glob("testdata/modules/*.txtar")
	if err != nil {
		t.Fatal(err)
	}
	if os.Getenv("OPEN") != "" {
		open, err := filepath.Glob("testdata/modules/open/*.txtar")
		if err != nil {
			t.Fatal(err)
		}
		files = append(files, open...)
	}
	for _, file := range files {
		archive, err := txtar.ParseFile(file)
		if err != nil {
			t.Fatal(err)
		}
		c := &testCase{name: strings.TrimSuffix(filepath.Base(file), ".txtar"), file: file, archive: archive}
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			c.writeModule(t, dir)
			outputs := c.inModule(t, dir)
			for _, f := range archive.Files {
				if f.Name == "vet" && !t.Failed() {
					vet(t, filepath.Join(dir, c.name), strings.Split(strings.TrimSpace(string(f.Data)), "\n"), outputs)
				}
			}
		})
	}
}

// writeModule lays the files of the case down, with a go.mod where it says nothing of one.
func (c *testCase) writeModule(t *testing.T, dir string) {
	t.Helper()
	c.write(t, dir)
	hasOwn := false
	for _, f := range c.archive.Files {
		if f.Name == "go.mod" && len(f.Data) == 0 {
			if err := os.Remove(filepath.Join(dir, c.name, "go.mod")); err != nil {
				t.Fatal(err)
			}
		}
		hasOwn = hasOwn || f.Name == "go.mod" || f.Name == "go.work"
	}
	if hasOwn {
		return
	}
	mod := strings.Replace(read(t, filepath.Join(root, "go.mod")), "module github.com/mintwright/mintwright", "module cases/"+c.name, 1)
	write(t, filepath.Join(dir, c.name, "go.mod"), mod)
	write(t, filepath.Join(dir, c.name, "go.sum"), read(t, filepath.Join(root, "go.sum")))
}

// inModule makes the outputs and returns their names.
func (c *testCase) inModule(t *testing.T, dir string) []string {
	t.Helper()
	var sites []source.Site
	for _, j := range c.directives {
		sites = append(sites, j.site)
	}
	world, err := source.Load(t.Context(), moduleEnviron(dir), sites...)
	if err != nil {
		t.Fatal(err)
	}
	before := goFiles(t, dir)
	c.check(t, dir, world)
	return slices.DeleteFunc(goFiles(t, dir), func(name string) bool { return slices.Contains(before, name) })
}

func goFiles(t *testing.T, dir string) []string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(dir, "*", "*.go"))
	if err != nil {
		t.Fatal(err)
	}
	for i, f := range files {
		files[i] = filepath.Base(f)
	}
	return files
}

func moduleEnviron(dir string) []string {
	return append(os.Environ(), "PWD="+dir, "GOFLAGS=-trimpath", "GOPROXY=off", "GOWORK=")
}

// vet runs "go vet", which has to fail for nothing but the reasons that are wanted.
func vet(t *testing.T, dir string, want, outputs []string) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "go", "vet", ".")
	cmd.Dir, cmd.Env = dir, moduleEnviron(dir)
	out, err := cmd.CombinedOutput()
	if err == nil {
		t.Error("go vet finds nothing")
	}
	for _, text := range want {
		if !strings.Contains(string(out), text) {
			t.Errorf("go vet does not say %q:\n%s", text, out)
		}
	}
	for _, name := range outputs {
		if strings.Contains(string(out), name) {
			t.Errorf("go vet finds something in %s:\n%s", name, out)
		}
	}
}
