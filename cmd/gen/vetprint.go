package main

import (
	"cmp"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/mintwright/mintwright/generators/answers"
	"github.com/mintwright/mintwright/internal/report"
)

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
	if all.fails() && !v.format.coverage { // which shows no findings
		return exitCode(exitFindings)
	}
	return unchecked
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
	if err := report.Text(w, shown, v.source, v.env.isColourful()); err != nil {
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
