package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/mintwright/mintwright/analyzers/spancoverage"
	"github.com/mintwright/mintwright/generators/answers"
	"github.com/mintwright/mintwright/internal/baseline"
	"github.com/mintwright/mintwright/internal/disk"
	"github.com/mintwright/mintwright/internal/report"
	"github.com/mintwright/mintwright/internal/vet"
)

// vetCommand is one run of gen vet.
type vetCommand struct {
	env *Env

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

Looks at packages, by default at all in and below this folder or at all of a workspace, for
spans that are not ended, broken traces, keys that left the semantic conventions, unsafe TLS,
plaintext, and SPIFFE identities that are not checked. It works on any Go code and needs no
configuration; in a service that gen made it is strict.

Warnings and errors are shown where it is sure; --confidence and --severity show more, and
--json holds everything. The exit code is 3 when an error is shown (see --fail-on), 1 when
something could not be checked.

A comment silences a finding: //lint:ignore spanend.leak REASON on the line above, or
//nolint:spanend // REASON on the line. mintwright-vet.yaml beside go.mod holds what a team wants;
--baseline keeps what it lives with for now.

The same analyzers run as go vet -vettool=$(which gen) and go fix -fixtool=$(which gen).`,
		ValidArgsFunction: cobra.NoFileCompletions,
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := errors.Join(
				exclusive(cmd, "json", "sarif", "github", "summary"), exclusive(cmd, "coverage", "sarif", "github", "summary"),
				exclusive(cmd, "fix", "diff"), exclusive(cmd, "only", "enable"),
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
	f.StringVar(&v.since, "since", "", "only findings on lines changed since a git `revision`")
	f.StringSliceVar(&v.only, "only", nil, "look for these `rules` or analyzers only")
	f.StringSliceVar(&v.enable, "enable", nil, "look for these `rules` too")
	f.StringSliceVar(&v.disable, "disable", nil, "do not look for these `rules`")
	f.StringVar(&v.failOn, "fail-on", "", "the least `severity` that fails: error, warning, info or none (default error)")
	f.StringVar(&v.severity, "severity", "", "the least `severity` shown: error, warning or info (default warning)")
	f.StringVar(&v.confidence, "confidence", "", "the least `confidence` shown: high, medium or low (default high)")
	f.BoolVar(&v.standard, "with-standard", false, "run the analyzers of go vet too")
	f.StringVar(&v.baseline, "baseline", "", "a `file` of findings that do not count")
	f.BoolVar(&v.writeBaseline, "write-baseline", false, "write all that is found now to the --baseline file")
	f.StringVar(&v.configFile, "config", "", "a configuration `file` in place of mintwright-vet.yaml")
	f.StringVar(&v.tags, "tags", "", "build `tags`, with commas")
	f.BoolVar(&v.format.json, "json", false, "print one JSON document with everything that was found")
	f.BoolVar(&v.format.sarif, "sarif", false, "print SARIF 2.1.0")
	f.BoolVar(&v.format.github, "github", false, "print annotations for GitHub's workflows")
	f.BoolVar(&v.format.summary, "summary", false, "print how many there are by rule and by package")
	f.BoolVar(&v.format.coverage, "coverage", false, "print how many boundaries and functions have spans, by package; with --json as JSON")
	f.StringVar(&v.explain, "explain", "", "tell about a `rule` or an analyzer; \"all\" lists them")
	f.BoolVarP(&v.isQuiet, "quiet", "q", false, "print findings and errors only")
	return cmd
}

func (v *vetCommand) run(ctx context.Context, args []string) error {
	if v.explain != "" {
		return v.explainRule()
	}
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
	place, err := vet.Locate(v.env.Dir, v.env.get)
	if err != nil {
		return &problem{code: exitFailed, err: err, hints: []string{"mend the go.work, or set GOWORK=off"}}
	}
	if len(args) == 0 && place.Module == "" && place.Workspace == "" && v.env.get("GO111MODULE") != "off" {
		return &problem{code: exitFailed, err: errors.New("there is no go.mod in this folder or above it"), hints: []string{"go to a module, make one with go mod init, or name packages"}}
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
	limits   limits
	sources  map[string]string // hex SHA-256 of files with fixes, absolute
	packages []string          // those that were looked at
	coverage []spancoverage.Coverage
}

// shown returns the findings within the limits, what is suppressed too.
func (f *found) shown() []report.Finding {
	return slices.DeleteFunc(slices.Clone(f.Findings), func(one report.Finding) bool { return !f.limits.shows(one) })
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
	all := &found{sources: map[string]string{}, limits: parts[0].limits}
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
		all.Findings = append(all.Findings, r.Findings...)
		all.Unchecked = append(all.Unchecked, r.Unchecked...)
		all.packages = append(all.packages, r.Packages...)
		all.coverage = append(all.coverage, r.Coverage...)
		maps.Copy(all.sources, r.Sources)
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

// forgive marks what the baseline knows.
func (v *vetCommand) forgive(all *found) error {
	file, err := os.Open(v.env.path(v.baseline))
	if err != nil {
		if errors.Is(err, os.ErrNotExist) {
			return &problem{code: exitFailed, err: fmt.Errorf("there is no baseline %s", v.baseline), hints: []string{"write one with --write-baseline"}}
		}
		return err
	}
	defer file.Close()
	entries, err := baseline.Read(v.baseline, file)
	if err != nil {
		return err
	}
	// What was not looked for cannot be stale.
	all.Findings, all.Stale = baseline.Apply(all.Findings, entries, func(e report.Entry) bool {
		return v.since == "" && len(v.only) == 0 && slices.Contains(all.packages, e.Package)
	})
	return nil
}

// keep writes the baseline.
func (v *vetCommand) keep(all *found) error {
	entries := baseline.Of(all.shown())
	var text strings.Builder
	if err := baseline.Write(&text, entries); err != nil {
		return err
	}
	if err := disk.Save(v.env.path(v.baseline), []byte(text.String())); err != nil {
		return err
	}
	if !v.isQuiet {
		note(v.env.Stderr, fmt.Sprintf("wrote %s to %s", plural(len(entries), "finding", "findings"), v.baseline))
	}
	return v.incomplete(all)
}

// base is the folder that files are told from: the working folder, and for GitHub the one of
// the repository.
func (v *vetCommand) base() string {
	if v.format.github || v.format.sarif {
		for dir := v.env.Dir; ; dir = filepath.Dir(dir) {
			if _, err := os.Lstat(filepath.Join(dir, ".git")); err == nil {
				return dir
			}
			if dir == filepath.Dir(dir) {
				break
			}
		}
	}
	return v.env.Dir
}

// shorten makes the files relative to the base where they lie in it.
func (v *vetCommand) shorten(all *found) {
	short := func(p *report.Position) { p.File = v.relative(p.File) }
	for i := range all.Findings {
		f := &all.Findings[i]
		short(&f.Position)
		for j := range f.Related {
			short(&f.Related[j].Position)
		}
		for j := range f.Fixes {
			for k := range f.Fixes[j].Edits {
				e := &f.Fixes[j].Edits[k]
				e.File = v.relative(e.File)
			}
		}
	}
}

func (v *vetCommand) relative(file string) string {
	rel, err := filepath.Rel(v.base(), file)
	if err != nil || !filepath.IsLocal(rel) {
		return filepath.ToSlash(file)
	}
	return filepath.ToSlash(rel)
}

// source reads a file that a finding names.
func (v *vetCommand) source(file string) ([]byte, error) {
	name := filepath.FromSlash(file)
	if !filepath.IsAbs(name) {
		name = filepath.Join(v.base(), name)
	}
	return os.ReadFile(name)
}

// tell prints what was found, and returns the exit code as an error.
func (v *vetCommand) tell(all *found) error {
	shown := all.shown()
	if err := v.print(all, shown); err != nil {
		return err
	}
	for _, e := range all.Stale {
		note(v.env.Stderr, fmt.Sprintf("the baseline knows %s in %s, %s, which is not found any more", e.Rule, e.Package, cmp.Or(e.Function, "outside of functions")))
	}
	if len(all.Stale) > 0 {
		hint(v.env.Stderr, "write the baseline anew with --write-baseline")
	}
	unchecked := v.incomplete(all)
	failing := slices.ContainsFunc(shown, func(f report.Finding) bool { return f.Suppressed == nil && all.limits.fails(f) })
	if failing && !v.format.coverage { // which shows no findings
		return exitCode(exitFindings)
	}
	return unchecked
}

// remind says what a service allows that is unsafe, each with the reason given for it.
func (v *vetCommand) remind(modules []string) {
	for _, m := range modules {
		name := filepath.Join(m, "mintwright.yaml")
		text, err := os.ReadFile(name)
		if err != nil {
			continue // no service of ours
		}
		a, err := answers.Parse(v.relative(name), text)
		if err != nil {
			note(v.env.Stderr, fmt.Sprintf("%s could not be read: %v", v.relative(name), each(err)[0]))
			continue
		}
		for _, u := range a.Unsafe {
			note(v.env.Stderr, fmt.Sprintf("%s allows %s: %s", v.relative(name), u.Choice, u.Reason))
		}
	}
}

func (v *vetCommand) print(all *found, shown []report.Finding) error {
	w := v.env.Stdout
	switch f := v.format; {
	case f.coverage:
		return v.printCoverage(all)
	case f.json:
		return report.JSON(w, all.Document)
	case f.sarif:
		all.Document.Findings = shown
		return report.SARIF(w, all.Document, report.SARIFOptions{Rules: reportRules(), Source: v.source, Baseline: v.baseline != ""})
	case f.github:
		return report.GitHub(w, shown, v.source)
	case f.summary:
		return report.Summary(w, shown)
	case v.diff:
		return v.printDiff(all)
	}
	colour := v.env.IsTerminal(v.env.Stdout) && v.env.get("NO_COLOR") == "" && v.env.get("TERM") != "dumb"
	if err := report.Text(w, shown, v.source, colour); err != nil {
		return err
	}
	if len(all.packages) > 0 {
		v.conclude(shown)
	}
	return nil
}

// conclude says on standard error how many there are and what to do with them.
func (v *vetCommand) conclude(shown []report.Finding) {
	if v.isQuiet {
		return
	}
	total := report.Total(shown)
	sum := total.Errors + total.Warnings + total.Infos
	if sum == 0 {
		if total.Suppressed > 0 {
			note(v.env.Stderr, fmt.Sprintf("nothing found, %d suppressed", total.Suppressed))
		} else {
			note(v.env.Stderr, "nothing found")
		}
		return
	}
	text := fmt.Sprintf("%s in %s", plural(sum, "finding", "findings"), plural(len(packagesOf(shown)), "package", "packages"))
	if total.Suppressed > 0 {
		text += fmt.Sprintf(", %d more suppressed", total.Suppressed)
	}
	note(v.env.Stderr, text)
	if total.Fixable > 0 {
		hint(v.env.Stderr, fmt.Sprintf("--fix repairs %d of them, --diff shows how", total.Fixable))
	}
	hint(v.env.Stderr, "--explain RULE tells why it matters")
}

func packagesOf(findings []report.Finding) []string {
	var names []string
	for _, f := range findings {
		if f.Suppressed == nil {
			names = append(names, f.Package)
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// incomplete tells what could not be checked.
func (v *vetCommand) incomplete(all *found) error {
	for _, u := range all.Unchecked {
		tell(v.env.Stderr, fmt.Sprintf("%s could not be checked: %s", u.Package, strings.ReplaceAll(u.Reason, v.env.Dir+string(filepath.Separator), "")))
	}
	if len(all.Unchecked) > 0 {
		hint(v.env.Stderr, "see that they and their tests compile; all others were checked")
		return exitCode(exitFailed)
	}
	return nil
}
