// Command genbench measures what docs/performance.md says of gen generate, and prints a table.
//
// It makes a module with 100 go:generate lines in 30 packages: trace, client, attrs and proto. It
// compares one process for each line, as go generate starts them, with one process for all; and a
// run that has nothing to make with a bare "go list ./...". What is compared runs in turn, forwards
// in one round and backwards in the next; a ratio is the median of the ratios within the rounds,
// so that a machine that grows slower or faster meanwhile does not show in it. CPU is that of the
// processes and of all that they start.
//
// Run it by "make bench-generate", on a machine that has nothing else to do.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"slices"
	"time"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	rounds := flag.Int("rounds", 5, "turns of everything")
	flag.Parse()
	if err := run(ctx, *rounds); err != nil {
		fmt.Fprintln(os.Stderr, "genbench: error:", err)
		os.Exit(1)
	}
}

// run measures from the root of this module.
func run(ctx context.Context, rounds int) error {
	dir, err := os.MkdirTemp("", "genbench-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	m := &machine{gen: filepath.Join(dir, "gen.exe"), module: filepath.Join(dir, "module"), records: filepath.Join(dir, "records")}
	if out, err := exec.CommandContext(ctx, "go", "build", "-o", m.gen, "./cmd/gen").CombinedOutput(); err != nil {
		return fmt.Errorf("building gen: %w\n%s", err, out)
	}
	lines, err := write(m.module)
	if err != nil {
		return err
	}
	m.lines = lines
	for range 3 { // writes everything, notes it, and warms what is read
		if _, err := m.generate(ctx, "-q", "./..."); err != nil {
			return err
		}
	}
	one := []contender{
		{"one process for each line", m.apart},
		{"gen generate --force ./...", func(ctx context.Context) (cost, error) { return m.generate(ctx, "-q", "--force", "./...") }},
	}
	two := []contender{
		{"gen generate ./..., nothing to make", func(ctx context.Context) (cost, error) { return m.generate(ctx, "-q", "./...") }},
		{"go list ./...", m.list},
	}
	fmt.Printf("%d go:generate lines, medians of %d rounds\n\n| | time | CPU |\n|---|---|---|\n", len(m.lines), rounds)
	const more = 4 // the second pair takes little
	for i, pair := range [][]contender{one, two} {
		n := rounds
		if i == 1 {
			n *= more
		}
		if err := compare(ctx, n, pair); err != nil {
			return err
		}
	}
	return nil
}

// machine is where the measured programs run.
type machine struct {
	gen, module, records string
	lines                []line
}

// cost is what a run takes.
type cost struct{ wall, cpu time.Duration }

func (c cost) plus(other cost) cost { return cost{c.wall + other.wall, c.cpu + other.cpu} }

// start runs a program and returns its cost.
func (m *machine) start(ctx context.Context, dir string, env []string, name string, args ...string) (cost, error) {
	cmd := exec.CommandContext(ctx, name, args...)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), append([]string{"GOFLAGS=", "GOWORK=off", "GOPROXY=off", "PWD=" + dir, "GEN_CACHE=" + m.records}, env...)...)
	begin := time.Now()
	out, err := cmd.CombinedOutput()
	wall := time.Since(begin)
	if err != nil {
		return cost{}, fmt.Errorf("%s %q in %s: %w\n%s", filepath.Base(name), args, dir, err, out)
	}
	return cost{wall, cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()}, nil
}

func (m *machine) generate(ctx context.Context, args ...string) (cost, error) {
	return m.start(ctx, m.module, nil, m.gen, append([]string{"generate"}, args...)...)
}

func (m *machine) list(ctx context.Context) (cost, error) {
	return m.start(ctx, m.module, nil, "go", "list", "./...")
}

// apart starts a process for each line, with what go generate tells it.
func (m *machine) apart(ctx context.Context) (cost, error) {
	var sum cost
	for _, l := range m.lines {
		env := []string{"GOFILE=" + l.file, fmt.Sprint("GOLINE=", l.number), "GOPACKAGE=" + l.pkg}
		c, err := m.start(ctx, filepath.Join(m.module, l.dir), env, m.gen, append(slices.Clone(l.args), "-q")...)
		if err != nil {
			return sum, err
		}
		sum = sum.plus(c)
	}
	return sum, nil
}

// contender is one of two that are compared.
type contender struct {
	name string
	run  func(context.Context) (cost, error)
}

// compare lets two run in turn, and prints the medians of both and of their ratios.
func compare(ctx context.Context, rounds int, pair []contender) error {
	costs := [2][]cost{}
	for round := range rounds {
		order := []int{0, 1}
		if round%2 == 1 {
			order = []int{1, 0}
		}
		for _, i := range order {
			c, err := pair[i].run(ctx)
			if err != nil {
				return err
			}
			costs[i] = append(costs[i], c)
		}
	}
	var wall, cpu []float64
	for r := range rounds {
		wall = append(wall, float64(costs[0][r].wall)/float64(costs[1][r].wall))
		cpu = append(cpu, float64(costs[0][r].cpu)/float64(costs[1][r].cpu))
	}
	for i, p := range pair {
		fmt.Printf("| %s | %s | %s |\n", p.name, middle(costs[i], func(c cost) time.Duration { return c.wall }), middle(costs[i], func(c cost) time.Duration { return c.cpu }))
	}
	fmt.Printf("| ratio | %.2f | %.2f |\n", median(wall), median(cpu))
	return nil
}

func middle(list []cost, of func(cost) time.Duration) time.Duration {
	var values []float64
	for _, c := range list {
		values = append(values, float64(of(c)))
	}
	return time.Duration(median(values)).Round(time.Millisecond)
}

func median(values []float64) float64 {
	sorted := slices.Sorted(slices.Values(values))
	n := len(sorted)
	return (sorted[(n-1)/2] + sorted[n/2]) / 2
}
