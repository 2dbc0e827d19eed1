package main

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/mintwright/mintwright/generators/chart"
	"github.com/mintwright/mintwright/generators/plan"
	"github.com/mintwright/mintwright/internal/check"
	"github.com/mintwright/mintwright/internal/disk"
)

// newChart is the command of what is done with charts.
func newChart(env *Env) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "chart",
		Short: "Keep the Helm chart of a service",
		Long: `  gen chart docs

Works on the chart of a service, in deploy/chart.`,
		Args: unknownVerb,
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(newChartDocs(env))
	return cmd
}

// chartDocs is one run of gen chart docs.
type chartDocs struct {
	env     *Env
	check   bool
	isQuiet bool
}

func newChartDocs(env *Env) *cobra.Command {
	d := &chartDocs{env: env}
	cmd := &cobra.Command{
		Use:   "docs [DIR]",
		Short: "Write the chart's README from the comments of its values",
		Long: `  gen chart docs
  gen chart docs --check
  gen chart docs ../payments

Writes the README.md of a chart: a table of all values with their defaults, made of values.yaml
and of its comments that begin with "# --", as helm-docs reads them. DIR is a service, or a
chart. What is up to date is not touched.`,
		Args:              atMost(1),
		ValidArgsFunction: cobra.FixedCompletions(nil, cobra.ShellCompDirectiveFilterDirs),
		RunE:              func(_ *cobra.Command, args []string) error { return d.run(args) },
	}
	f := cmd.Flags()
	f.SortFlags = false
	f.BoolVar(&d.check, "check", false, "write nothing; exit with 3 when the README is not up to date")
	f.BoolVarP(&d.isQuiet, "quiet", "q", false, "print errors only")
	return cmd
}

func (d *chartDocs) run(args []string) error {
	dir := d.env.Dir
	if len(args) == 1 {
		dir = d.env.path(args[0])
	}
	folder, err := chartFolder(dir)
	if err != nil {
		return err
	}
	root, err := os.OpenRoot(folder)
	if err != nil {
		return err
	}
	defer root.Close()
	s := &check.Service{FS: check.Below(root)} // whose Read is made for files of others
	want, err := readme(s)
	if err != nil {
		return err
	}
	name := filepath.Join(folder, "README.md")
	got, err := s.Read("README.md")
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	switch shown := d.shown(name); {
	case err == nil && check.SameText(got, want):
		if !d.isQuiet {
			note(d.env.Stderr, shown+" is up to date")
		}
		return nil
	case d.check:
		return &problem{code: exitFindings, err: fmt.Errorf("%s is not up to date", shown), hints: []string{"run gen chart docs without --check, and commit what it writes"}}
	}
	if len(got) > 0 && !bytes.HasPrefix(got, []byte(chart.ReadmeMark)) {
		return &problem{code: exitFailed, err: fmt.Errorf("%s was written by hand", d.shown(name)), hints: []string{"move it away first; what it should say of the values belongs into the comments of values.yaml"}}
	}
	if err := disk.Save(name, want); err != nil {
		return err
	}
	if !d.isQuiet {
		note(d.env.Stderr, "wrote "+d.shown(name))
	}
	return nil
}

// readme makes the README of a chart.
func readme(s *check.Service) ([]byte, error) {
	about, err := s.Read("Chart.yaml")
	if err != nil {
		return nil, err
	}
	values, err := s.Read("values.yaml")
	if err != nil {
		return nil, err
	}
	text, err := chart.Readme(about, values)
	if err != nil {
		return nil, &problem{code: exitFailed, err: err, hints: []string{"see that helm lint reads it"}}
	}
	return text, nil
}

// chartFolder is that of the chart in a service, or dir itself when it is one.
func chartFolder(dir string) (string, error) {
	for _, folder := range []string{dir, filepath.Join(dir, filepath.FromSlash(plan.ChartFolder))} {
		if info, err := os.Stat(filepath.Join(folder, "Chart.yaml")); err == nil && info.Mode().IsRegular() {
			return folder, nil
		}
	}
	return "", &problem{
		code: exitFailed, err: fmt.Errorf("there is no chart in %s", dir),
		hints: []string{"go to the folder of a service, which has " + path.Join(plan.ChartFolder, "Chart.yaml")},
	}
}

// shown is a path as the person sees it from where they stand.
func (d *chartDocs) shown(name string) string {
	if rel, err := filepath.Rel(d.env.Dir, name); err == nil && filepath.IsLocal(rel) {
		name = rel
	}
	return filepath.ToSlash(name)
}
