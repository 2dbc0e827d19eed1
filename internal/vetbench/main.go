//go:build unix

// Command vetbench measures what docs/performance.md says about gen vet, and prints its tables.
//
// It runs gen vet, go vet, a vet tool that finds nothing (the floor) and gosec over modules of
// the module proxy, in turn: forwards in one round and backwards in the next. What counts is
// the CPU time of the whole process tree, and the memory of its largest process; a ratio is the
// median of the ratios within the rounds, so that a machine that grows slower or faster
// meanwhile does not show in it.
//
// The cases:
//   - changed: the facts of the dependencies are cached, and every package of the module has
//     changed since (each run writes other bytes into one file of each package);
//   - touched: one package has changed;
//   - same: nothing has changed;
//   - cold: the build cache is empty, as in most runs of CI.
//
// Run it by "make bench-vet" on a machine that has nothing else to do. Linux only.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"strings"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	rounds := flag.Int("rounds", 5, "turns of each case but the cold one")
	cold := flag.Int("cold", 1, "turns of the cold case; 0 leaves it out")
	gosec := flag.Bool("gosec", true, "measure gosec too")
	modules := flag.String("modules", strings.Join(defaultModules(), ","), "the modules, as `path@version`, with commas; a folder is copied")
	flag.Parse()
	b := bench{rounds: *rounds, cold: *cold, gosec: *gosec, modules: strings.Split(*modules, ",")}
	if err := b.run(ctx); err != nil {
		fmt.Fprintln(os.Stderr, "vetbench: error:", err)
		os.Exit(1)
	}
}

// defaultModules are of 50,000 lines and more, and this module.
func defaultModules() []string {
	return []string{
		"github.com/distribution/distribution/v3@v3.1.2",
		"google.golang.org/grpc@v1.85.0",
		".",
	}
}
