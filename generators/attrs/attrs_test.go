package attrs

import (
	"bytes"
	"errors"
	"fmt"
	"go/format"
	"io/fs"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/spf13/pflag"
	"go.yaml.in/yaml/v3"
	"golang.org/x/tools/txtar"

	"github.com/mintwright/mintwright/internal/fault"
	"github.com/mintwright/mintwright/internal/registry"
	"github.com/mintwright/mintwright/internal/stamp"
	"github.com/mintwright/mintwright/internal/tree"
)

// A case is a txtar file. Its comment says what it is about, and holds the command in a line
// that begins with "> ". Its files are the module; want/ holds what the command makes,
// want_error what it says is wrong, want_warnings what it warns of. What test/ holds is put
// beside the output and run.
//
// UPDATE=1 go test ./generators/attrs writes the wanted parts anew.
type testCase struct {
	name, file string
	archive    *txtar.Archive
	command    []string
	files      fstest.MapFS
	made       map[string]string // by the name in the archive
}

func cases(t *testing.T) []*testCase {
	t.Helper()
	names, err := filepath.Glob(filepath.Join("testdata", "*.txtar"))
	if err != nil || len(names) == 0 {
		t.Fatal(err, names)
	}
	var all []*testCase
	for _, name := range names {
		a, err := txtar.ParseFile(name)
		if err != nil {
			t.Fatal(err)
		}
		c := &testCase{name: strings.TrimSuffix(filepath.Base(name), ".txtar"), file: name, archive: a, files: fstest.MapFS{}}
		for line := range strings.Lines(string(a.Comment)) {
			if rest, ok := strings.CutPrefix(line, "> "); ok {
				c.command = strings.Fields(rest)
			}
		}
		if len(c.command) == 0 {
			t.Fatalf("%s: no line begins with a > and the command", name)
		}
		for _, f := range a.Files {
			if !isWanted(f.Name) && !strings.HasPrefix(f.Name, "test/") {
				c.files[f.Name] = &fstest.MapFile{Data: f.Data}
			}
		}
		all = append(all, c)
	}
	return all
}

func isWanted(name string) bool {
	return name == "want_error" || name == "want_warnings" || strings.HasPrefix(name, "want/")
}

// run runs the command of a case.
func (c *testCase) run() {
	c.made = map[string]string{}
	o := Options{Dir: "orders", Package: "orders"}
	set := pflag.NewFlagSet("attrs", pflag.ContinueOnError)
	o.Flags(set)
	var args []string
	for _, a := range c.command {
		if len(a) > 2 && a[0] == '-' && a[1] != '-' {
			a = "-" + a
		}
		args = append(args, a)
	}
	err := set.Parse(args)
	var warnings []string
	o.Warn = func(f *fault.Fault) { warnings = append(warnings, f.Fact(), "\t"+f.Remedy) }
	if err == nil {
		o.Files = set.Args()
		var files []tree.File
		files, err = Make(c.files, o, append([]string{"attrs"}, c.command...))
		for _, f := range files {
			c.made["want/"+f.Path] = string(f.Content)
		}
	}
	if err != nil {
		c.made["want_error"] = said(err)
	}
	if len(warnings) > 0 {
		c.made["want_warnings"] = strings.Join(warnings, "\n") + "\n"
	}
}

// said is an error as a person reads it.
func said(err error) string {
	var b strings.Builder
	for _, f := range fault.All(err) {
		fmt.Fprintf(&b, "%s\n\t%s\n", f.Fact(), f.Remedy)
	}
	if b.Len() == 0 {
		return err.Error() + "\n"
	}
	return b.String()
}

func TestCases(t *testing.T) {
	for _, c := range cases(t) {
		t.Run(c.name, func(t *testing.T) {
			c.run()
			if os.Getenv("UPDATE") != "" {
				c.update(t)
				return
			}
			want := map[string]string{}
			for _, f := range c.archive.Files {
				if isWanted(f.Name) {
					want[f.Name] = string(f.Data)
				}
			}
			if diff := cmp.Diff(want, c.made); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
		})
	}
}

// update writes the wanted parts anew, behind the others.
func (c *testCase) update(t *testing.T) {
	t.Helper()
	var kept []txtar.File
	for _, f := range c.archive.Files {
		if !isWanted(f.Name) {
			kept = append(kept, f)
		}
	}
	var names []string
	for name := range c.made {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		kept = append(kept, txtar.File{Name: name, Data: []byte(c.made[name])})
	}
	c.archive.Files = kept
	if err := os.WriteFile(c.file, txtar.Format(c.archive), 0o644); err != nil {
		t.Fatal(err)
	}
}

// TestTwice makes everything twice: the same bytes.
func TestTwice(t *testing.T) {
	for _, c := range cases(t) {
		c.run()
		first := c.made
		c.run()
		if diff := cmp.Diff(first, c.made); diff != "" {
			t.Errorf("%s: -first +second:\n%s", c.name, diff)
		}
	}
}

// TestOutputs compiles and vets what the cases want, in one module with the requirements of this
// one, and runs the tests that cases bring.
func TestOutputs(t *testing.T) {
	if testing.Short() {
		t.Skip("starts the go command")
	}
	dir := newModule(t)
	n := 0
	for _, c := range cases(t) {
		for _, f := range c.archive.Files {
			base := path.Base(f.Name)
			if strings.HasPrefix(f.Name, "want/") && path.Ext(base) == ".go" || strings.HasPrefix(f.Name, "test/") {
				put(t, dir, path.Join(c.name, base), f.Data)
				n++
			}
		}
	}
	if n == 0 {
		t.Fatal("no case has an output")
	}
	runGo(t, dir, "vet", "./...")
	runGo(t, dir, "test", "./...")
}

// newModule returns the folder of a module that requires what this one does.
func newModule(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	for _, name := range []string{"go.mod", "go.sum"} {
		data, err := os.ReadFile(filepath.Join("..", "..", name))
		if err != nil {
			t.Fatal(err)
		}
		put(t, dir, name, regexp.MustCompile(`(?m)^module .*$`).ReplaceAll(data, []byte("module example.com/cases")))
	}
	return dir
}

// runGo runs the go command, without a network.
func runGo(t *testing.T, dir string, args ...string) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "go", args...)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "GOFLAGS=-mod=mod", "GOPROXY=off", "GOWORK=off")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("go %s: %v\n%s", strings.Join(args, " "), err, out)
	}
}

func put(t *testing.T, dir, name string, data []byte) {
	t.Helper()
	file := filepath.Join(dir, filepath.FromSlash(name))
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, data, 0o644); err != nil {
		t.Fatal(err)
	}
}

// TestMany has more attributes than a registry may have, and as many as it may.
func TestMany(t *testing.T) {
	many := func(n int) fs.FS {
		var b bytes.Buffer
		b.WriteString("file_format: definition/2\nattributes:\n")
		for i := range n {
			fmt.Fprintf(&b, "  - {key: acme.n%d.x, type: string, brief: An attribute., stability: stable}\n", i)
		}
		return fstest.MapFS{"registry.yaml": {Data: b.Bytes()}}
	}
	o := Options{Files: []string{"registry.yaml"}, Package: "p"}
	start := time.Now()
	_, err := Make(many(100000), o, nil)
	if err == nil || said(err) != "registry.yaml:50003:5: the registry has more than 50000 attributes\n\tdivide it into several registries\n" {
		t.Errorf("100,000 attributes: %v", err)
	}
	t.Logf("100,000 attributes: %v", time.Since(start))
	if testing.Short() {
		return
	}
	start = time.Now()
	if _, err := Make(many(10000), o, nil); err != nil {
		t.Error(err)
	}
	t.Logf("10,000 attributes: %v", time.Since(start))
}

// TestRenamedOften has keys that were renamed one into the next.
func TestRenamedOften(t *testing.T) {
	chain := func(n int) error {
		var b bytes.Buffer
		b.WriteString("file_format: definition/2\nattributes:\n  - {key: acme.n0, type: int, brief: A., stability: stable}\n")
		for i := range n {
			fmt.Fprintf(&b, "  - {key: acme.n%d, type: int, brief: A., stability: stable, deprecated: {reason: renamed, renamed_to: acme.n%d}}\n", i+1, i)
		}
		_, err := Make(fstest.MapFS{"r.yaml": {Data: b.Bytes()}}, Options{Files: []string{"r.yaml"}, Package: "p", Collector: "c.yaml"}, nil)
		return err
	}
	if err := chain(90); err != nil {
		t.Error(err)
	}
	if err := chain(20000); err == nil || !strings.Contains(err.Error(), "was renamed more than 100 times") {
		t.Error(err)
	}
}

// TestErrors has what no case can show.
func TestErrors(t *testing.T) {
	_, err := Make(fstest.MapFS{}, Options{Files: []string{"absent"}, Package: "p"}, nil)
	if err == nil || said(err) != "absent: there is no such file or folder\n\tname the registry's file, or the folder of its files\n" {
		t.Error(err)
	}
	broken := errors.New("the disk is gone")
	if _, err := Make(failing{broken}, Options{Files: []string{"x.yaml"}, Package: "p"}, nil); !errors.Is(err, broken) {
		t.Error(err)
	}
}

type failing struct{ err error }

func (f failing) Open(name string) (fs.File, error) {
	return nil, &fs.PathError{Op: "open", Path: name, Err: f.err}
}

// FuzzMake makes all outputs of anything that is read as a registry: they are Go and YAML, or
// what is wrong is told with its place.
func FuzzMake(f *testing.F) {
	names, err := filepath.Glob(filepath.Join("testdata", "*.txtar"))
	if err != nil {
		f.Fatal(err)
	}
	for _, name := range names {
		a, err := txtar.ParseFile(name)
		if err != nil {
			f.Fatal(err)
		}
		for _, file := range a.Files {
			if !isWanted(file.Name) && strings.HasSuffix(file.Name, ".yaml") && len(file.Data) < 3000 {
				f.Add(file.Data)
			}
		}
	}
	o := Options{Files: []string{"r.yaml"}, Package: "p", Markdown: "m.md", Renames: "n.yaml", Collector: "c.yaml"}
	f.Fuzz(func(t *testing.T, data []byte) {
		made, err := Make(fstest.MapFS{
			"r.yaml": {Data: data}, "manifest.yaml": {Data: []byte("schema_url: https://acme.example/1.0.0\n")},
		}, o, []string{"attrs", "r.yaml"})
		if err != nil {
			if fault.All(err) == nil {
				t.Errorf("no fault: %v", err)
			}
			return
		}
		if clean, err := format.Source(made[0].Content); err != nil || !bytes.Equal(clean, made[0].Content) {
			t.Errorf("not formatted: %v\n%s", err, cmp.Diff(string(clean), string(made[0].Content)))
		}
		for _, file := range made[2:] {
			if err := yaml.Unmarshal(file.Content, new(any)); err != nil {
				t.Errorf("%s: %v\n%s", file.Path, err, file.Content)
			}
		}
	})
}

// TestBesideRegistry writes outputs into the registry's own folder: they do not change what is
// made the next time.
func TestBesideRegistry(t *testing.T) {
	files := fstest.MapFS{
		"r/manifest.yaml": {Data: []byte("schema_url: https://acme.example/1.0.0\n")},
		"r/keys.yaml":     {Data: []byte("file_format: definition/2\nattributes:\n  - {key: acme.a, type: int, brief: A., stability: stable, deprecated: {reason: renamed, renamed_to: acme.b}}\n  - {key: acme.b, type: int, brief: B., stability: stable}\n")},
	}
	o := Options{Dir: "r", Files: []string{"."}, Package: "r", Markdown: "r.md", Renames: "renames.yaml", Collector: "collector.yaml"}
	args := []string{"attrs", ".", "-renames", "renames.yaml"}
	first, err := Make(files, o, args)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range first {
		files[path.Join("r", f.Path)] = &fstest.MapFile{Data: f.Content}
	}
	second, err := Make(files, o, args)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(first, second); diff != "" {
		t.Errorf("-first +second:\n%s", diff)
	}
	files["r/keys.yaml"].Data = bytes.Replace(files["r/keys.yaml"].Data, []byte("B."), []byte("C."), 1)
	third, err := Make(files, o, args)
	if err != nil {
		t.Fatal(err)
	}
	if _, a, ok := stamp.Read(first[0].Content); !ok || bytes.Contains(third[0].Content, []byte(a)) {
		t.Error("a change of the registry does not change the hash")
	}
}

// TestFlags has every flag that takes a value: whoever reads a header knows them.
func TestFlags(t *testing.T) {
	set := pflag.NewFlagSet("attrs", pflag.ContinueOnError)
	new(Options).Flags(set)
	set.VisitAll(func(f *pflag.Flag) {
		for _, name := range []string{"--" + f.Name, "-" + f.Name, "-" + f.Shorthand} {
			if name == "-" {
				continue
			}
			if files, _ := registry.Named([]string{name, "value", "registry.yaml"}); !slices.Equal(files, []string{"registry.yaml"}) {
				t.Errorf("%s: %q", name, files)
			}
		}
	})
}
