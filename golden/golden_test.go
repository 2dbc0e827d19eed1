package golden

import (
	"bytes"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"golang.org/x/mod/modfile"
	"golang.org/x/tools/txtar"

	"github.com/mintwright/mintwright/generators/answers"
	"github.com/mintwright/mintwright/generators/plan"
	"github.com/mintwright/mintwright/generators/render"
	"github.com/mintwright/mintwright/internal/tree"
)

// update says to write what a test would otherwise compare; never in CI, where nobody reads
// the difference.
func update() bool { return os.Getenv("UPDATE") == "1" && os.Getenv("CI") != "true" }

// rendered returns the service of a draft.
func rendered(t *testing.T, d *answers.Draft) tree.Tree {
	t.Helper()
	a, err := d.Answers()
	if err != nil {
		t.Fatal(err)
	}
	p, err := plan.Make(a)
	if err != nil {
		t.Fatal(err)
	}
	files, err := render.Tree(p, "devel")
	if err != nil {
		t.Fatal(err)
	}
	return files
}

// draft returns the answers of the golden service in folder.
func draft(t *testing.T, folder string) *answers.Draft {
	t.Helper()
	name := filepath.Join(folder, plan.Answers)
	data, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	d := answers.NewDraft()
	if err := d.Read(name, data); err != nil {
		t.Fatal(err)
	}
	return d
}

// services returns the folders of the golden services.
func services(t *testing.T) []string {
	t.Helper()
	found, err := filepath.Glob("*/" + plan.Answers)
	if err != nil || len(found) == 0 {
		t.Fatal("no golden service found", err)
	}
	for i, f := range found {
		found[i] = filepath.Dir(f)
	}
	return found
}

// TestServices renders each golden service again: not a byte may differ, and no file may be
// there that is not rendered.
func TestServices(t *testing.T) {
	for _, folder := range services(t) {
		t.Run(folder, func(t *testing.T) {
			want := rendered(t, draft(t, folder))
			if update() {
				writeTree(t, folder, want)
			}
			got := readTree(t, folder)
			for _, path := range allPaths(want, got) {
				a, inWant := want.Lookup(path)
				b, inGot := got[path]
				switch {
				case !inGot:
					t.Errorf("%s is missing; run make golden", path)
				case !inWant:
					t.Errorf("%s is not rendered any more; run make golden", path)
				case !bytes.Equal(a.Content, b):
					t.Errorf("%s differs; run make golden and read the diff", path)
				}
			}
		})
	}
}

func writeTree(t *testing.T, folder string, files tree.Tree) {
	t.Helper()
	if err := os.RemoveAll(folder); err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		name := filepath.Join(folder, filepath.FromSlash(f.Path))
		if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, f.Content, f.Mode); err != nil {
			t.Fatal(err)
		}
	}
}

// readTree returns the files below folder by their slash path, without what a build leaves.
func readTree(t *testing.T, folder string) map[string][]byte {
	t.Helper()
	files := map[string][]byte{}
	err := fs.WalkDir(os.DirFS(folder), ".", func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() {
			if path == "bin" {
				return fs.SkipDir
			}
			return nil
		}
		content, err := os.ReadFile(filepath.Join(folder, path))
		files[path] = content
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

func allPaths(want tree.Tree, got map[string][]byte) []string {
	var paths []string
	for _, f := range want {
		paths = append(paths, f.Path)
	}
	for path := range got {
		paths = append(paths, path)
	}
	slices.Sort(paths)
	return slices.Compact(paths)
}

// TestServicesWork builds, vets and tests each golden service with the real toolchain, as its
// owner would, and lets go mod tidy judge its go.mod and go.sum. The one with everything is
// tested under the race detector, too.
func TestServicesWork(t *testing.T) {
	if testing.Short() {
		t.Skip("builds and tests services")
	}
	for _, folder := range services(t) {
		t.Run(folder, func(t *testing.T) {
			readTree(t, folder) // so that a cached result falls with the files
			goCommand(t, folder, "mod", "tidy", "-diff")
			goCommand(t, folder, "vet", "./...")
			if folder != "full" {
				goCommand(t, folder, "test", "-mod=readonly", "./...")
				return
			}
			if _, err := exec.LookPath("gcc"); err != nil {
				t.Log("NOT TESTED under the race detector: there is no C compiler")
				goCommand(t, folder, "test", "-mod=readonly", "./...")
			} else {
				goCommandFor(t, folder, []string{"CGO_ENABLED=1"}, "test", "-mod=readonly", "-race", "./...")
			}
			for _, platform := range []string{"linux/arm64", "darwin/arm64", "windows/amd64"} {
				goos, goarch, _ := strings.Cut(platform, "/")
				goCommandFor(t, folder, []string{"GOOS=" + goos, "GOARCH=" + goarch, "CGO_ENABLED=0"}, "vet", "./...")
			}
		})
	}
}

func goCommand(t *testing.T, folder string, args ...string) {
	t.Helper()
	goCommandFor(t, folder, nil, args...)
}

// goCommandFor runs the go command outside of any workspace. With a cold module cache it
// downloads what the services need, and what tidy wants to see beyond that.
func goCommandFor(t *testing.T, folder string, env []string, args ...string) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "go", args...)
	cmd.Dir = folder
	cmd.Env = append(os.Environ(), "GOFLAGS=", "GOWORK=off")
	cmd.Env = append(cmd.Env, env...)
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Errorf("go %s %s: %v\n%s", strings.Join(args, " "), strings.Join(env, " "), err, out)
	}
}

// TestDeltas compares each delta with what its answers render.
func TestDeltas(t *testing.T) {
	base := rendered(t, draft(t, "http"))
	deltas, err := filepath.Glob("deltas/*.txtar")
	if err != nil || len(deltas) == 0 {
		t.Fatal("no deltas found", err)
	}
	for _, name := range deltas {
		t.Run(strings.TrimSuffix(filepath.Base(name), ".txtar"), func(t *testing.T) {
			archive, err := txtar.ParseFile(name)
			if err != nil {
				t.Fatal(err)
			}
			d := draft(t, "http")
			for _, set := range assignments(t, string(archive.Comment)) {
				if err := d.Set(set[0], set[1], answers.SetFlag); err != nil {
					t.Fatal(err)
				}
			}
			want := delta(archive.Comment, base, rendered(t, d))
			if update() {
				if err := os.WriteFile(name, want, 0o644); err != nil {
					t.Fatal(err)
				}
				return
			}
			if got := txtar.Format(archive); !bytes.Equal(got, want) {
				t.Errorf("%s differs; run make golden and read the diff", name)
			}
		})
	}
}

// assignments returns the path and value of each line of the form "set path=value".
func assignments(t *testing.T, comment string) [][2]string {
	t.Helper()
	var sets [][2]string
	for line := range strings.Lines(comment) {
		assignment, ok := strings.CutPrefix(strings.TrimSpace(line), "set ")
		if !ok {
			continue
		}
		path, value, ok := strings.Cut(assignment, "=")
		if !ok {
			t.Fatalf("%q has no value", line)
		}
		sets = append(sets, [2]string{path, value})
	}
	if len(sets) == 0 {
		t.Fatal("no answer is set")
	}
	return sets
}

// delta returns comment and the files of t that are not in base or differ from it; one that
// is gone has the content "(absent)". Hashes and packed files are left out: they say nothing
// to a reader.
func delta(comment []byte, base, t tree.Tree) []byte {
	archive := &txtar.Archive{Comment: comment}
	baseFiles := map[string][]byte{}
	for _, f := range base {
		baseFiles[f.Path] = f.Content
	}
	for _, path := range allPaths(t, baseFiles) {
		switch path {
		case plan.Snapshot, plan.Lock, plan.GoSum:
			continue
		}
		f, ok := t.Lookup(path)
		switch {
		case !ok:
			archive.Files = append(archive.Files, txtar.File{Name: path, Data: []byte("(absent)\n")})
		case !bytes.Equal(f.Content, baseFiles[path]):
			archive.Files = append(archive.Files, txtar.File{Name: path, Data: f.Content})
		}
	}
	return txtar.Format(archive)
}

// TestSize holds the promise on how much code a service is: the default one, and the fullest.
// Tests, packages that only tests import, and what is made of .proto files do not count, nor
// do comments and blank lines; see decisions/013.
func TestSize(t *testing.T) {
	for folder, most := range map[string]struct{ files, lines, requirements int }{
		"http": {46, 3120, 14},
		"full": {92, 6070, 20},
	} {
		files, lines, requirements := 0, 0, 0
		for path, content := range readTree(t, folder) {
			switch {
			case path == plan.GoMod:
				requirements = directRequirements(t, content)
			case !strings.HasSuffix(path, ".go"), strings.HasSuffix(path, "_test.go"), strings.HasSuffix(path, ".pb.go"),
				strings.Contains(path, "/identitytest/"), strings.Contains(path, "/storetest/"):
			default:
				files++
				lines += codeLines(content)
			}
		}
		t.Logf("golden/%s: %d Go files, %d lines, %d direct requirements", folder, files, lines, requirements)
		if files > most.files || lines > most.lines || requirements > most.requirements {
			t.Errorf("golden/%s: at most %d, %d and %d are promised", folder, most.files, most.lines, most.requirements)
		}
	}
}

// codeLines counts the lines that are neither blank nor a comment alone.
func codeLines(content []byte) int {
	n := 0
	for line := range bytes.Lines(content) {
		line = bytes.TrimSpace(line)
		if len(line) > 0 && !bytes.HasPrefix(line, []byte("//")) {
			n++
		}
	}
	return n
}

func directRequirements(t *testing.T, gomod []byte) int {
	t.Helper()
	f, err := modfile.ParseLax(plan.GoMod, gomod, nil)
	if err != nil {
		t.Fatal(err)
	}
	direct := 0
	for _, r := range f.Require {
		if !r.Indirect {
			direct++
		}
	}
	return direct
}

// TestTracesOfTheMaker looks for what an emitted file must not hold: our own module path, an
// unfilled template, a note to ourselves.
func TestTracesOfTheMaker(t *testing.T) {
	for _, folder := range services(t) {
		for path, content := range readTree(t, folder) {
			if !strings.HasSuffix(path, ".go") && !strings.HasSuffix(path, ".proto") && !strings.HasSuffix(path, ".sql") {
				continue
			}
			for _, trace := range []string{"github.com/mintwright", "Mintwright", "mintwright", "<%", "blueprint", "TODO", "FIXME"} {
				if bytes.Contains(content, []byte(trace)) {
					t.Errorf("%s/%s holds %q", folder, path, trace)
				}
			}
		}
	}
}
