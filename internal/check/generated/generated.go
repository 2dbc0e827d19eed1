// Package generated is the area "generated" of gen check: whether what gen's verbs make of other
// files in the service is what they would make now. Everything is made anew in memory, and
// compared.
package generated

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"path"
	"regexp"
	"slices"
	"strings"

	"golang.org/x/mod/modfile"

	"github.com/mintwright/mintwright/generators/answers"
	"github.com/mintwright/mintwright/generators/chart"
	"github.com/mintwright/mintwright/generators/proto"
	"github.com/mintwright/mintwright/generators/render"
	"github.com/mintwright/mintwright/internal/check"
	"github.com/mintwright/mintwright/internal/lock"
	"github.com/mintwright/mintwright/internal/tree"
)

const (
	area   = "generated"
	schema = ".mintwright/schema.json"
	folder = "deploy/chart"
)

var (
	invalidProto = check.Rule{
		ID: "generated.proto-invalid", Severity: check.Finding,
		Summary: "a .proto file cannot be compiled",
		Why:     "The Go beside it is of an older contract; nothing can be made of this one.",
		Remedy:  "correct it, then run go generate in its folder",
	}
	staleProto = check.Rule{
		ID: "generated.proto-stale", Severity: check.Finding,
		Summary: "the Go of a .proto file is not what gen proto makes of it",
		Why:     "The service speaks another contract than the file says, and so do its clients when they are made of the file.",
		Remedy:  "run gen proto",
	}
	orphan = check.Rule{
		ID: "generated.proto-orphan", Severity: check.Finding,
		Summary: "the Go of a .proto file is there, and the file is not",
		Why:     "What is left of a contract that was removed still compiles, and is served.",
		Remedy:  "remove it, or bring the .proto file back",
	}
	invalidLine = check.Rule{
		ID: "generated.line-invalid", Severity: check.Finding,
		Summary: "a go:generate line of gen cannot be run",
		Why:     "What it made once is of an older interface or registry; nothing can be made of this one.",
		Remedy:  "correct it, then run gen generate",
	}
	staleOutput = check.Rule{
		ID: "generated.output-stale", Severity: check.Finding,
		Summary: "the output of a go:generate line of gen is not what it makes now",
		Why:     "The code does what an interface, its comments or a registry said once.",
		Remedy:  "run gen generate for all packages",
	}
	staleReadme = check.Rule{
		ID: "generated.chart-readme-stale", Severity: check.Finding,
		Summary: "the chart's README does not tell of its values as they are",
		Why:     "Who installs the chart reads defaults there that do not hold.",
		Remedy:  "run gen chart docs",
	}
	staleSchema = check.Rule{
		ID: "generated.schema-stale", Severity: check.Finding,
		Summary: ".mintwright/schema.json is not the schema of this gen's mintwright.yaml",
		Why:     "Editors complete and check mintwright.yaml by it.",
		Remedy:  "bring it back from the history as gen wrote it",
	}
)

// Area returns the area.
func Area() check.Area {
	return check.Area{
		Name: area, Summary: "files that gen makes of others, against what it would make of them now",
		Rules: []check.Rule{invalidProto, staleProto, orphan, invalidLine, staleOutput, staleReadme, staleSchema}, Alone: true,
		Check: func(ctx context.Context, s *check.Service) ([]check.Result, []check.Unchecked, error) {
			j := &judge{Told: check.Told{Area: area}, s: s, compared: map[string]bool{}}
			err := errors.Join(j.contracts(ctx), j.lines(ctx), j.schema())
			j.readme()
			return j.Results, j.Unchecked, err
		},
	}
}

type judge struct {
	check.Told
	s        *check.Service
	compared map[string]bool // folders whose .proto files were looked at
}

// contracts judges the folders in which go generate runs gen proto. Others may have their Go from
// another compiler.
func (j *judge) contracts(ctx context.Context) error {
	files, err := j.s.List(".")
	if err != nil {
		j.Skip("Go that is made of .proto files", "%v", err)
	}
	folders := map[string][]string{}
	for _, f := range files {
		if strings.HasSuffix(f, ".proto") || strings.HasSuffix(f, ".go") {
			folders[path.Dir(f)] = append(folders[path.Dir(f)], path.Base(f))
		}
	}
	for _, dir := range slices.Sorted(maps.Keys(folders)) {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if !slices.ContainsFunc(folders[dir], func(name string) bool { return strings.HasSuffix(name, ".proto") || strings.HasSuffix(name, ".pb.go") }) {
			continue
		}
		j.contract(dir, folders[dir])
	}
	return nil
}

// directive is a go:generate comment that runs gen proto; the rest of it are its arguments.
func directive() *regexp.Regexp {
	return regexp.MustCompile(`(?m)^//go:generate\s+(?:\S*/)?gen proto\b(.*)$`)
}

func (j *judge) contract(dir string, names []string) {
	runs, args := false, ""
	for _, name := range names {
		if !strings.HasSuffix(name, ".go") || strings.HasSuffix(name, ".pb.go") {
			continue
		}
		content, err := j.s.Read(path.Join(dir, name))
		if err != nil {
			continue // who compiles it will say so
		}
		if found := directive().FindSubmatch(content); found != nil {
			runs, args = true, strings.TrimSpace(string(found[1]))
		}
	}
	switch {
	case !runs:
		return
	case args != "" && j.s.Folder != "":
		return // it is judged with the other lines
	case args != "":
		j.Skip(dir, "its go:generate gives gen proto arguments (%s); run gen proto --check with them", args)
		return
	}
	j.compared[dir] = true
	j.compare(dir, names)
}

func (j *judge) compare(dir string, names []string) {
	var protos []string
	for _, name := range names {
		base, isGo := strings.CutSuffix(name, ".pb.go")
		base = strings.TrimSuffix(base, "_grpc") + ".proto"
		switch {
		case strings.HasSuffix(name, ".proto"):
			protos = append(protos, name)
		case isGo && !slices.Contains(names, base):
			j.Say(orphan.At(path.Join(dir, name), 0, "there is no %s", base))
		}
	}
	root, made, err := j.generate(dir, protos)
	faults := proto.Faults(err)
	for _, f := range faults {
		j.Say(invalidProto.At(path.Join(root, f.File), f.Line, "%s", f.Problem).Do("%s", f.Remedy))
	}
	if err != nil && faults == nil {
		j.Skip(dir, "%v", err)
		return
	}
	for _, f := range made {
		name := path.Join(root, f.Path)
		content, err := j.s.Read(name)
		switch {
		case errors.Is(err, fs.ErrNotExist):
			j.Say(staleProto.At(name, 0, "it was not made yet").Do("run gen proto %s", dir))
		case err != nil:
			j.Skip(name, "%s", check.Reason(err))
		case !check.SameText(content, f.Content):
			j.Say(staleProto.At(name, 0, "it is not what gen proto makes of %s", source(f.Path)).Do("run gen proto %s", dir))
		}
	}
}

// source is the name of the .proto file that Go was made of.
func source(name string) string {
	return strings.TrimSuffix(strings.TrimSuffix(path.Base(name), ".pb.go"), "_grpc") + ".proto"
}

// generate makes the Go of the .proto files of a folder; paths start at root, where imports do.
func (j *judge) generate(dir string, names []string) (root string, made []tree.File, err error) {
	module, modulePath, err := j.module(dir)
	if err != nil {
		return "", nil, err
	}
	below := within(module, dir)
	importRoot := proto.ImportRoot(below)
	root = path.Join(module, importRoot)
	var files []string
	for _, name := range names {
		files = append(files, path.Join(within(root, dir), name))
	}
	made, err = proto.Generate(j.s.Sub(root), proto.Options{Base: path.Join(modulePath, importRoot)}, files...)
	return root, made, err
}

// module finds the module that a folder lies in, within the service.
func (j *judge) module(dir string) (folder, modulePath string, err error) {
	for at := dir; ; at = path.Dir(at) {
		content, err := j.s.Read(path.Join(at, "go.mod"))
		switch {
		case err == nil:
			if p := modfile.ModulePath(content); p != "" {
				return at, p, nil
			}
			return "", "", fmt.Errorf("%s names no module", path.Join(at, "go.mod"))
		case !errors.Is(err, fs.ErrNotExist):
			return "", "", err
		case at == ".":
			return "", "", errors.New("there is no go.mod in the service")
		}
	}
}

// within is name as seen from a folder above it, or from itself.
func within(above, name string) string {
	if above == "." {
		return name
	}
	if rest := strings.TrimPrefix(strings.TrimPrefix(name, above), "/"); rest != "" {
		return rest
	}
	return "."
}

// readme judges the README of the chart.
func (j *judge) readme() {
	name := folder + "/README.md"
	var files [3][]byte
	for i, file := range []string{folder + "/Chart.yaml", folder + "/values.yaml", name} {
		content, err := j.s.Read(file)
		switch {
		case errors.Is(err, fs.ErrNotExist) && file != name:
			return // there is no chart, of which the area cluster tells
		case err != nil && !errors.Is(err, fs.ErrNotExist):
			j.Skip(name, "%v", err)
			return
		}
		files[i] = content
	}
	want, err := chart.Readme(files[0], files[1])
	switch {
	case err != nil:
		j.Skip(name, "%v", err) // the area cluster tells what is wrong with the values
	case files[2] == nil:
		j.Say(staleReadme.At(name, 0, "it was not made yet"))
	case !check.SameText(files[2], want):
		j.Say(staleReadme.At(name, 0, "it does not tell of the values as they are in values.yaml"))
	}
}

// schema judges the schema of mintwright.yaml when this gen is the one that wrote it: another has
// another.
func (j *judge) schema() error {
	content, err := j.s.Read(lock.Path)
	if err != nil {
		return nil // the area lock tells of it
	}
	l, err := lock.Parse(content)
	if err != nil {
		return nil
	}
	blueprint, err := render.Blueprint()
	if err != nil {
		return err
	}
	if l.Gen != j.s.Release || l.Blueprint != blueprint {
		j.Skip(schema, "another gen wrote it; the area lock compares it with the lock")
		return nil
	}
	content, err = j.s.Read(schema)
	switch {
	case errors.Is(err, fs.ErrNotExist): // the area lock tells of it
	case err != nil:
		j.Skip(schema, "%v", err)
	case !check.SameText(content, answers.Schema()):
		j.Say(staleSchema.At(schema, 0, "it is not the schema of this gen's %s", check.AnswersFile))
	}
	return nil
}
