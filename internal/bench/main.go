// Command bench measures what docs/performance.md says, and prints its tables.
//
// It builds gen, a service that gen makes, and a service written by hand, and runs each as a
// process of its own: whole processes from start to end for gen, the server alone under load
// for a service. What is compared runs in turn, forwards in one round and backwards in the
// next; a ratio is the median of the ratios within the rounds, so that a machine that grows
// slower or faster meanwhile does not show in it. Linux only; loopback only.
//
// Run it by "make bench", on a machine that has nothing else to do.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"time"
)

// patience ends a run that hangs.
const patience = 3 * time.Minute

// size is how much is measured.
type size struct {
	starts     int // runs of each program
	rounds     int // turns of each service
	requests   int // over kept connections, a turn
	handshakes int // requests over connections of their own, a turn
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	var s size
	flag.IntVar(&s.starts, "starts", 31, "runs of each program")
	flag.IntVar(&s.rounds, "rounds", 7, "turns of each service")
	flag.IntVar(&s.requests, "requests", 5000, "requests over kept connections, a turn")
	flag.IntVar(&s.handshakes, "handshakes", 300, "requests over connections of their own, a turn")
	flag.Parse()
	if err := run(ctx, s); err != nil {
		fmt.Fprintln(os.Stderr, "bench: error:", err)
		os.Exit(1)
	}
}

// run measures from the root of this module.
func run(ctx context.Context, s size) error {
	if _, err := cpuTime(os.Getpid()); err != nil {
		return err
	}
	dir, err := os.MkdirTemp("", "bench-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	progress("building")
	if err := build(ctx, dir); err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	before := load()

	progress("starting programs, %d times each and place", s.starts)
	starts, err := measureStarts(ctx, dir, s.starts)
	if err != nil {
		return err
	}
	progress("calling services, %d rounds", s.rounds)
	services, err := measureServices(ctx, dir, s)
	if err != nil {
		return err
	}
	fmt.Printf("%s\n%s\n%s", machine(before, load()), starts, services)
	return nil
}

func progress(format string, args ...any) {
	fmt.Fprintf(os.Stderr, "bench: "+format+"\n", args...)
}

// What build leaves in its folder.
const (
	genProgram     = "gen"
	byHandProgram  = "byhand"
	serviceFolder  = "orders" // as gen made it
	serviceProgram = "service"
)

// build compiles what is measured, with the flags of a plain go build.
func build(ctx context.Context, dir string) error {
	service := filepath.Join(dir, serviceFolder)
	for _, c := range []struct {
		dir  string
		argv []string
	}{
		{".", []string{"go", "build", "-o", dir + "/", "./cmd/gen", "./internal/bench/byhand"}},
		{dir, newService(dir, serviceFolder, "--no-git")},
		{service, []string{"go", "build", "-o", filepath.Join(dir, serviceProgram), "./cmd/orders"}},
	} {
		cmd := exec.CommandContext(ctx, c.argv[0], c.argv[1:]...)
		cmd.Dir = c.dir
		cmd.Stderr = os.Stderr
		if err := cmd.Run(); err != nil {
			return fmt.Errorf("%s: %w", cmd, err)
		}
	}
	return nil
}
