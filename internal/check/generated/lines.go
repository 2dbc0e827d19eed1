package generated

import (
	"context"
	"errors"
	"io/fs"
	"path/filepath"
	"slices"
	"strings"

	"github.com/mintwright/mintwright/internal/check"
	"github.com/mintwright/mintwright/internal/fault"
	"github.com/mintwright/mintwright/internal/generate"
)

// lines judges the output of the other go:generate lines of gen. They need the folder itself: the
// go command lists packages there.
func (j *judge) lines(ctx context.Context) error {
	const what = "what go:generate lines of gen make"
	if j.s.Folder == "" || !j.s.Has("go.mod") {
		return nil
	}
	found, err := generate.Find(generate.Search{Dir: j.s.Folder, Environ: j.s.Environ, Patterns: []string{"./..."}, Release: j.s.Release})
	list := slices.DeleteFunc(found.Directives, func(d generate.Directive) bool {
		return len(d.Args) == 1 && d.Args[0] == "proto" && j.compared[j.below(d.Dir)]
	})
	switch {
	case err != nil:
		return j.faulty(what, err)
	case len(list) == 0:
		return nil
	case j.s.Program("go") == "":
		j.Skip(what, "there is no go in PATH")
		return nil
	}
	made, err := generate.Make(ctx, generate.Options{Environ: j.s.Environ}, list)
	if ctx.Err() != nil {
		return ctx.Err()
	}
	for _, r := range made.Results {
		for _, f := range r.Files {
			j.output(r, j.below(r.Path(f.Path)), f.Content)
		}
	}
	return j.faulty(what, err)
}

// output compares one file with what would be made now.
func (j *judge) output(r generate.Result, name string, want []byte) {
	content, err := j.s.Read(name)
	line := j.below(r.Place())
	switch {
	case errors.Is(err, fs.ErrNotExist):
		j.Say(staleOutput.At(name, 0, "it was not made yet, by line %d of %s", r.Line, line).Do("run gen generate ./%s", j.below(r.Dir)))
	case err != nil:
		j.Skip(name, "%s", check.Reason(err))
	case !check.SameText(content, want):
		j.Say(staleOutput.At(name, 0, "it is not what line %d of %s makes now", r.Line, line).Do("run gen generate ./%s", j.below(r.Dir)))
	}
}

// faulty tells of the lines that cannot be run.
func (j *judge) faulty(what string, err error) error {
	if err == nil {
		return nil
	}
	list := fault.All(err)
	if list == nil {
		j.Skip(what, "%v", err)
	}
	for _, f := range list {
		file := ""
		if f.File != "" {
			file = j.below(f.File)
		}
		j.Say(invalidLine.At(file, f.Line, "%s", j.without(f.Problem)).Do("%s", j.without(f.Remedy)))
	}
	return nil
}

// below is a path as seen from the service.
func (j *judge) below(name string) string {
	rel, err := filepath.Rel(j.s.Folder, name)
	if err != nil {
		return filepath.ToSlash(name)
	}
	return filepath.ToSlash(rel)
}

// without leaves the place of the service out of a text.
func (j *judge) without(text string) string {
	return strings.ReplaceAll(text, j.s.Folder+string(filepath.Separator), "")
}
