package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/mintwright/mintwright/internal/check"
	"github.com/mintwright/mintwright/internal/check/areas"
	"github.com/mintwright/mintwright/internal/names"
)

// checkCommand is one run of gen check.
type checkCommand struct {
	env        *Env
	only, skip []string
	format     struct{ json, sarif, github bool }
	explain    string
	isQuiet    bool
}

func newCheck(env *Env) *cobra.Command {
	c := &checkCommand{env: env}
	cmd := &cobra.Command{
		Use:   "check [DIR]",
		Short: "Judge a service before it is pushed",
		Long: `  gen check
  gen check --only cluster,image ../payments
  gen check --sarif > check.sarif
  gen check --explain cluster

Looks at all of a service, area by area: its answers, its code (by gen vet), what is generated,
what differs from what gen wrote, versions that have to agree, the chart as it renders and the
policies, the Dockerfile, the pipelines, and what is asked of a project. It needs no cluster and
no network, and changes nothing.

A finding has to be mended; a note should be known. What could not be looked at is listed with
the reason. The exit code is 3 when there is a finding, and 1 when an area could not be judged.`,
		Args:              atMost(1),
		ValidArgsFunction: cobra.FixedCompletions(nil, cobra.ShellCompDirectiveFilterDirs),
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := errors.Join(exclusive(cmd, "json", "sarif", "github"), exclusive(cmd, "only", "skip")); err != nil {
				return err
			}
			return c.run(cmd.Context(), args)
		},
	}
	f := cmd.Flags()
	f.SortFlags = false
	f.StringSliceVar(&c.only, "only", nil, "judge these `areas` only: "+strings.Join(areaNames(), ", "))
	f.StringSliceVar(&c.skip, "skip", nil, "leave these `areas` out")
	f.BoolVar(&c.format.json, "json", false, "print one JSON document")
	f.BoolVar(&c.format.sarif, "sarif", false, "print SARIF 2.1.0")
	f.BoolVar(&c.format.github, "github", false, "print annotations for GitHub's workflows")
	f.StringVar(&c.explain, "explain", "", "tell about a `rule` or an area; \"all\" lists the rules")
	f.BoolVarP(&c.isQuiet, "quiet", "q", false, "print the report and errors only")
	for _, name := range []string{"only", "skip"} {
		_ = cmd.RegisterFlagCompletionFunc(name, cobra.FixedCompletions(areaNames(), cobra.ShellCompDirectiveNoFileComp)) // the flags exist
	}
	return cmd
}

func areaNames() []string {
	var list []string
	for _, a := range areas.All() {
		list = append(list, a.Name)
	}
	return list
}

func (c *checkCommand) run(ctx context.Context, args []string) error {
	if c.explain != "" {
		return c.explainRule()
	}
	chosen, err := c.chosen()
	if err != nil {
		return err
	}
	dir := c.env.Dir
	if len(args) == 1 {
		dir = c.env.path(args[0])
	}
	s, root, err := check.Open(dir)
	if err != nil {
		return c.noService(dir, err)
	}
	defer root.Close()
	if s.Faulty != nil && !slices.ContainsFunc(chosen, func(a check.Area) bool { return a.Name == "answers" }) {
		chosen = append(areas.All()[:1], chosen...) // else nobody would say why so little is judged
	}
	s.Environ, s.LookPath, s.Release = c.env.Environ, exec.LookPath, release()
	if s.Gen, err = os.Executable(); err != nil {
		return err
	}
	r, err := check.Run(ctx, s, chosen)
	if err != nil {
		return err
	}
	if err := c.print(dir, r); err != nil {
		return err
	}
	return c.conclude(r)
}

// chosen returns the areas that are asked for.
func (c *checkCommand) chosen() ([]check.Area, error) {
	for _, f := range []struct {
		flag  string
		names []string
	}{{"--only", c.only}, {"--skip", c.skip}} {
		for _, name := range f.names {
			if !slices.Contains(areaNames(), name) {
				return nil, unknownArea(f.flag, name)
			}
		}
	}
	return slices.DeleteFunc(areas.All(), func(a check.Area) bool {
		return len(c.only) > 0 && !slices.Contains(c.only, a.Name) || slices.Contains(c.skip, a.Name)
	}), nil
}

func unknownArea(flag, name string) error {
	err := fmt.Errorf("%s: there is no area %q", flag, name)
	if near := names.Nearest(name, areaNames()); near != "" {
		return wrongUsage(err, fmt.Sprintf("did you mean %s?", near))
	}
	return wrongUsage(err, "the areas are "+strings.Join(areaNames(), ", "))
}

// noService says why a folder cannot be judged.
func (c *checkCommand) noService(dir string, err error) error {
	var at *fs.PathError
	switch {
	case errors.Is(err, check.ErrNoService):
		return &problem{
			code: exitFailed, err: fmt.Errorf("%s holds no service: it has no %s", dir, check.AnswersFile),
			hints: []string{"go to the folder of a service, or make one: gen new"},
		}
	case errors.Is(err, fs.ErrNotExist):
		return wrongUsage(fmt.Errorf("there is no folder %s", dir), "give the folder of a service")
	case errors.As(err, &at):
		return wrongUsage(fmt.Errorf("opening %s: %w", dir, at.Err), "give the folder of a service")
	}
	return err
}

func (c *checkCommand) print(dir string, r check.Report) error {
	w := c.env.Stdout
	base := repository(dir) // what reads these formats knows no other folder
	folder := "."
	if rel, err := filepath.Rel(base, dir); err == nil && filepath.IsLocal(rel) {
		folder = filepath.ToSlash(rel)
	}
	source := func(name string) ([]byte, error) { return os.ReadFile(filepath.Join(base, filepath.FromSlash(name))) }
	switch f := c.format; {
	case f.json:
		return check.JSON(w, r)
	case f.sarif:
		return check.SARIF(w, r, folder, source)
	case f.github:
		return check.GitHub(w, r, folder, source)
	}
	return check.Text(w, r, c.env.isColourful())
}

// conclude says how it stands, and returns the exit code as an error.
func (c *checkCommand) conclude(r check.Report) error {
	findings, notes, unchecked := len(r.Findings()), len(r.Notes()), len(r.Unchecked())
	if !c.isQuiet {
		verdict := "nothing to mend"
		if findings > 0 {
			verdict = plural(findings, "finding", "findings") + " to mend"
		}
		if notes > 0 {
			verdict += ", " + plural(notes, "note", "notes")
		}
		if unchecked > 0 {
			verdict += ", " + plural(unchecked, "thing", "things") + " not checked"
		}
		note(c.env.Stderr, verdict)
		if findings > 0 {
			hint(c.env.Stderr, "--explain RULE tells why it matters")
		}
	}
	for _, a := range r.Areas {
		if a.Err != nil {
			tell(c.env.Stderr, fmt.Sprintf("the area %s could not be judged: %v", a.Name, a.Err))
		}
	}
	switch {
	case findings > 0:
		return exitCode(exitFindings)
	case r.Failed():
		return exitCode(exitFailed)
	}
	return nil
}
