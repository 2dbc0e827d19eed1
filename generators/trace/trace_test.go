package trace_test

// The cases are testdata/*.txtar; the comment at the top of each says what it shows. All of
// them lie in one module, "cases", each in a folder with the name of its file, and so:
//
//   - Every file is written there as it stands, but for those whose name begins with want.
//   - Each line "//go:generate gen trace ..." in a Go file is a directive; they are read by the
//     rules of the go command and made in the order of files and lines.
//   - want.go is what the first directive writes, want2.go what the second one does, and so on.
//     A case that has to be refused has want_error instead: the facts, each with its place, and
//     indented below it the remedy.
//   - UPDATE=1 writes these. A case that has neither gets what comes out; read it.
//   - Tests in files of the package itself (run_test.go, package store) are run; such a file is
//     compiled into the package, so that all are linked once, and may import cases/check. Tests
//     of package store_test, of commands, and beside directives in test files go through
//     "go test" as they are; they take a second each.
//   - The modules of the repository's go.mod can be imported. A case that needs a go.mod of its
//     own belongs to package source.
//
// All outputs are formatted, made twice with the same bytes, compiled together, and judged by
// "gen vet --with-standard", which has the analyzers of "go vet" too. With -short nothing is
// compiled; CASE=stream_* takes the cases with such names.
//
// Cases in testdata/open show what is still wrong: OPEN=1 runs them too.

import (
	"bytes"
	"context"
	"fmt"
	"go/ast"
	"go/format"
	"go/parser"
	"go/token"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/spf13/pflag"
	"golang.org/x/tools/txtar"

	"github.com/mintwright/mintwright/generators/source"
	"github.com/mintwright/mintwright/generators/trace"
	"github.com/mintwright/mintwright/internal/directive"
	"github.com/mintwright/mintwright/internal/fault"
)

const root = "../.."

// testCase is a file of testdata.
type testCase struct {
	name, file string
	archive    *txtar.Archive
	directives []job
}

// job is a directive in a case.
type job struct {
	site source.Site
	args []string
}

func TestCases(t *testing.T) {
	dir := newModule(t)
	cases := readCases(t)
	for _, c := range cases {
		c.write(t, dir)
	}
	refused := map[string]bool{}
	world := load(t, dir, cases)
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) { refused[c.name] = !c.check(t, dir, world) })
	}
	if t.Failed() {
		return
	}
	for _, c := range cases {
		if refused[c.name] {
			if err := os.RemoveAll(filepath.Join(dir, c.name)); err != nil {
				t.Fatal(err)
			}
		}
	}
	made := slices.DeleteFunc(cases, func(c *testCase) bool { return refused[c.name] })
	t.Run("again", func(t *testing.T) { again(t, dir, made) })
	if testing.Short() {
		return // nothing is compiled
	}
	linkOnce(t, dir, made)
	t.Run("test", func(t *testing.T) { run(t, dir, "go", "test", "-vet=off", "./...") })
	t.Run("vet", func(t *testing.T) {
		gen := filepath.Join(t.TempDir(), "gen")
		run(t, root, "go", "build", "-o", gen, "./cmd/gen")
		run(t, dir, gen, "vet", "--with-standard", "./...")
	})
}

// newModule makes the module in which the cases lie.
func newModule(t *testing.T) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "cases")
	mod := read(t, filepath.Join(root, "go.mod"))
	mod = strings.Replace(mod, "module github.com/mintwright/mintwright", "module cases", 1)
	write(t, filepath.Join(dir, "go.mod"), mod)
	write(t, filepath.Join(dir, "go.sum"), read(t, filepath.Join(root, "go.sum")))
	write(t, filepath.Join(dir, "check", "check.go"), read(t, "testdata/check/check.go"))
	return dir
}

func readCases(t *testing.T) []*testCase {
	t.Helper()
	pattern := "*.txtar"
	if chosen := os.Getenv("CASE"); chosen != "" {
		pattern = chosen + ".txtar"
	}
	files, err := filepath.Glob(filepath.Join("testdata", pattern))
	if err != nil {
		t.Fatal(err)
	}
	if os.Getenv("OPEN") != "" {
		open, err := filepath.Glob(filepath.Join("testdata", "open", pattern))
		if err != nil {
			t.Fatal(err)
		}
		files = append(files, open...)
	}
	var list []*testCase
	for _, file := range files {
		archive, err := txtar.ParseFile(file)
		if err != nil {
			t.Fatal(err)
		}
		list = append(list, &testCase{name: strings.TrimSuffix(filepath.Base(file), ".txtar"), file: file, archive: archive})
	}
	return list
}

// write lays the files of the case down and finds its directives.
func (c *testCase) write(t *testing.T, dir string) {
	t.Helper()
	for _, f := range c.archive.Files {
		if isWanted(f.Name) {
			continue
		}
		name := filepath.Join(dir, c.name, filepath.FromSlash(f.Name))
		write(t, name, string(f.Data))
		if !strings.HasSuffix(f.Name, ".go") {
			continue
		}
		syntax, err := parser.ParseFile(token.NewFileSet(), name, f.Data, parser.PackageClauseOnly)
		if err != nil {
			t.Fatal(err)
		}
		site := source.Site{Dir: filepath.Dir(name), File: filepath.Base(name), Package: syntax.Name.Name}
		for _, line := range directive.In(f.Data, directive.Variables{File: site.File, Package: site.Package}) {
			if line.Err != nil {
				t.Fatalf("%s:%d: %v", f.Name, line.Number, line.Err)
			}
			if len(line.Words) > 1 && line.Words[0] == "gen" && line.Words[1] == "trace" {
				site.Line = line.Number
				c.directives = append(c.directives, job{site, line.Words[1:]})
			}
		}
	}
	if len(c.directives) == 0 {
		t.Fatalf("%s: no directive", c.file)
	}
}

func isWanted(name string) bool { return strings.HasPrefix(filepath.Base(name), "want") }

func load(t *testing.T, dir string, cases []*testCase) *source.World {
	t.Helper()
	var sites []source.Site
	for _, c := range cases {
		for _, j := range c.directives {
			sites = append(sites, j.site)
		}
	}
	world, err := source.Load(t.Context(), environ(dir), sites...)
	if err != nil {
		t.Fatal(err)
	}
	return world
}

// environ is the environment for commands in the module of the cases.
func environ(dir string) []string {
	return append(os.Environ(), "PWD="+dir, "GOFLAGS=-mod=mod", "GOPROXY=off", "GOWORK=off")
}

// check makes the outputs and compares them with what is wanted. It reports whether there are
// some.
func (c *testCase) check(t *testing.T, dir string, world *source.World) bool {
	files := map[string][]byte{} // by the name of what is wanted
	var refusals []string
	for i, j := range c.directives {
		name, content, err := j.run(world)
		if err != nil {
			refusals = append(refusals, refusal(err, filepath.Join(dir, c.name)))
			continue
		}
		if formatted, err := format.Source(content); err != nil || !bytes.Equal(formatted, content) {
			t.Errorf("%s is not formatted: %v", name, err)
		}
		write(t, filepath.Join(j.site.Dir, name), string(content))
		want := "want.go"
		if i > 0 {
			want = fmt.Sprintf("want%d.go", i+1)
		}
		files[want] = content
	}
	if len(refusals) > 0 {
		files["want_error"] = []byte(strings.Join(refusals, ""))
	}
	c.compare(t, files)
	return len(refusals) == 0
}

// run makes the output of a directive.
func (j job) run(world *source.World) (name string, content []byte, err error) {
	p, err := world.Package(j.site)
	if err != nil {
		return "", nil, err
	}
	var o trace.Options
	flags := pflag.NewFlagSet("trace", pflag.ContinueOnError)
	o.Flags(flags)
	var args []string
	for _, a := range j.args[1:] {
		if len(a) > 2 && a[0] == '-' && a[1] != '-' {
			a = "-" + a
		}
		args = append(args, a)
	}
	if err := flags.Parse(args); err != nil {
		return "", nil, err
	}
	files, err := trace.Make(p, o, j.args)
	if err != nil {
		return "", nil, err
	}
	return files[0].Path, files[0].Content, nil
}

// refusal writes an error down with places from the folder of the case.
func refusal(err error, dir string) string {
	faults := fault.All(err)
	if faults == nil {
		return err.Error() + "\n"
	}
	var b strings.Builder
	for _, f := range faults {
		fmt.Fprintf(&b, "%s\n\t%s\n", strings.ReplaceAll(f.Fact(), dir+string(filepath.Separator), ""), f.Remedy)
	}
	return b.String()
}

func (c *testCase) compare(t *testing.T, have map[string][]byte) {
	t.Helper()
	if os.Getenv("UPDATE") != "" {
		c.update(t, have)
		return
	}
	want := map[string][]byte{}
	for _, f := range c.archive.Files {
		if isWanted(f.Name) {
			want[f.Name] = f.Data
		}
	}
	for _, name := range slices.Sorted(maps.Keys(have)) {
		w, ok := want[name]
		if !ok {
			t.Errorf("%s wants no %s; UPDATE=1 adds it:\n%s", c.file, name, have[name])
		} else if diff := cmp.Diff(string(w), string(have[name])); diff != "" {
			t.Errorf("%s (-want +have):\n%s", name, diff)
		}
		delete(want, name)
	}
	for name := range want {
		t.Errorf("%s wants %s, which is not made", c.file, name)
	}
}

// update writes what came out into the case, but turns no output into a refusal and no refusal
// into an output.
func (c *testCase) update(t *testing.T, have map[string][]byte) {
	t.Helper()
	var files []txtar.File
	isRefused := false
	hadWanted := false
	for _, f := range c.archive.Files {
		if !isWanted(f.Name) {
			files = append(files, f)
			continue
		}
		hadWanted = true
		isRefused = isRefused || f.Name == "want_error"
	}
	if hadWanted && isRefused != (have["want_error"] != nil) {
		t.Errorf("%s was to be refused: %t; now:\n%s", c.file, isRefused, have["want_error"])
		return
	}
	for _, name := range slices.Sorted(maps.Keys(have)) {
		files = append(files, txtar.File{Name: name, Data: have[name]})
	}
	updated := txtar.Format(&txtar.Archive{Comment: c.archive.Comment, Files: files})
	if !bytes.Equal(updated, txtar.Format(c.archive)) {
		write(t, c.file, string(updated))
	}
}

// again makes everything with the outputs there: they must come out as they are.
func again(t *testing.T, dir string, cases []*testCase) {
	world := load(t, dir, cases)
	for _, c := range cases {
		for _, j := range c.directives {
			name, content, err := j.run(world)
			if err != nil {
				t.Errorf("%s, %s: %v", c.name, name, err)
				continue
			}
			if diff := cmp.Diff(read(t, filepath.Join(j.site.Dir, name)), string(content)); diff != "" {
				t.Errorf("%s, %s (-first +second):\n%s", c.name, name, diff)
			}
		}
	}
}

// linkOnce makes one test package of the cases' test files that can be compiled into their
// packages.
func linkOnce(t *testing.T, dir string, cases []*testCase) {
	t.Helper()
	var imports, calls strings.Builder
	for i, c := range cases {
		for n, f := range c.archive.Files {
			if !strings.HasSuffix(f.Name, "_test.go") || isWanted(f.Name) || strings.Contains(f.Name, "internal/") {
				continue
			}
			tests := runnable(t, f.Data)
			if len(tests) == 0 {
				continue
			}
			name := filepath.Join(dir, c.name, filepath.FromSlash(f.Name))
			if err := os.Rename(name, strings.TrimSuffix(name, "_test.go")+"_run.go"); err != nil {
				t.Fatal(err)
			}
			fmt.Fprintf(&imports, "\tp%d_%d %q\n", i, n, filepath.ToSlash(filepath.Join("cases", c.name, filepath.Dir(f.Name))))
			for _, test := range tests {
				fmt.Fprintf(&calls, "\tt.Run(%q, p%d_%d.%s)\n", c.name+"/"+test, i, n, test)
			}
		}
	}
	all := "package all\n\nimport (\n\t\"testing\"\n\n" + imports.String() + ")\n\nfunc Test(t *testing.T) {\n" + calls.String() + "}\n"
	write(t, filepath.Join(dir, "all", "all_test.go"), all)
}

// runnable returns the tests of a file that can be compiled into its package.
func runnable(t *testing.T, content []byte) []string {
	t.Helper()
	syntax, err := parser.ParseFile(token.NewFileSet(), "", content, parser.ParseComments)
	if err != nil {
		t.Fatal(err)
	}
	if name := syntax.Name.Name; name == "main" || strings.HasSuffix(name, "_test") || bytes.Contains(content, []byte("//go:generate")) {
		return nil
	}
	var tests []string
	for _, d := range syntax.Decls {
		fn, ok := d.(*ast.FuncDecl)
		if ok && fn.Recv == nil && strings.HasPrefix(fn.Name.Name, "Test") {
			tests = append(tests, fn.Name.Name)
		}
	}
	return tests
}

func run(t *testing.T, dir string, command ...string) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	cmd := exec.CommandContext(ctx, command[0], command[1:]...)
	cmd.Dir = dir
	if dir != root {
		cmd.Env = environ(dir)
	}
	if out, err := cmd.CombinedOutput(); err != nil {
		lines := slices.DeleteFunc(strings.SplitAfter(string(out), "\n"), func(l string) bool { return strings.Contains(l, "[no test files]") })
		t.Errorf("%s: %v\n%s", strings.Join(command, " "), err, strings.Join(lines, ""))
	}
}

func read(t *testing.T, name string) string {
	t.Helper()
	content, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return string(content)
}

func write(t *testing.T, name, content string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(name, []byte(content), 0o644); err != nil {
		t.Fatal(err)
	}
}
