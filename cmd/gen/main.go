// Command gen makes Go services that are born with an identity and telemetry.
//
// It is the command line for people and, started by cmd/go, a vet tool: the arguments
// decide before anything else is looked at.
package main

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"runtime/debug"
	"syscall"

	"golang.org/x/term"
	"golang.org/x/tools/go/analysis/unitchecker"

	"github.com/mintwright/mintwright/analyzers"
	"github.com/mintwright/mintwright/internal/vet"
)

func main() {
	if vet.IsProtocol(os.Args[1:]) {
		vetUnit(os.Args[1:])
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop) // a second Ctrl-C does not wait for anything
	os.Exit(run(ctx, processEnv(), os.Args[1:]))
}

// vetUnit answers cmd/go and does not return: it tells the program's identity or its flags, or
// analyses one package. The process lives for milliseconds and needs some 150 MB at most, so
// memory is collected only near the limit.
func vetUnit(args []string) {
	const limit = 1 << 30
	debug.SetGCPercent(-1)
	debug.SetMemoryLimit(limit)
	if args[0] == "-V=full" {
		line, err := toolVersion()
		exitOn(err)
		fmt.Println(line)
		os.Exit(0)
	}
	list, err := vet.Tool(args, analyzers.Suite(), func() (string, error) { return vetConfiguration(".", os.Getenv) })
	exitOn(err)
	unitchecker.Main(list...)
}

// toolVersion is the answer to -V=full.
func toolVersion() (string, error) {
	identity, err := vetIdentity(".", os.Getenv)
	if err != nil {
		identity = err.Error() // the unit will say it
	}
	name, err := os.Executable()
	if err != nil {
		return "", err
	}
	program, err := os.Open(name)
	if err != nil {
		return "", err
	}
	defer program.Close()
	return vet.Version(program, identity)
}

// exitOn ends a tool that cannot do what cmd/go wants.
func exitOn(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, "gen:", err)
		os.Exit(1)
	}
}

// processEnv is what the process was started with.
func processEnv() *Env {
	dir, err := os.Getwd()
	if err != nil {
		dir = "." // each use of it will say what is wrong with it
	}
	return &Env{
		Stdin: os.Stdin, Stdout: os.Stdout, Stderr: os.Stderr,
		Environ: os.Environ(),
		Dir:     dir,
		IsTerminal: func(stream any) bool {
			f, ok := stream.(*os.File)
			return ok && term.IsTerminal(int(f.Fd()))
		},
	}
}
