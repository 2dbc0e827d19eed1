package vet

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"io"
	"maps"
	"os"
	"os/exec"
	"slices"
	"strings"
	"time"

	"github.com/mintwright/mintwright/analyzers/spancoverage"
	"github.com/mintwright/mintwright/internal/report"
)

// Options say what Run looks at, and how.
type Options struct {
	Tool     string   // the path of gen
	Go       string   // the path of go
	Dir      string   // where patterns start, absolute
	Environ  []string // for cmd/go and its tools, key=value
	Patterns []string // as go list takes them; empty: the package in Dir
	Tags     string   // build tags, with commas
	Config   string   // a policy.Config as JSON; empty: the default
	Standard bool     // run the analyzers of go vet too
	Coverage bool     // count what has a span
}

// Result is what a run has found.
type Result struct {
	Findings  []report.Finding        // files absolute
	Packages  []string                // import paths of what was looked at, sorted
	Unchecked []report.Unchecked      // what could not be looked at, sorted by package
	Sources   map[string]string       // hex SHA-256 of the files that fixes change, as they were read
	Coverage  []spancoverage.Coverage // by package, sorted, when asked for; files absolute
}

// Error is a run that could not begin: cmd/go refused the patterns or the module.
type Error struct {
	Said string // what cmd/go wrote, trimmed
}

func (e *Error) Error() string {
	first, _, _ := strings.Cut(e.Said, "\n")
	return "go vet: " + first
}

// Run has cmd/go look at packages by way of the tool. What does not compile is listed in
// Unchecked, with what imports it; all else is looked at. It fails with an *Error when there is
// nothing to look at, and with the context's error when that ends.
func Run(ctx context.Context, o Options) (*Result, error) {
	r := &runner{Options: o, result: &Result{Sources: map[string]string{}}, seen: map[string]bool{}}
	said, err := r.vet(ctx, o.Patterns)
	if err == nil {
		return r.done(), nil
	}
	var exit *exec.ExitError
	if !errors.As(err, &exit) || ctx.Err() != nil {
		return nil, errors.Join(ctx.Err(), err)
	}
	if err := r.rescue(ctx, said); err != nil {
		return nil, err
	}
	return r.done(), nil
}

// runner is one Run.
type runner struct {
	Options
	result *Result
	seen   map[string]bool // the units that were looked at, by package
}

func (r *runner) done() *Result {
	slices.SortFunc(r.result.Unchecked, func(a, b report.Unchecked) int {
		return strings.Compare(a.Package+"\x00"+a.Reason, b.Package+"\x00"+b.Reason)
	})
	r.result.Unchecked = slices.Compact(r.result.Unchecked)
	slices.SortFunc(r.result.Coverage, func(a, b spancoverage.Coverage) int { return strings.Compare(a.Package, b.Package) })
	r.result.Packages = slices.Sorted(maps.Keys(r.seen))
	return r.result
}

// vet runs go vet once, and returns what it wrote on standard error.
func (r *runner) vet(ctx context.Context, patterns []string, flags ...string) (string, error) {
	args := []string{"vet", "-vettool=" + r.Tool}
	if r.Tags != "" {
		args = append(args, "-tags="+r.Tags)
	}
	args = append(args, flags...)
	args = append(args, flagConfig+cmp.Or(r.Config, "{}")) // or the tool would look for one itself
	if r.Standard {
		args = append(args, flagStandard)
	}
	if r.Coverage {
		args = append(args, flagCoverage)
	}
	args = append(args, flagWrite, "-json")
	cmd := r.command(ctx, append(args, patterns...)...)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		return "", err
	}
	if err := cmd.Start(); err != nil {
		return "", err
	}
	readErr := r.read(out)
	if readErr != nil {
		_, _ = io.Copy(io.Discard, out) // or go vet would wait for a reader
	}
	if err := cmd.Wait(); err != nil {
		return stderr.String(), err
	}
	return stderr.String(), readErr
}

func (r *runner) command(ctx context.Context, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, r.Go, args...)
	cmd.Dir, cmd.Env = r.Dir, append(slices.Clone(r.Environ), "PWD="+r.Dir)
	cmd.Cancel = func() error { return cmd.Process.Signal(os.Interrupt) } // cmd/go removes its work
	cmd.WaitDelay = 5 * time.Second
	return cmd
}

func (r *runner) unchecked(pkg, reason string) {
	r.result.Unchecked = append(r.result.Unchecked, report.Unchecked{Package: pkg, Reason: reason})
}
