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
	"path/filepath"
	"slices"
	"strings"
)

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

// rescue looks at what can be looked at after go vet has failed, and names the rest.
func (r *runner) rescue(ctx context.Context, said string) error {
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
		if why, ok := reasons[p.ImportPath]; ok {
			r.unchecked(p.ImportPath, why)
			continue
		}
		r.miss(p, told, untested[p.ImportPath])
	}
	if len(r.seen) == 0 && len(r.result.Unchecked) == 0 {
		return &Error{Said: strings.TrimSpace(said)}
	}
	return ctx.Err()
}

// miss names what of a sound package was not looked at. told is what cmd/go said of each;
// untested says that it was looked at without its tests.
func (r *runner) miss(p listed, told map[string]string, untested bool) {
	const imported = "a package that it imports could not be compiled"
	name, external := p.ImportPath, p.ImportPath+"_test"
	switch {
	case untested:
		r.unchecked(name+" (tests)", cmp.Or(told[name], "its tests do not compile"))
	case !r.seen[name]:
		if len(p.GoFiles)+len(p.CgoFiles)+len(p.TestGoFiles) > 0 {
			r.unchecked(name, cmp.Or(told[name], imported))
		}
	case len(p.XTestGoFiles) > 0 && !r.seen[external]:
		r.unchecked(external, cmp.Or(told[external], imported))
	}
}

// list asks cmd/go for the packages, sound or not.
func (r *runner) list(ctx context.Context) ([]listed, error) {
	args := []string{"list", "-e", "-json=ImportPath,Dir,DepOnly,GoFiles,CgoFiles,TestGoFiles,XTestGoFiles,EmbedFiles,TestEmbedFiles,XTestEmbedFiles,Error,DepsErrors"}
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
