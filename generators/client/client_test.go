package client

import (
	"errors"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/spf13/pflag"
	"golang.org/x/mod/modfile"
	"golang.org/x/tools/imports"
	"golang.org/x/tools/txtar"

	"github.com/mintwright/mintwright/generators/source"
	"github.com/mintwright/mintwright/internal/fault"
	"github.com/mintwright/mintwright/internal/tree"
)

// A case is an archive in testdata: packages with directives, tests that use what is made of
// them, and what is wanted. A file "fault" holds the faults, one a line, with paths from the
// root of the archive; a file "want/path" what is made at path. Outputs of all cases together are
// compiled, vetted and tested.
type testCase struct {
	name    string
	archive *txtar.Archive
	dir     string // where its files are
}

const directive = "//go:generate gen client "

func readCases(t *testing.T, folder, root string) []testCase {
	t.Helper()
	names, err := filepath.Glob(filepath.Join("testdata", folder, "*.txtar"))
	if err != nil || len(names) == 0 {
		t.Fatalf("no cases in %s: %v", folder, err)
	}
	var cases []testCase
	for _, name := range names {
		archive, err := txtar.ParseFile(name)
		if err != nil {
			t.Fatal(err)
		}
		c := testCase{name: strings.TrimSuffix(filepath.Base(name), ".txtar"), archive: archive}
		c.dir = filepath.Join(root, c.name)
		for _, f := range archive.Files {
			if f.Name != "fault" && !strings.HasPrefix(f.Name, "want/") {
				write(t, filepath.Join(c.dir, f.Name), f.Data)
			}
		}
		cases = append(cases, c)
	}
	return cases
}

func write(t testing.TB, name string, content []byte) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(name), 0o750); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(name, content, 0o600); err != nil {
		t.Fatal(err)
	}
}

// job is a directive of a case.
type job struct {
	site source.Site
	args []string
}

// jobs returns the directives of a case, in order.
func (c testCase) jobs() []job {
	var list []job
	for _, f := range c.archive.Files {
		for i, line := range strings.Split(string(f.Data), "\n") {
			if rest, ok := strings.CutPrefix(line, directive); ok && !strings.HasPrefix(f.Name, "want/") {
				name := filepath.Join(c.dir, f.Name)
				list = append(list, job{source.Site{Dir: filepath.Dir(name), File: filepath.Base(name), Line: i + 1}, strings.Fields(rest)})
			}
		}
	}
	return list
}

// options reads flags as gen does, with one dash or two.
func options(args []string) (Options, error) {
	var o Options
	flags := pflag.NewFlagSet("client", pflag.ContinueOnError)
	o.Flags(flags)
	words := slices.Clone(args)
	for i, word := range words {
		if strings.HasPrefix(word, "-") && !strings.HasPrefix(word, "--") && len(word) > 2 {
			words[i] = "-" + word
		}
	}
	err := flags.Parse(words)
	return o, err
}

// made is what a case makes, by path.
type made map[string]string

// makeAll makes the outputs of all cases in one load of their packages, writes them, and
// compares what is wanted.
func makeAll(t *testing.T, cases []testCase) {
	t.Helper()
	var sites []source.Site
	for _, c := range cases {
		for _, j := range c.jobs() {
			sites = append(sites, j.site)
		}
	}
	before := map[string]made{}
	for range 2 { // the second time what was made is there, and nothing changes
		world, err := source.Load(t.Context(), environment(), sites...)
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range cases {
			t.Run(c.name, func(t *testing.T) {
				now, err := c.make(t, world)
				if before[c.name] != nil {
					if diff := cmp.Diff(before[c.name], now); diff != "" {
						t.Errorf("it is made otherwise when it is there:\n%s", diff)
					}
					return
				}
				before[c.name] = now
				c.compare(t, now, err)
			})
		}
	}
}

// make makes and writes what the directives of a case ask for.
func (c testCase) make(t *testing.T, world *source.World) (made, error) {
	all := made{}
	var errs []error
	for _, j := range c.jobs() {
		p, err := world.Package(j.site)
		if err != nil {
			t.Fatal(err)
		}
		o, err := options(j.args)
		if err != nil {
			t.Fatal(err)
		}
		files, err := Make(p, o, append([]string{"client"}, j.args...))
		if err != nil {
			errs = append(errs, err)
		}
		for _, f := range files {
			name := filepath.Join(p.Dir, filepath.FromSlash(f.Path))
			formatted, err := imports.Process(name, f.Content, &imports.Options{Comments: true, TabIndent: true, TabWidth: 8, FormatOnly: true})
			if err := errors.Join(err, tree.CheckFile(f)); err != nil {
				t.Error(err)
			}
			if diff := cmp.Diff(string(formatted), string(f.Content)); diff != "" {
				t.Errorf("goimports would change %s:\n%s", f.Path, diff)
			}
			write(t, name, f.Content)
			inside, _ := filepath.Rel(c.dir, name)
			all[filepath.ToSlash(inside)] = string(f.Content)
		}
	}
	return all, errors.Join(errs...)
}

// compare holds what was made against the archive, or with UPDATE=1 writes it there.
func (c testCase) compare(t *testing.T, all made, err error) {
	t.Helper()
	var faults strings.Builder
	if err != nil {
		list := fault.All(err)
		if list == nil {
			t.Fatal(err)
		}
		for _, f := range list {
			if f.Remedy == "" {
				t.Errorf("no remedy: %s", f.Fact())
			}
			faults.WriteString(strings.ReplaceAll(f.Error(), c.dir+string(filepath.Separator), "") + "\n")
		}
	}
	hasFault := false
	for i, f := range c.archive.Files {
		got := faults.String()
		hasFault = hasFault || f.Name == "fault"
		if path, ok := strings.CutPrefix(f.Name, "want/"); ok {
			if got, ok = all[path]; !ok {
				t.Errorf("nothing is made at %s", path)
			}
		} else if f.Name != "fault" {
			continue
		}
		if os.Getenv("UPDATE") != "" {
			c.archive.Files[i].Data = []byte(got)
			continue
		}
		if diff := cmp.Diff(string(f.Data), got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", f.Name, diff)
		}
	}
	if !hasFault && faults.Len() > 0 {
		t.Errorf("not wanted: %s", faults.String())
	}
	if hasFault && len(all) > 0 {
		t.Errorf("a case with a fault makes %d files", len(all))
	}
	if os.Getenv("UPDATE") != "" {
		write(t, c.file(), txtar.Format(c.archive))
	}
}

func (c testCase) file() string {
	found, _ := filepath.Glob(filepath.Join("testdata", "*", c.name+".txtar"))
	return found[0]
}

func environment() []string {
	return append(os.Environ(), "GOFLAGS=-mod=mod", "GOPROXY=off", "GOWORK=off")
}

// run runs the go command in a module, which stays as the test has written it.
func run(t *testing.T, dir string, args ...string) {
	t.Helper()
	command := exec.CommandContext(t.Context(), "go", args...)
	command.Dir = dir
	if dir != "." {
		command.Env = environment()
	}
	if out, err := command.CombinedOutput(); err != nil {
		t.Errorf("go %s: %v\n%s", strings.Join(args, " "), err, out)
	}
}

// where is the folder in which a module for tests is made: new, unless it is to be looked at.
func where(t *testing.T, name string) string {
	t.Helper()
	if keep := os.Getenv("KEEP"); keep != "" {
		return filepath.Join(keep, name)
	}
	return filepath.Join(t.TempDir(), name)
}

// TestMake makes, and proves by the go command and by gen vet.
func TestMake(t *testing.T) {
	gen := filepath.Join(t.TempDir(), "gen")
	run(t, ".", "build", "-o", gen, "../../cmd/gen")
	t.Run("cases", func(t *testing.T) { testCases(t, gen) })
	t.Run("service", func(t *testing.T) { testServiceCases(t, gen) })
}

// testCases makes the clients of packages in a module of their own.
func testCases(t *testing.T, gen string) {
	t.Helper()
	root := where(t, "cases")
	requirements(t, root)
	if err := copyTree(filepath.Join(root, "c", "rpc_inside"), "../../golden/full/proto/ledger/v1"); err != nil {
		t.Fatal(err)
	}
	cases := readCases(t, "cases", filepath.Join(root, "c"))
	makeAll(t, cases)
	prove(t, gen, root, packages(cases))
}

// requirements writes a go.mod like that of this module.
func requirements(t *testing.T, root string) {
	t.Helper()
	content, err := os.ReadFile("../../go.mod")
	if err != nil {
		t.Fatal(err)
	}
	file, err := modfile.Parse("go.mod", content, nil)
	if err != nil {
		t.Fatal(err)
	}
	if err := file.AddModuleStmt("example.com/cases"); err != nil {
		t.Fatal(err)
	}
	if content, err = file.Format(); err != nil {
		t.Fatal(err)
	}
	write(t, filepath.Join(root, "go.mod"), content)
	sums, err := os.ReadFile("../../go.sum")
	if err != nil {
		t.Fatal(err)
	}
	write(t, filepath.Join(root, "go.sum"), sums)
}

// packages are those of the cases that have no fault.
func packages(cases []testCase) []string {
	var list []string
	for _, c := range cases {
		if !slices.ContainsFunc(c.archive.Files, func(f txtar.File) bool { return f.Name == "fault" }) {
			list = append(list, "./"+filepath.Base(filepath.Dir(c.dir))+"/"+c.name+"/...")
		}
	}
	return list
}

// prove compiles, vets, and tests packages.
func prove(t *testing.T, gen, root string, packages []string) {
	t.Helper()
	if t.Failed() && os.Getenv("KEEP") == "" {
		return
	}
	run(t, root, append([]string{"vet"}, packages...)...)
	run(t, root, append([]string{"vet", "-vettool=" + gen}, packages...)...)
	run(t, root, append([]string{"test", "-count=1", "-vet=off", "-ldflags=-s -w"}, packages...)...)
}

// testServiceCases makes clients inside a service of ours.
func testServiceCases(t *testing.T, gen string) {
	t.Helper()
	root := where(t, "service")
	if err := copyTree(root, "../../golden/full"); err != nil {
		t.Fatal(err)
	}
	cases := readCases(t, "service", filepath.Join(root, "internal"))
	makeAll(t, cases)
	prove(t, gen, root, packages(cases))
}

func copyTree(target, from string) error {
	return filepath.WalkDir(from, func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		inside, _ := filepath.Rel(from, name)
		if !slices.Contains([]string{".go", ".mod", ".sum", ".yaml"}, filepath.Ext(name)) {
			return nil
		}
		content, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		to := filepath.Join(target, inside)
		if err := os.MkdirAll(filepath.Dir(to), 0o750); err != nil {
			return err
		}
		return os.WriteFile(to, content, 0o600)
	})
}
