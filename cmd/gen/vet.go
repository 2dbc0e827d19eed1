package main

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/mintwright/mintwright/analyzers/spancoverage"
	"github.com/mintwright/mintwright/internal/report"
	"github.com/mintwright/mintwright/internal/vet"
)

// vetCommand is one run of gen vet.
type vetCommand struct {
	env  *Env
	base string // the folder that findings name files from

	configFile            string
	only, enable, disable []string
	failOn                string
	severity, confidence  string
	since                 string
	baseline              string
	writeBaseline         bool
	format                vetFormat
	standard              bool
	fix, diff             bool
	tags                  string
	explain               string
	isQuiet               bool
}

// vetFormat is how findings are printed; none set: as text.
type vetFormat struct {
	json, sarif, github, summary, coverage bool
}

func newVet(env *Env) *cobra.Command {
	v := &vetCommand{env: env}
	cmd := &cobra.Command{
		Use:   "vet [PACKAGE]...",
		Short: "Find missing spans and unsafe TLS in Go code, and repair them",
		Long: `  gen vet
  gen vet --fix ./internal/...
  gen vet --since origin/main --github
  gen vet --explain spanend.leak

Looks for spans that are not ended, broken traces, attribute keys that left the semantic
conventions, unsafe TLS, plaintext, and SPIFFE identities that are not checked. Without PACKAGE
it looks at all packages in and below this folder, or at all of a workspace. It works on any Go
code and needs no configuration; in a service that gen made it is strict.

It shows the warnings and errors that it is sure of. --severity and --confidence show more,
--json everything. The exit code is 3 when one of them is an error (see --fail-on), and 1 when
something could not be checked.

To silence a finding write //lint:ignore spanend.leak REASON on the line above it, or
//nolint:spanend // REASON at its end. A team's rules stand in mintwright-vet.yaml beside go.mod,
and what it lives with for now in a --baseline file.

The same analyzers run as go vet -vettool=$(which gen) and go fix -fixtool=$(which gen).`,
		ValidArgsFunction: cobra.NoFileCompletions,
		RunE: func(cmd *cobra.Command, args []string) error {
			// Each prints one thing; coverage alone can be JSON or not.
			if err := errors.Join(
				exclusive(cmd, "json", "sarif", "github", "summary", "diff", "write-baseline"),
				exclusive(cmd, "coverage", "sarif", "github", "summary", "diff", "write-baseline"),
				exclusive(cmd, "fix", "diff", "write-baseline", "coverage"),
				exclusive(cmd, "only", "enable"),
			); err != nil {
				return err
			}
			return v.run(cmd.Context(), args)
		},
	}
	f := cmd.Flags()
	f.SortFlags = false
	f.BoolVar(&v.fix, "fix", false, "repair what can be repaired safely")
	f.BoolVar(&v.diff, "diff", false, "print what --fix would change, and change nothing")
	f.StringVar(&v.since, "since", "", "show findings on lines changed since a git `revision` only")
	f.StringSliceVar(&v.only, "only", nil, "look for these `rules` or analyzers only")
	f.StringSliceVar(&v.enable, "enable", nil, "look for these `rules` or analyzers too")
	f.StringSliceVar(&v.disable, "disable", nil, "do not look for these `rules` or analyzers")
	f.StringVar(&v.failOn, "fail-on", "", "the least `severity` that fails: error, warning, info or none (default error)")
	f.StringVar(&v.severity, "severity", "", "the least `severity` shown: error, warning or info (default warning)")
	f.StringVar(&v.confidence, "confidence", "", "the least `confidence` shown: high, medium or low (default high)")
	f.BoolVar(&v.standard, "with-standard", false, "run the analyzers of go vet too")
	f.StringVar(&v.baseline, "baseline", "", "a `file` of findings that do not count")
	f.BoolVar(&v.writeBaseline, "write-baseline", false, "write what is shown now to the --baseline file")
	f.StringVar(&v.configFile, "config", "", "a configuration `file` in place of mintwright-vet.yaml")
	f.StringVar(&v.tags, "tags", "", "build `tags`, with commas")
	f.BoolVar(&v.format.json, "json", false, "print one JSON document with everything that was found")
	f.BoolVar(&v.format.sarif, "sarif", false, "print SARIF 2.1.0")
	f.BoolVar(&v.format.github, "github", false, "print annotations for GitHub's workflows")
	f.BoolVar(&v.format.summary, "summary", false, "print how many there are by rule and by package")
	f.BoolVar(&v.format.coverage, "coverage", false, "print how many servers, clients and functions have spans, by package; with --json as JSON")
	f.StringVar(&v.explain, "explain", "", "tell about a `rule` or an analyzer; \"all\" lists the rules")
	f.BoolVarP(&v.isQuiet, "quiet", "q", false, "print findings and errors only")
	return cmd
}

func (v *vetCommand) run(ctx context.Context, args []string) error {
	if v.explain != "" {
		return v.explainRule()
	}
	if err := v.check(args); err != nil {
		return err
	}
	place, err := vet.Locate(v.env.Dir, v.env.get)
	if err != nil {
		return &problem{code: exitFailed, err: err, hints: []string{"mend the go.work, or set GOWORK=off"}}
	}
	if len(args) == 0 && place.Module == "" && place.Workspace == "" && v.env.get("GO111MODULE") != "off" {
		return &problem{code: exitFailed, err: errors.New("there is no go.mod in this folder or above it"), hints: []string{"go to a module, make one with go mod init, or name packages"}}
	}
	v.base = v.env.Dir
	if v.format.github || v.format.sarif {
		v.base = repository(v.env.Dir) // what reads these knows no other folder
	}
	parts, err := v.parts(place, args)
	if err != nil {
		return err
	}
	if !v.isQuiet {
		v.remind(place.Modules)
	}
	if v.fix {
		return v.repair(ctx, place, parts)
	}
	found, err := v.look(ctx, parts)
	if err != nil {
		return err
	}
	if v.writeBaseline {
		return v.keep(found)
	}
	return v.tell(found)
}

// check refuses what cannot be meant.
func (v *vetCommand) check(args []string) error {
	if v.writeBaseline && v.baseline == "" {
		return wrongUsage(errors.New("--write-baseline: there is no file to write to"), "name it with --baseline FILE")
	}
	if v.writeBaseline && (v.since != "" || len(v.only) > 0) {
		return wrongUsage(errors.New("--write-baseline: with --since or --only a baseline would lose what they leave out"), "leave them out")
	}
	for _, a := range args {
		if strings.HasPrefix(a, "-") {
			return wrongUsage(fmt.Errorf("%q is no package", a), "go vet would take it for a flag of its own")
		}
	}
	return v.checkNames()
}

// changes asks git what has changed; nil stands for everything.
func (v *vetCommand) changes(ctx context.Context) (vet.Changes, error) {
	if v.since == "" {
		return nil, nil
	}
	git, err := exec.LookPath("git")
	if err != nil {
		return nil, &problem{code: exitFailed, err: errors.New("--since: there is no git in PATH"), hints: []string{"install git, or leave --since out"}}
	}
	changed, err := vet.Since(ctx, git, v.env.Dir, v.since, v.env.Environ)
	if err != nil {
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		return nil, &problem{code: exitFailed, err: fmt.Errorf("--since: %w", err), hints: []string{"give a commit, a branch or a tag of this repository"}}
	}
	return changed, nil
}

// found is what a run has found, and the limits that hold.
type found struct {
	report.Document
	limits   map[string]limits   // by package: modules of a workspace have their own
	rules    map[string][]string // by package, those that were looked for
	sources  map[string]string   // hex SHA-256 of files with fixes, absolute
	packages []string            // those that were looked at
	coverage []spancoverage.Coverage
}

// shown returns the findings within the limits, what is suppressed too.
func (f *found) shown() []report.Finding {
	return slices.DeleteFunc(slices.Clone(f.Findings), func(one report.Finding) bool { return !f.limits[one.Package].shows(one) })
}

// fails reports whether one of the findings that are shown makes gen vet fail.
func (f *found) fails() bool {
	return slices.ContainsFunc(f.shown(), func(one report.Finding) bool {
		return one.Suppressed == nil && f.limits[one.Package].fails(one)
	})
}

// add takes what was found in a part.
func (f *found) add(part vetPart, r *vet.Result) {
	f.Findings = append(f.Findings, r.Findings...)
	f.Unchecked = append(f.Unchecked, r.Unchecked...)
	f.packages = append(f.packages, r.Packages...)
	f.coverage = append(f.coverage, r.Coverage...)
	maps.Copy(f.sources, r.Sources)
	for _, one := range r.Findings {
		f.limits[one.Package] = part.limits
	}
	for _, name := range r.Packages {
		f.rules[name] = part.rules
	}
}

// look looks at all parts once.
func (v *vetCommand) look(ctx context.Context, parts []vetPart) (*found, error) {
	changed, err := v.changes(ctx)
	if err != nil {
		return nil, err
	}
	gocmd, err := exec.LookPath("go")
	if err != nil {
		return nil, &problem{code: exitFailed, err: errors.New("there is no go in PATH"), hints: []string{"install Go from https://go.dev/dl"}}
	}
	tool, err := os.Executable()
	if err != nil {
		return nil, err
	}
	all := &found{sources: map[string]string{}, limits: map[string]limits{}, rules: map[string][]string{}}
	all.Document = report.Document{Version: report.Version, Tool: report.Tool{Name: "gen vet", Version: release()}}
	for _, part := range parts {
		r, err := vet.Run(ctx, vet.Options{
			Tool: tool, Go: gocmd, Dir: v.env.Dir, Environ: v.env.Environ,
			Patterns: part.patterns, Tags: v.tags, Config: part.config,
			Standard: v.standard, Coverage: v.format.coverage,
		})
		if err != nil {
			return nil, v.couldNot(err)
		}
		all.add(part, r)
	}
	if changed != nil {
		all.Findings = slices.DeleteFunc(all.Findings, func(f report.Finding) bool { return !changed.Touch(f.Position) })
	}
	if v.baseline != "" && !v.writeBaseline {
		if err := v.forgive(all); err != nil {
			return nil, err
		}
	}
	v.shorten(all)
	all.Findings = report.Sorted(all.Findings)
	all.Summary = report.Total(all.Findings)
	return all, nil
}

// couldNot turns what cmd/go says into an error for a person.
func (v *vetCommand) couldNot(err error) error {
	var refused *vet.Error
	if !errors.As(err, &refused) {
		return err
	}
	for line := range strings.Lines(refused.Said) {
		note(v.env.Stderr, strings.TrimSpace(line))
	}
	return &problem{code: exitFailed, err: errors.New("go vet could not look at the packages"), hints: []string{"see that go build works on them first"}}
}
