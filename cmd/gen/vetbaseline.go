package main

import (
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"

	"github.com/mintwright/mintwright/internal/baseline"
	"github.com/mintwright/mintwright/internal/disk"
	"github.com/mintwright/mintwright/internal/report"
)

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
		return v.since == "" && (slices.Contains(all.rules[e.Package], e.Rule) || v.standard && strings.HasPrefix(e.Rule, "vet."))
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
