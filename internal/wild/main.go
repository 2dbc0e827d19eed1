// Command wild makes decorators for the exported interfaces of the standard library and of large
// public modules, which are the direct requirements of wild.mod, and tells what comes of it.
//
// In a temporary module it gives each package with exported interfaces a package of the same
// name with a directive for each of them, once plain and once with -metrics and -logs. All are
// made in this process with one load. Then the go command builds and vets the outputs, and a
// program a module calls each method of each decorator that has a context, in every way that a
// call can end in, and watches what comes of it: see the package probe. With -gen that program
// looks at the outputs too.
//
// Which interfaces there are, and what kind each is, is read from what the compiler exports. The
// generator has no part in it, so that an interface that it overlooks is seen here.
//
// Run it by "make generate-evidence". It downloads the modules through the Go proxy and compiles
// them: the first time takes long. It prints the tables of docs/generate-evidence.md, and exits
// with 1 when an output does not compile, is found by go vet, or misbehaves, when a refusal is no
// fault with a remedy, or when there are less than 300 decorators.
package main

import (
	"bytes"
	"context"
	_ "embed"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// leastDecorators is the bar for decorators of interfaces with a context.
const leastDecorators = 300

//go:embed wild.mod
var wildMod []byte

//go:embed probe/probe.go
var probeSource []byte

// errBelow says that the bar is missed.
var errBelow = errors.New("the bar is missed")

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	dir := flag.String("dir", "", "a folder to work in, kept; a temporary one when empty")
	only := flag.String("only", "", "look at modules alone whose path has this text")
	gen := flag.String("gen", "", "this program too: gen vet and gen generate --check look at the outputs")
	flag.Parse()
	if err := run(ctx, *dir, *only, *gen); err != nil {
		fmt.Fprintln(os.Stderr, "wild: error:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, dir, only, gen string) (err error) {
	if dir == "" {
		if dir, err = os.MkdirTemp("", "wild-"); err != nil {
			return err
		}
		defer os.RemoveAll(dir)
	}
	if dir, err = filepath.Abs(dir); err != nil {
		return err
	}
	if err := prepare(dir); err != nil {
		return err
	}
	s := &summary{}
	if s.modules, err = modules(wildMod); err != nil {
		return err
	}
	if s.packs, err = find(ctx, dir, s.modules, only); err != nil {
		return err
	}
	for i := range variants() {
		if err := s.make(ctx, dir, i); err != nil {
			return err
		}
	}
	for _, verb := range []string{"build", "vet"} {
		progress("go %s", verb)
		if err := compile(ctx, dir, s.packs, verb); err != nil {
			return err
		}
	}
	if gen != "" {
		if err := s.look(ctx, dir, gen); err != nil {
			return err
		}
	}
	if s.results, s.skipped, err = watch(ctx, dir, s.packs); err != nil {
		return err
	}
	s.report(os.Stdout)
	if !s.isGood() {
		return errBelow
	}
	return nil
}

// look lets gen itself look at the outputs: gen vet has to find nothing, and gen generate, which
// reads the directives, nothing to write.
func (s *summary) look(ctx context.Context, dir, gen string) error {
	gen, err := filepath.Abs(gen)
	if err != nil {
		return err
	}
	for _, args := range [][]string{{"vet", "--fail-on", "warning"}, {"generate", "--check"}} {
		progress("gen %s", strings.Join(args, " "))
		out, err := command(ctx, dir, gen, append(args, "./plain/...", "./full/...")...)
		said := string(out)
		if failed, ok := errors.AsType[*commandError](err); ok {
			said += failed.stderr
		} else if err != nil {
			return err
		}
		if err != nil {
			s.looks = append(s.looks, "gen "+args[0]+": "+said)
		}
	}
	return nil
}

// make makes the decorators of a variant, twice. In the end the packages ask for those alone that
// there are, so that gen generate can be tried by hand.
func (s *summary) make(ctx context.Context, dir string, i int) error {
	v := variants()[i]
	jobs, err := directives(dir, s.packs, v, func(*decl) bool { return true })
	if err != nil {
		return err
	}
	progress("%s: %d directives", v.name, len(jobs))
	s.jobs = len(jobs)
	if s.load[i], s.making[i], err = generate(ctx, jobs, i); err != nil {
		return err
	}
	progress("%s: load %v, making %v", v.name, s.load[i], s.making[i])
	jobs, err = directives(dir, s.packs, v, func(d *decl) bool { return len(d.outcome[i].files) > 0 })
	if err != nil {
		return err
	}
	return again(ctx, jobs, i)
}

// prepare makes the module: its go.mod, and the package that watches.
func prepare(dir string) error {
	for _, name := range []string{"plain", "full", "check"} {
		if err := os.RemoveAll(filepath.Join(dir, name)); err != nil {
			return err
		}
	}
	for name, content := range map[string][]byte{"go.mod": wildMod, "probe/probe.go": probeSource} {
		file := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			return err
		}
		if err := os.WriteFile(file, content, 0o644); err != nil {
			return err
		}
	}
	return nil
}

// find returns the packages of the modules that export interfaces.
func find(ctx context.Context, dir string, mods []string, only string) ([]*pack, error) {
	progress("listing the packages of %d modules", len(mods))
	list, err := packages(ctx, dir, mods)
	if err != nil {
		return nil, err
	}
	if only != "" {
		list = slices.DeleteFunc(list, func(p listed) bool {
			return !strings.Contains(p.place(), only)
		})
	}
	progress("compiling %d packages", len(list))
	return interfaces(ctx, dir, list)
}

func progress(format string, args ...any) {
	fmt.Fprintf(os.Stderr, "wild: %s "+format+"\n", append([]any{time.Now().Format(time.TimeOnly)}, args...)...)
}

// environment is that of the go command: it may download what wild.mod names.
func environment() []string {
	return append(os.Environ(), "GOWORK=off", "GOFLAGS=-mod=mod")
}

// commandError is a command that fails, with what it says.
type commandError struct {
	err    error
	stderr string
}

func (e *commandError) Error() string { return e.err.Error() }
func (e *commandError) Unwrap() error { return e.err }

func goCommand(ctx context.Context, dir string, args ...string) ([]byte, error) {
	return command(ctx, dir, "go", args...)
}

// command runs a program and returns what it prints, also when it fails with a commandError.
func command(ctx context.Context, dir, name string, args ...string) ([]byte, error) {
	cmd := exec.CommandContext(ctx, name, args...)
	cmd.Dir, cmd.Env = dir, environment()
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	if err := cmd.Run(); err != nil {
		what := strings.Join(slices.Concat([]string{filepath.Base(name)}, args[:min(len(args), 3)]), " ")
		return stdout.Bytes(), &commandError{fmt.Errorf("%s: %w", what, err), stderr.String()}
	}
	return stdout.Bytes(), nil
}
