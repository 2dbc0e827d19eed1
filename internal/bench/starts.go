package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"
)

// newService is the command line that makes a service in target, with one caller.
func newService(dir, target string, more ...string) []string {
	return append([]string{
		filepath.Join(dir, genProgram), "new", serviceName, "--dir", target, "--no-input", "--quiet",
		"--module", "example.com/acme/" + serviceName, "--callers", callerID,
	}, more...)
}

// program is run from its start to its end, in a folder of its own.
type program struct {
	name string
	argv []string
}

// measureStarts runs each program in memory and on disk, as often as s says and all in turn,
// and returns a table of what they cost.
func measureStarts(ctx context.Context, dir string, s size) ([]fmt.Stringer, error) {
	memory, err := os.MkdirTemp("/dev/shm", "bench-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(memory)
	whole := filepath.Join(dir, "default")
	if err := (step{dir, newService(dir, whole, "--no-git")}).run(ctx); err != nil {
		return nil, err
	}
	gen := filepath.Join(dir, genProgram)
	programs := []program{
		{"`gen new --no-git`", newService(dir, "new", "--no-git")},
		{"`gen new`, which runs `git init`", newService(dir, "new")},
		{"`cp -r` of what it makes", []string{"cp", "-r", whole, "new"}},
		{"`git init` alone", []string{"git", "init", "--quiet", "new"}},
		{"`gen version`", []string{gen, "version"}},
		{"`gen -V=full`, which hashes its own executable", []string{gen, "-V=full"}},
	}
	places := []string{memory, dir}
	costs := make([][2][]cost, len(programs))
	for round := range s.starts + 1 {
		for _, i := range turn(len(programs), round) {
			for j, place := range places {
				c, err := runWhole(ctx, place, programs[i].argv)
				if err != nil {
					return nil, err
				}
				if round > 0 { // the first run reads files that are not in memory yet
					costs[i][j] = append(costs[i][j], c)
				}
			}
		}
	}
	t := table{head: []string{"whole process", "CPU ms", "lowest", "wall ms", "on disk: CPU ms", "lowest", "wall ms"}}
	for i, p := range programs {
		var figures []float64
		for _, c := range costs[i] {
			cpu, wall := series(c, cost.cpuMillis), series(c, cost.wallMillis)
			figures = append(figures, median(cpu), lowest(cpu), median(wall))
		}
		t.add(p.name, "%.1f", figures...)
	}
	return []fmt.Stringer{t}, nil
}

// cost is what one process took: its own and its children's time on a processor, and the time
// on the wall.
type cost struct{ cpu, wall time.Duration }

func (c cost) cpuMillis() float64  { return float64(c.cpu) / float64(time.Millisecond) }
func (c cost) wallMillis() float64 { return float64(c.wall) / float64(time.Millisecond) }

// runWhole runs a program in a new folder of place. What the kernel accounts to a child that
// has ended (getrusage) is all of it: start-up, collector and the children that it waited for.
//
// The folder is left where it is: ext4 looks long for a place when many files were removed
// in the last minutes, and accounts that to whoever makes the next ones.
func runWhole(ctx context.Context, place string, argv []string) (cost, error) {
	folder, err := os.MkdirTemp(place, "run-")
	if err != nil {
		return cost{}, err
	}
	cmd := exec.CommandContext(ctx, argv[0], argv[1:]...)
	cmd.Dir = folder
	began := time.Now()
	if err := cmd.Run(); err != nil {
		return cost{}, fmt.Errorf("%s: %w", strings.Join(argv, " "), err)
	}
	wall := time.Since(began)
	return cost{cpu: cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime(), wall: wall}, nil
}
