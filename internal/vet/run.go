package vet

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
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
	if err := r.recover(ctx, said); err != nil {
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
	if r.Config != "" {
		args = append(args, flagConfig+r.Config)
	} else {
		args = append(args, flagConfig+"{}")
	}
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

// read takes the values that units write, in any order: one of our own, and one in the form of
// unitchecker.
func (r *runner) read(in io.Reader) error {
	d := json.NewDecoder(in)
	for {
		var value map[string]json.RawMessage
		switch err := d.Decode(&value); {
		case errors.Is(err, io.EOF):
			return nil
		case err != nil:
			return fmt.Errorf("reading what go vet prints: %w", err)
		}
		take := r.tree
		if _, ok := value["gen"]; ok {
			take = r.unit
		}
		if err := take(value); err != nil {
			return fmt.Errorf("reading what go vet prints: %w", err)
		}
	}
}

// unit takes a value of our own.
func (r *runner) unit(value map[string]json.RawMessage) error {
	var u unit
	for name, into := range map[string]any{
		"gen": &u.Gen, "package": &u.Package, "findings": &u.Findings, "sources": &u.Sources, "coverage": &u.Coverage,
	} {
		if raw, ok := value[name]; ok {
			if err := json.Unmarshal(raw, into); err != nil {
				return err
			}
		}
	}
	if u.Gen != unitVersion {
		return fmt.Errorf("a unit of version %d", u.Gen)
	}
	r.seen[u.Package] = true
	r.result.Findings = append(r.result.Findings, u.Findings...)
	maps.Copy(r.result.Sources, u.Sources)
	if u.Coverage != nil {
		u.Coverage.Package = u.Package
		r.result.Coverage = append(r.result.Coverage, *u.Coverage)
	}
	return nil
}

// diagnostic is what unitchecker writes of one, as far as it is of use here.
type diagnostic struct {
	Posn    string `json:"posn"`
	End     string `json:"end"`
	Message string `json:"message"`
	Related []struct {
		Posn    string `json:"posn"`
		Message string `json:"message"`
	} `json:"related"`
}

// tree takes a value of unitchecker: package ID, analyzer, diagnostics or an error.
func (r *runner) tree(value map[string]json.RawMessage) error {
	for id, raw := range value {
		pkg, _, _ := strings.Cut(id, " ")
		var byAnalyzer map[string]json.RawMessage
		if err := json.Unmarshal(raw, &byAnalyzer); err != nil {
			return err
		}
		var found []report.Finding
		for _, analyzer := range slices.Sorted(maps.Keys(byAnalyzer)) {
			var list []diagnostic
			if err := json.Unmarshal(byAnalyzer[analyzer], &list); err != nil {
				var failed struct {
					Error string `json:"error"`
				}
				if err := json.Unmarshal(byAnalyzer[analyzer], &failed); err != nil {
					return err
				}
				r.unchecked(pkg, fmt.Sprintf("%s: %s", analyzer, failed.Error))
				continue
			}
			for _, d := range list {
				found = append(found, standard(pkg, analyzer, d))
			}
		}
		report.Fingerprints(found)
		r.result.Findings = append(r.result.Findings, found...)
	}
	return nil
}

// standard turns what an analyzer of go vet has found into a finding. go vet fails on all that
// it finds, so it is an error here.
func standard(pkg, analyzer string, d diagnostic) report.Finding {
	f := report.Finding{
		Rule: "vet." + analyzer, Severity: report.Error, Confidence: report.High,
		Message: d.Message, Package: pkg, Expression: d.Message, Position: position(d.Posn, d.End),
		Related: []report.Related{}, Fixes: []report.Fix{},
	}
	for _, related := range d.Related {
		f.Related = append(f.Related, report.Related{Message: related.Message, Position: position(related.Posn, "")})
	}
	return f
}

// position reads file:line:column.
func position(from, to string) report.Position {
	file, line, column := place(from)
	p := report.Position{File: file, Line: line, Column: column, EndLine: line, EndColumn: column}
	if end, l, c := place(to); end == file {
		p.EndLine, p.EndColumn = l, c
	}
	return p
}

func place(posn string) (file string, line, column int) {
	rest, c, _ := cutLast(posn)
	file, l, ok := cutLast(rest)
	line, err := strconv.Atoi(l)
	column, err2 := strconv.Atoi(c)
	if !ok || err != nil || err2 != nil {
		return posn, 1, 1
	}
	return file, line, column
}

func cutLast(s string) (before, after string, found bool) {
	i := strings.LastIndexByte(s, ':')
	if i < 0 {
		return s, "", false
	}
	return s[:i], s[i+1:], true
}

func (r *runner) unchecked(pkg, reason string) {
	r.result.Unchecked = append(r.result.Unchecked, report.Unchecked{Package: pkg, Reason: reason})
}

// listed is what go list tells of a package.
type listed struct {
	ImportPath   string
	Dir          string
	DepOnly      bool
	GoFiles      []string
	CgoFiles     []string
	TestGoFiles  []string
	XTestGoFiles []string
	Error        *listError
	DepsErrors   []*listError
}

type listError struct {
	Pos string
	Err string
}

func (e *listError) String() string {
	text := strings.Join(strings.Fields(e.Err), " ")
	if e.Pos != "" && !strings.HasPrefix(text, e.Pos) {
		return e.Pos + ": " + text
	}
	return text
}

// recover looks at what can be looked at after go vet has failed, and names the rest.
func (r *runner) recover(ctx context.Context, said string) error {
	packages, err := r.list(ctx)
	if err != nil {
		return err
	}
	if !slices.ContainsFunc(packages, func(p listed) bool { return p.Dir != "" }) {
		return &Error{Said: strings.TrimSpace(said)} // patterns that match nothing
	}
	var sound []string
	reasons := map[string]string{}
	for _, p := range packages {
		switch {
		case p.Error != nil:
			reasons[p.ImportPath] = p.Error.String()
		case len(p.DepsErrors) > 0:
			reasons[p.ImportPath] = p.DepsErrors[0].String()
		case len(p.GoFiles)+len(p.CgoFiles)+len(p.TestGoFiles)+len(p.XTestGoFiles) > 0:
			sound = append(sound, p.ImportPath)
		}
	}
	if len(reasons) > 0 && len(sound) > 0 && len(r.seen) == 0 {
		// One package that cannot be loaded keeps cmd/go from looking at the others.
		if again, err := r.vet(ctx, sound); err != nil {
			said = again
		}
	}
	told := blocks(said)
	untested, err := r.withoutTests(ctx, packages, told)
	if err != nil {
		return err
	}
	for _, p := range packages {
		name := p.ImportPath
		if why, ok := reasons[name]; ok {
			r.unchecked(name, why)
			continue
		}
		if untested[name] {
			r.unchecked(name+" (tests)", cmp.Or(told[name], "its tests do not compile"))
		} else if len(p.GoFiles)+len(p.CgoFiles)+len(p.TestGoFiles) > 0 && !r.seen[name] {
			r.unchecked(name, cmp.Or(told[name], "a package that it imports could not be compiled"))
		}
		if len(p.XTestGoFiles) > 0 && !r.seen[name+"_test"] && !untested[name] && r.seen[name] {
			r.unchecked(name+"_test", cmp.Or(told[name+"_test"], "a package that it imports could not be compiled"))
		}
	}
	if len(r.seen) == 0 && len(r.result.Unchecked) == 0 {
		return &Error{Said: strings.TrimSpace(said)}
	}
	return ctx.Err()
}

// list asks cmd/go for the packages, sound or not.
func (r *runner) list(ctx context.Context) ([]listed, error) {
	args := []string{"list", "-e", "-json=ImportPath,Dir,DepOnly,GoFiles,CgoFiles,TestGoFiles,XTestGoFiles,Error,DepsErrors"}
	if r.Tags != "" {
		args = append(args, "-tags="+r.Tags)
	}
	cmd := r.command(ctx, append(append(args, "--"), r.Patterns...)...)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		return nil, &Error{Said: cmp.Or(strings.TrimSpace(stderr.String()), err.Error())}
	}
	var packages []listed
	for d := json.NewDecoder(bytes.NewReader(out)); ; {
		var p listed
		switch err := d.Decode(&p); {
		case errors.Is(err, io.EOF):
			return packages, nil
		case err != nil:
			return nil, fmt.Errorf("reading what go list prints: %w", err)
		}
		packages = append(packages, p)
	}
}

// blocks takes what cmd/go writes on standard error apart: the first line that it says of each
// package, without the tool's name.
func blocks(said string) map[string]string {
	first := map[string]string{}
	current := ""
	for line := range strings.Lines(said) {
		line = strings.TrimSpace(line)
		if rest, ok := strings.CutPrefix(line, "# "); ok {
			current, _, _ = strings.Cut(strings.Trim(rest, "[]"), " ")
			continue
		}
		for _, tool := range []string{"gen: ", "vet: "} {
			line = strings.TrimPrefix(line, tool)
		}
		if current != "" && first[current] == "" && line != "" {
			first[current] = line
		}
	}
	return first
}

// withoutTests looks again at the packages that were not looked at though they have tests:
// an error in a test keeps the tool from the package as a whole. For cmd/go their tests are not
// there. It returns the packages of which only the tests could not be looked at.
func (r *runner) withoutTests(ctx context.Context, packages []listed, told map[string]string) (map[string]bool, error) {
	hidden := map[string]string{}
	var again []string
	for _, p := range packages {
		if r.seen[p.ImportPath] || p.Error != nil || len(p.DepsErrors) > 0 || len(p.TestGoFiles) == 0 || len(p.GoFiles) == 0 {
			continue
		}
		again = append(again, p.ImportPath)
		for _, name := range slices.Concat(p.TestGoFiles, p.XTestGoFiles) {
			hidden[filepath.Join(p.Dir, name)] = ""
		}
	}
	if len(again) == 0 {
		return nil, nil
	}
	dir, err := os.MkdirTemp("", "gen-vet-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	overlay, err := json.Marshal(map[string]any{"Replace": hidden})
	if err != nil {
		return nil, err
	}
	name := filepath.Join(dir, "overlay.json")
	if err := os.WriteFile(name, overlay, 0o600); err != nil {
		return nil, err
	}
	said, err := r.vet(ctx, again, "-overlay="+name)
	if err != nil {
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		maps.Copy(told, blocks(said))
	}
	only := map[string]bool{}
	for _, p := range again {
		if r.seen[p] {
			only[p] = true
		}
	}
	return only, nil
}
