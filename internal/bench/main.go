// Command bench measures what docs/performance.md says, and prints its tables.
//
// It builds gen, services that gen makes, services written by hand, and the same service with
// other frameworks (the module peers), and runs each as a process of its own: whole processes
// from start to end for gen, the server alone under load for a service. What is compared runs
// in turn, forwards in one round and backwards in the next; a ratio is the median of the
// ratios within the rounds, so that a machine that grows slower or faster meanwhile does not
// show in it. Linux only; loopback only.
//
// Run it by "make bench", on a machine that has nothing else to do. With -profile it stores
// profiles of an emitted service in a folder instead, and prints where its time goes.
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
const patience = 10 * time.Minute

// size is how much is measured.
type size struct {
	starts      int // runs of each program
	rounds      int // turns of each service
	requests    int // over kept connections, a turn
	handshakes  int // requests over connections of their own, a turn
	connections int // that rest
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	var s size
	flag.IntVar(&s.starts, "starts", 15, "runs of each program; 0 leaves them out, and the sizes")
	flag.IntVar(&s.rounds, "rounds", 7, "turns of each service; 0 leaves them out")
	flag.IntVar(&s.requests, "requests", 5000, "requests over kept connections, a turn")
	flag.IntVar(&s.handshakes, "handshakes", 300, "requests over connections of their own, a turn")
	flag.IntVar(&s.connections, "connections", 10_000, "connections that rest; 0 leaves them out")
	profile := flag.String("profile", "", "a folder for profiles of the emitted service; measures nothing else")
	flag.Parse()
	if err := run(ctx, s, *profile); err != nil {
		fmt.Fprintln(os.Stderr, "bench: error:", err)
		os.Exit(1)
	}
}

// run measures from the root of this module.
func run(ctx context.Context, s size, profiles string) error {
	if _, err := cpuTime(os.Getpid()); err != nil {
		return err
	}
	dir, err := os.MkdirTemp("", "bench-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	progress("building")
	if err := build(ctx, ".", dir, leanProgram, contribProgram); err != nil {
		return err
	}
	if err := buildPeers(ctx, ".", dir); err != nil {
		return err
	}
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	// No deadline: gRPC would tell it to the servers, and each call would have a timer more.
	defer time.AfterFunc(patience, func() { cancel(context.DeadlineExceeded) }).Stop()
	if profiles != "" {
		return profile(ctx, dir, profiles)
	}
	before := load()
	var tables []fmt.Stringer
	for _, part := range []struct {
		name    string
		size    int
		measure func(context.Context, string, size) ([]fmt.Stringer, error)
	}{
		{"programs from start to end", s.starts, measureStarts},
		{"services from start to answer", s.starts, measureFirst},
		{"requests", s.rounds, measureServices},
		{"connections at rest", s.connections, measureMemory},
		{"sizes", s.starts, measureSizes},
	} {
		if part.size == 0 {
			continue
		}
		began := time.Now()
		more, err := part.measure(ctx, dir, s)
		if err != nil {
			return err
		}
		progress("%s: %.0f s", part.name, time.Since(began).Seconds())
		tables = append(tables, more...)
	}
	fmt.Println(machine(before, load()))
	for _, t := range tables {
		fmt.Println(t)
	}
	return nil
}

func progress(format string, args ...any) {
	fmt.Fprintf(os.Stderr, "bench: "+format+"\n", args...)
}

// What build leaves in its folder.
const (
	genProgram     = "gen"
	byHandProgram  = "byhand"
	peersProgram   = "peers"
	leanProgram    = "lean"
	contribProgram = "contrib"
)

// build compiles gen, the service by hand and services that gen makes, by their middleware,
// with the flags of a plain go build. Root is the folder of this module.
func build(ctx context.Context, root, dir string, middlewares ...string) error {
	steps := []step{{root, []string{"go", "build", "-o", dir + "/", "./cmd/gen", "./internal/bench/byhand"}}}
	for _, middleware := range middlewares {
		source := filepath.Join(dir, middleware+"-source")
		steps = append(steps,
			step{dir, newService(dir, source, "--no-git", "--serve", "http,grpc", "--middleware", middleware)},
			step{source, []string{"go", "build", "-o", filepath.Join(dir, middleware), "./cmd/" + serviceName}})
	}
	for _, s := range steps {
		if err := s.run(ctx); err != nil {
			return err
		}
	}
	return nil
}

// buildPeers is build for the frameworks.
func buildPeers(ctx context.Context, root, dir string) error {
	return step{filepath.Join(root, "internal/bench/peers"), []string{"go", "build", "-o", filepath.Join(dir, peersProgram), "."}}.run(ctx)
}

// step is a command in a folder.
type step struct {
	dir  string
	argv []string
}

func (s step) run(ctx context.Context, environ ...string) error {
	cmd := exec.CommandContext(ctx, s.argv[0], s.argv[1:]...)
	cmd.Dir = s.dir
	cmd.Env = append(os.Environ(), environ...)
	cmd.Stderr = os.Stderr
	if err := cmd.Run(); err != nil {
		return fmt.Errorf("%s: %w", cmd, err)
	}
	return nil
}
