//go:build unix

package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"text/tabwriter"
	"time"
)

// bench is one run of the command.
type bench struct {
	rounds, cold int
	gosec        bool
	modules      []string

	dir   string // what this run makes, removed at the end
	tools []tool
}

// tool is a program that is measured. The arguments follow the path of the program.
type tool struct {
	name  string
	argv  []string
	cases []string // that it is measured in
	fails []int    // exit codes that are none of a failure
}

// The cases, in the order of the tables.
const (
	changed = "changed"
	touched = "touched"
	same    = "same"
	cold    = "cold"
)

func (b *bench) run(ctx context.Context) (err error) {
	if b.dir, err = os.MkdirTemp("", "vetbench-"); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, removeAll(b.dir)) }()
	if err := b.build(ctx); err != nil {
		return err
	}
	for _, m := range b.modules {
		if err := b.module(ctx, m); err != nil {
			return fmt.Errorf("%s: %w", m, err)
		}
	}
	return nil
}

// build makes the tools. The floor differs from run to run in nothing but its name.
func (b *bench) build(ctx context.Context) error {
	bin := func(name string) string { return filepath.Join(b.dir, name) }
	for _, pkg := range [][2]string{{"gen", "./cmd/gen"}, {"floor", "./internal/vetbench/floor"}} {
		if err := command(ctx, ".", nil, "go", "build", "-o", bin(pkg[0]), pkg[1]).Run(); err != nil {
			return fmt.Errorf("building %s: %w", pkg[1], err)
		}
	}
	all := []string{changed, touched, same, cold}
	b.tools = []tool{
		{"go vet", []string{"go", "vet", "./..."}, all, []int{1}},
		{"floor", []string{"go", "vet", "-vettool=" + bin("floor"), "./..."}, all, nil},
		{"gen vet", []string{bin("gen"), "vet", "--json", "./..."}, all, []int{1, 3}},
		{"gen vet --with-standard", []string{bin("gen"), "vet", "--with-standard", "--json", "./..."}, []string{changed, touched, same}, []int{1, 3}},
	}
	if b.gosec {
		if err := command(ctx, "internal/vetscore/peers", nil, "go", "build", "-o", bin("peers"), ".").Run(); err != nil {
			return fmt.Errorf("building gosec: %w", err)
		}
		b.tools = append(b.tools, tool{"gosec", []string{bin("peers"), "gosec"}, []string{changed, same}, nil})
	}
	return nil
}

// cost is what a run of a tool has taken.
type cost struct {
	cpu, wall time.Duration
	peak      int64 // bytes of the largest process
}

// module measures all cases over one module.
func (b *bench) module(ctx context.Context, spec string) error {
	dir, err := b.copyOf(ctx, spec)
	if err != nil {
		return err
	}
	packages, lines, err := size(ctx, dir)
	if err != nil {
		return err
	}
	fmt.Printf("\n%s: %d packages, %d lines of Go\n\n", spec, len(packages), lines)
	for _, t := range b.tools { // fills the caches
		if _, err := measure(ctx, t, dir, nil); err != nil {
			return err
		}
	}
	results := map[string]map[string][]cost{}
	serial := 0
	for _, c := range []string{changed, touched, same, cold} {
		rounds := b.rounds
		if c == cold {
			rounds = b.cold
		}
		results[c] = map[string][]cost{}
		for round := range rounds {
			tools := slices.Clone(b.tools)
			if round%2 == 1 {
				slices.Reverse(tools)
			}
			for _, t := range tools {
				if !slices.Contains(t.cases, c) {
					continue
				}
				serial++
				spent, err := b.once(ctx, t, c, dir, packages, serial)
				if err != nil {
					return err
				}
				results[c][t.name] = append(results[c][t.name], spent)
			}
		}
	}
	return b.print(results)
}

// once brings the module into the state of the case, and measures one run.
func (b *bench) once(ctx context.Context, t tool, c, dir string, packages []string, serial int) (cost, error) {
	var environ []string
	switch c {
	case changed:
		if err := change(packages, serial); err != nil {
			return cost{}, err
		}
	case touched:
		if _, err := measure(ctx, t, dir, nil); err != nil { // the bytes are those of another tool's run
			return cost{}, err
		}
		if err := change(packages[len(packages)/2:][:1], serial); err != nil {
			return cost{}, err
		}
	case same:
		if t.name == "gosec" {
			break // it keeps nothing
		}
		// Its own last run was over these bytes, or is made so.
		if _, err := measure(ctx, t, dir, nil); err != nil {
			return cost{}, err
		}
	case cold:
		cache, err := os.MkdirTemp(b.dir, "cache-")
		if err != nil {
			return cost{}, err
		}
		defer os.RemoveAll(cache)
		environ = []string{"GOCACHE=" + cache}
	}
	return measure(ctx, t, dir, environ)
}

// change writes other bytes into one file of each package; they are part of a comment.
func change(dirs []string, serial int) error {
	for _, dir := range dirs {
		name, err := firstFile(dir)
		if err != nil {
			return err
		}
		text, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		const mark = "\n// vetbench "
		text, _, _ = bytes.Cut(text, []byte(mark))
		if err := os.WriteFile(name, fmt.Appendf(text, "%s%d\n", mark, serial), 0o600); err != nil {
			return err
		}
	}
	return nil
}

// firstFile returns a file of the package that is built on this machine: one with neither
// constraints nor a name for other machines.
func firstFile(dir string) (string, error) {
	names, err := filepath.Glob(filepath.Join(dir, "*.go"))
	if err != nil {
		return "", err
	}
	for _, name := range names {
		base := strings.TrimSuffix(filepath.Base(name), ".go")
		if strings.HasSuffix(base, "_test") || strings.Contains(base, "_") {
			continue
		}
		return name, nil
	}
	if len(names) > 0 {
		return names[0], nil
	}
	return "", fmt.Errorf("%s: no Go file", dir)
}

// measure runs a tool to its end.
func measure(ctx context.Context, t tool, dir string, environ []string) (cost, error) {
	cmd := command(ctx, dir, environ, t.argv[0], t.argv[1:]...)
	var stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = nil, &stderr
	start := time.Now()
	err := cmd.Run()
	wall := time.Since(start)
	var exit *exec.ExitError
	if errors.As(err, &exit) && slices.Contains(t.fails, exit.ExitCode()) {
		err = nil
	}
	if err != nil {
		return cost{}, fmt.Errorf("%s: %w\n%s", t.name, err, stderr.String())
	}
	usage, ok := cmd.ProcessState.SysUsage().(*syscall.Rusage)
	if !ok {
		return cost{}, errors.New("this system does not tell what a process has used")
	}
	return cost{
		cpu:  cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime(),
		wall: wall,
		peak: int64(usage.Maxrss) << 10, // KiB on Linux
	}, nil
}

func command(ctx context.Context, dir string, environ []string, name string, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, name, args...)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), environ...)
	cmd.Stderr = os.Stderr
	return cmd
}

// copyOf returns a copy of a module that may be changed.
func (b *bench) copyOf(ctx context.Context, spec string) (string, error) {
	dir, err := os.MkdirTemp(b.dir, "module-")
	if err != nil {
		return "", err
	}
	from := spec
	if strings.Contains(spec, "@") {
		out := command(ctx, b.dir, nil, "go", "mod", "download", "-json", spec)
		text, err := out.Output()
		if err != nil {
			return "", fmt.Errorf("downloading: %w", err)
		}
		var m struct{ Dir, Error string }
		if err := json.Unmarshal(text, &m); err != nil {
			return "", err
		}
		if m.Error != "" {
			return "", errors.New(m.Error)
		}
		from = m.Dir
	}
	if err := copyTree(dir, from); err != nil {
		return "", err
	}
	if err := command(ctx, dir, nil, "go", "mod", "download").Run(); err != nil {
		return "", fmt.Errorf("downloading what it requires: %w", err)
	}
	return dir, nil
}

// copyTree copies the files of a module without modules inside it and without what git keeps.
func copyTree(to, from string) error {
	return filepath.WalkDir(from, func(name string, e fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(from, name)
		if err != nil {
			return err
		}
		target := filepath.Join(to, rel)
		switch {
		case e.IsDir() && rel != "." && (e.Name() == ".git" || isModule(name)):
			return filepath.SkipDir
		case e.IsDir():
			return os.MkdirAll(target, 0o700)
		case !e.Type().IsRegular():
			return nil
		}
		text, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		return os.WriteFile(target, text, 0o600)
	})
}

func isModule(dir string) bool {
	_, err := os.Lstat(filepath.Join(dir, "go.mod"))
	return err == nil
}

// size returns the folders of the packages that are built here, and how many lines they have.
func size(ctx context.Context, dir string) (packages []string, lines int, err error) {
	cmd := command(ctx, dir, nil, "go", "list", "-f", `{{if .GoFiles}}{{.Dir}}{{end}}`, "./...")
	out, err := cmd.Output()
	if err != nil {
		return nil, 0, err
	}
	packages = strings.Fields(string(out))
	for _, p := range packages {
		names, err := filepath.Glob(filepath.Join(p, "*.go"))
		if err != nil {
			return nil, 0, err
		}
		for _, name := range names {
			text, err := os.ReadFile(name)
			if err != nil {
				return nil, 0, err
			}
			lines += bytes.Count(text, []byte("\n"))
		}
	}
	return packages, lines, nil
}

// print writes a table of one module: medians, and the median of the ratios to go vet.
func (b *bench) print(results map[string]map[string][]cost) error {
	w := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(w, "case\ttool\tCPU s\tto go vet\tto gosec\twall s\tpeak MiB\tpeak to go vet\t")
	for _, c := range []string{changed, touched, same, cold} {
		for _, t := range b.tools {
			costs := results[c][t.name]
			if len(costs) == 0 {
				continue
			}
			cpu := func(x cost) float64 { return x.cpu.Seconds() }
			peak := func(x cost) float64 { return float64(x.peak) / (1 << 20) }
			fmt.Fprintf(w, "%s\t%s\t%.2f\t%s\t%s\t%.2f\t%.0f\t%s\t\n", c, t.name,
				median(each(costs, cpu)), ratio(costs, results[c]["go vet"], cpu), ratio(costs, results[c]["gosec"], cpu),
				median(each(costs, func(x cost) float64 { return x.wall.Seconds() })),
				median(each(costs, peak)), ratio(costs, results[c]["go vet"], peak))
		}
	}
	return w.Flush()
}

func each(costs []cost, f func(cost) float64) []float64 {
	var list []float64
	for _, c := range costs {
		list = append(list, f(c))
	}
	return list
}

// ratio is the median of the ratios within the rounds, or "" where there is nothing to compare.
func ratio(costs, base []cost, f func(cost) float64) string {
	if len(base) != len(costs) {
		return ""
	}
	var list []float64
	for i := range costs {
		list = append(list, f(costs[i])/f(base[i]))
	}
	return fmt.Sprintf("%.2f", median(list))
}

func median(list []float64) float64 {
	list = slices.Sorted(slices.Values(list))
	n := len(list)
	if n%2 == 1 {
		return list[n/2]
	}
	return (list[n/2-1] + list[n/2]) / 2
}

// removeAll removes a tree that holds folders nobody may write to.
func removeAll(dir string) error {
	_ = filepath.WalkDir(dir, func(name string, e fs.DirEntry, err error) error {
		if err == nil && e.IsDir() {
			_ = os.Chmod(name, 0o700) // RemoveAll tells what stays
		}
		return nil
	})
	return os.RemoveAll(dir)
}
