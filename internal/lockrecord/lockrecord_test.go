package main

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"golang.org/x/mod/module"

	"github.com/mintwright/mintwright/blueprints/locks"
	"github.com/mintwright/mintwright/generators/gomod"
)

// root is the folder of our own go.mod.
const root = "../.."

func TestRecordingIsCurrent(t *testing.T) {
	got, err := record(t.Context(), root, shapes(t))
	if err != nil {
		t.Fatalf("%v\nwhen a version or an import has changed: tidy go.mod, then run `make lock`", err)
	}
	if string(got) != locks.Modules {
		t.Errorf("%s does not fit go.mod and the blueprints: run `make lock`\n%s", modulesFile, firstDifference(locks.Modules, string(got)))
	}
}

// A hash that stands in our own go.sum must be the one that is recorded.
func TestRecordingAgreesWithGoSum(t *testing.T) {
	data, err := os.ReadFile(filepath.Join(root, "go.sum"))
	if err != nil {
		t.Fatal(err)
	}
	table := recordedTable(t)
	var same int
	for line := range strings.Lines(string(data)) {
		f := strings.Fields(line)
		m := module.Version{Path: f[0], Version: f[1]}
		var got string
		if v, ok := strings.CutSuffix(m.Version, "/go.mod"); ok {
			mod, err := table.Module(module.Version{Path: m.Path, Version: v})
			if err != nil {
				continue // not a service's
			}
			got = mod.Sum
		} else if got, err = table.Zip(m); err != nil {
			continue
		}
		if got != f[2] {
			t.Errorf("%s %s: want %s as in go.sum, recorded %s", m.Path, m.Version, f[2], got)
		}
		same++
	}
	if same < 50 {
		t.Errorf("only %d lines of go.sum are recorded", same)
	}
}

// The oracle: what Derive makes is what "go mod tidy" would leave.
func TestGoModTidyChangesNothing(t *testing.T) {
	table, all := recordedTable(t), shapes(t)
	if testing.Short() {
		all = slices.Concat(all[:4], all[len(all)-4:])
	}
	for _, imports := range [][]string{
		{"net/http"},
		{"github.com/spiffe/go-spiffe/v2/spiffeid"}, // one line in go.mod has a form of its own
		{"go.opentelemetry.io/otel/trace"},
		{"github.com/robfig/cron/v3", "go.opentelemetry.io/otel/attribute"},
	} {
		src := "package main\n\nimport (\n\t_ \"" + strings.Join(imports, "\"\n\t_ \"") + "\"\n)\n\nfunc main() {}\n"
		all = append(all, Shape{Name: strings.Join(imports, ","), Files: map[string][]byte{"main.go": []byte(src)}})
	}
	t.Logf("%d shapes", len(all))
	inParallel(all, func(s Shape) {
		dir, err := emit(t, table, s)
		if err != nil {
			t.Errorf("shape %s: %v", s.Name, err)
			return
		}
		if out, err := tidyDiff(dir); err != nil {
			t.Errorf("shape %s: go mod tidy -diff: %v\n%s", s.Name, err, out)
		}
	})
}

func TestServiceLoadsReadonly(t *testing.T) {
	table, all := recordedTable(t), shapes(t)
	inParallel([]Shape{all[0], all[len(all)/2], all[len(all)-1]}, func(s Shape) {
		dir, err := emit(t, table, s)
		if err != nil {
			t.Errorf("shape %s: %v", s.Name, err)
			return
		}
		if out, err := goIn(dir, "list", "-mod=readonly", "-deps", "-test", "./..."); err != nil {
			t.Errorf("shape %s: go list: %v\n%s", s.Name, err, out)
		}
	})
}

// The oracle must be able to fail.
func TestGoModTidySeesEachFault(t *testing.T) {
	table := recordedTable(t)
	shape := shapes(t)[0]
	tests := []struct {
		name, file string
		spoil      func(lines []string) []string
	}{
		{"go.sum line dropped", "go.sum", func(l []string) []string { return slices.Delete(l, len(l)/2, len(l)/2+1) }},
		{"go.sum line too many", "go.sum", func(l []string) []string {
			return append(l, "github.com/robfig/cron/v3 v3.0.1 h1:WdRxkvbJztn8LMz/QEvLN5sBU+xKpSqwwUO1Pjr4qDs=")
		}},
		{"requirement dropped", "go.mod", func(l []string) []string {
			return slices.DeleteFunc(l, func(s string) bool { return strings.Contains(s, "go-logr/stdr") })
		}},
		{"direct marked indirect", "go.mod", func(l []string) []string {
			i := slices.IndexFunc(l, func(s string) bool { return strings.Contains(s, "go-spiffe") })
			l[i] += " // indirect"
			return l
		}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			dir, err := emit(t, table, shape)
			if err != nil {
				t.Fatal(err)
			}
			name := filepath.Join(dir, tt.file)
			data, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			lines := tt.spoil(strings.Split(strings.TrimSuffix(string(data), "\n"), "\n"))
			if err := os.WriteFile(name, []byte(strings.Join(lines, "\n")+"\n"), 0o644); err != nil {
				t.Fatal(err)
			}
			if out, err := tidyDiff(dir); err == nil {
				t.Errorf("go mod tidy -diff finds nothing to change\n%s", out)
			}
		})
	}
}

// A service of choices that no recorded shape joins is derived, and tidy, all the same.
func TestUnrecordedShapes(t *testing.T) {
	table, all := recordedTable(t), every()
	var tidied []Shape
	for i := 0; i < len(all); i += 37 { // a stride that walks through every choice
		s, err := rendered(all[i])
		if err != nil {
			t.Fatal(err)
		}
		if _, _, err := gomod.Derive(table, serviceModule, s.Files); err != nil {
			t.Errorf("shape %s: %v", s.Name, err)
		}
		if i%(37*12) == 0 {
			tidied = append(tidied, s)
		}
	}
	t.Logf("%d of %d shapes tidied", len(tidied), len(all))
	inParallel(tidied, func(s Shape) {
		dir, err := emit(t, table, s)
		if err != nil {
			return // reported above
		}
		if out, err := tidyDiff(dir); err != nil {
			t.Errorf("shape %s: go mod tidy -diff: %v\n%s", s.Name, err, out)
		}
	})
}

func TestDeriveNeedsNoSurroundings(t *testing.T) {
	shape := shapes(t)[0]
	wantMod, wantSum, err := gomod.Derive(recordedTable(t), serviceModule, shape.Files)
	if err != nil {
		t.Fatal(err)
	}
	empty := t.TempDir()
	for _, name := range []string{"PATH", "HOME", "GOROOT", "GOPATH", "GOMODCACHE", "GOCACHE", "GOFLAGS", "GOENV"} {
		t.Setenv(name, empty)
	}
	t.Setenv("GOPROXY", "off")
	t.Chdir(empty)
	gotMod, gotSum, err := gomod.Derive(recordedTable(t), serviceModule, shape.Files)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(gotMod, wantMod) || !bytes.Equal(gotSum, wantSum) {
		t.Error("the surroundings change what is derived")
	}
	if entries, err := os.ReadDir(empty); err != nil || len(entries) > 0 {
		t.Errorf("Derive left %v, %v", entries, err)
	}
}

// The whole cost of go.mod and go.sum in "gen new": the table is decoded each time.
func BenchmarkDerive(b *testing.B) {
	shape, err := rendered(every()[0])
	if err != nil {
		b.Fatal(err)
	}
	b.Run("parse", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if _, err := gomod.Parse(locks.Modules); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("parse+derive", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			table, err := gomod.Parse(locks.Modules)
			if err != nil {
				b.Fatal(err)
			}
			if _, _, err := gomod.Derive(table, serviceModule, shape.Files); err != nil {
				b.Fatal(err)
			}
		}
	})
}

func shapes(t *testing.T) []Shape {
	t.Helper()
	all, err := Shapes()
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func recordedTable(t *testing.T) *gomod.Table {
	t.Helper()
	table, err := gomod.Parse(locks.Modules)
	if err != nil {
		t.Fatal(err)
	}
	return table
}

// emit writes the shape with its go.mod and go.sum, and returns the folder.
func emit(t *testing.T, table *gomod.Table, s Shape) (string, error) {
	mod, sum, err := gomod.Derive(table, serviceModule, s.Files)
	if err != nil {
		return "", err
	}
	dir := t.TempDir()
	if err := write(dir, "go.mod", mod); err != nil {
		return "", err
	}
	if len(sum) > 0 {
		if err := write(dir, "go.sum", sum); err != nil {
			return "", err
		}
	}
	for name, src := range s.Files {
		if err := write(dir, name, src); err != nil {
			return "", err
		}
	}
	return dir, nil
}

func write(dir, name string, data []byte) error {
	name = filepath.Join(dir, filepath.FromSlash(name))
	if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		return err
	}
	return os.WriteFile(name, data, 0o644)
}

// tidyDiff fails when "go mod tidy" would change something in dir.
func tidyDiff(dir string) (string, error) {
	return goIn(dir, "mod", "tidy", "-diff")
}

// goIn runs the go command in dir without a network; only where the module cache lacks
// something does it run again with one.
func goIn(dir string, args ...string) (string, error) {
	run := func(env ...string) (string, error) {
		cmd := exec.Command("go", args...)
		cmd.Dir = dir
		cmd.Env = append(os.Environ(), append(env, "GOFLAGS=", "GOWORK=off")...)
		out, err := cmd.CombinedOutput()
		return string(out), err
	}
	out, err := run("GOPROXY=off")
	if err != nil && strings.Contains(out, "GOPROXY=off") {
		return run()
	}
	return out, err
}

// inParallel calls f for each shape, two at a time.
func inParallel(shapes []Shape, f func(Shape)) {
	var wg sync.WaitGroup
	next := make(chan Shape)
	for range 2 {
		wg.Go(func() {
			for s := range next {
				f(s)
			}
		})
	}
	for _, s := range shapes {
		next <- s
	}
	close(next)
	wg.Wait()
}

func firstDifference(want, got string) string {
	w, g := strings.Split(want, "\n"), strings.Split(got, "\n")
	for i := range min(len(w), len(g)) {
		if w[i] != g[i] {
			return fmt.Sprintf("line %d:\n-%s\n+%s", i+1, w[i], g[i])
		}
	}
	return fmt.Sprintf("%d lines, now %d", len(w), len(g))
}
