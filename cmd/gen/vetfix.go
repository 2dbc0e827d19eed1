package main

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"path/filepath"
	"slices"

	"github.com/mintwright/mintwright/internal/disk"
	"github.com/mintwright/mintwright/internal/fix"
	"github.com/mintwright/mintwright/internal/vet"
)

// repair applies the fixes of what is shown, looks again, as long as there are such that could
// not be made together with others, and tells what is left.
func (v *vetCommand) repair(ctx context.Context, place vet.Place, parts []vetPart) error {
	const rounds = 5
	done, files := 0, map[string]bool{}
	for range rounds {
		all, err := v.look(ctx, parts)
		if err != nil {
			return err
		}
		made := v.fixes(all)
		if len(made.Files) == 0 {
			for _, left := range made.Left {
				note(v.env.Stderr, fmt.Sprintf("%s: %s was not repaired: %s", left.Finding.Position, left.Finding.Rule, left.Reason))
			}
			if done > 0 && !v.isQuiet {
				note(v.env.Stderr, fmt.Sprintf("repaired %s in %s", plural(done, "finding", "findings"), plural(len(files), "file", "files")))
			}
			return v.tell(all)
		}
		if err := v.rewrite(ctx, place, made.Files); err != nil {
			return err
		}
		done += len(made.Applied)
		for _, f := range made.Files {
			files[f.Name] = true
		}
	}
	return &problem{
		code: exitFailed, err: fmt.Errorf("after %d rounds of repairs there are still some to make", rounds),
		hints: []string{"look at what has changed, and run gen vet --fix again"},
	}
}

// fixes returns what the fixes of all that is shown make of the files.
func (v *vetCommand) fixes(all *found) fix.Result {
	sums := map[string]string{}
	for name, sum := range all.sources {
		sums[v.relative(name)] = sum
	}
	return fix.Apply(all.shown(), v.source, sums)
}

// rewrite writes files that have changed, module by module.
func (v *vetCommand) rewrite(ctx context.Context, place vet.Place, files []fix.File) error {
	byModule := map[string][]disk.Change{}
	for _, f := range files {
		name := v.absolute(f.Name)
		module, rel := filepath.Dir(name), filepath.Base(name)
		for _, m := range place.Modules {
			if r, err := filepath.Rel(m, name); err == nil && filepath.IsLocal(r) && len(r) > len(rel) {
				module, rel = m, r
			}
		}
		byModule[module] = append(byModule[module], disk.Change{Path: filepath.ToSlash(rel), Old: f.Old, New: f.New})
	}
	for _, module := range slices.Sorted(maps.Keys(byModule)) {
		if _, err := disk.Rewrite(ctx, module, byModule[module]); err != nil {
			return unwritten(err)
		}
	}
	return nil
}

// unwritten says what to do about a file that could not be rewritten.
func unwritten(err error) error {
	for _, known := range []struct {
		reason error
		hint   string
	}{
		{disk.ErrChanged, "nothing is lost; run gen vet --fix again"},
		{disk.ErrReadOnly, "make it writable, or leave it out with exclude in mintwright-vet.yaml"},
		{disk.ErrSymlink, "mend the file that it points to"},
		{disk.ErrFull, "make room"},
	} {
		if errors.Is(err, known.reason) {
			return &problem{code: exitFailed, err: fmt.Errorf("repairing: %w", err), hints: []string{known.hint}}
		}
	}
	return fmt.Errorf("repairing: %w", err)
}

// printDiff shows what --fix would change at first.
func (v *vetCommand) printDiff(all *found) error {
	made := v.fixes(all)
	for _, f := range made.Files {
		if _, err := v.env.Stdout.Write(fix.Diff(f)); err != nil {
			return err
		}
	}
	for _, left := range made.Left {
		note(v.env.Stderr, fmt.Sprintf("%s: %s: %s", left.Finding.Position, left.Finding.Rule, left.Reason))
	}
	if len(made.Files) > 0 {
		return exitCode(exitFindings)
	}
	return nil
}
