package versions

import (
	"errors"
	"go/version"
	"io/fs"
	"regexp"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"
	"golang.org/x/mod/modfile"

	"github.com/mintwright/mintwright/internal/check"
	"github.com/mintwright/mintwright/internal/lock"
)

const (
	dockerfile = "Dockerfile"
	gitlab     = ".gitlab-ci.yml"
	workflows  = ".github/workflows"
	golangci   = ".golangci.yml"
)

// goFile reads go.mod; nil when it cannot be.
func (j *judge) goFile() *modfile.File {
	content, err := j.s.Read("go.mod")
	if err != nil {
		if !errors.Is(err, fs.ErrNotExist) { // of which the area code tells
			j.Skip("go.mod", "%v", err)
		}
		return nil
	}
	file, err := modfile.ParseLax("go.mod", content, nil) // what a newer Go knows is none of our business
	if err != nil {
		first, _, _ := strings.Cut(err.Error(), "\n")
		j.Say(goMod.At("go.mod", 0, "%s", strings.TrimPrefix(first, "go.mod:")))
		return nil
	}
	return file
}

// module compares the module's path where it stands.
func (j *judge) module() {
	file := j.goFile()
	if file == nil || file.Module == nil {
		return
	}
	path, line := file.Module.Mod.Path, file.Module.Syntax.Start.Line
	if path != j.s.Answers.Module {
		j.Say(modulePath.At("go.mod", line, "the module is %s, and mintwright.yaml says %s", path, j.s.Answers.Module))
	}
	flag := regexp.MustCompile(`-X[ =]["']?([^"'=\s]+)\.\w+=`)
	for i, line := range strings.Split(j.text(dockerfile), "\n") {
		for _, m := range flag.FindAllStringSubmatch(line, -1) {
			if m[1] != path && m[1] != "main" && !strings.HasPrefix(m[1], path+"/") {
				j.Say(linkerVariable.At(dockerfile, i+1, "%s is no package of the module %s", m[1], path))
			}
		}
	}
}

// builder is a place that names a release of Go.
type builder struct {
	file, text string // the text as it stands there
	line       int
}

// release returns the version as package go/version has it, "" when it names none in particular.
// A release without a patch is its newest.
func (b builder) release() string {
	return "go" + regexp.MustCompile(`^[0-9]+\.[0-9]+(\.[0-9]+|(rc|beta)[0-9]+)?`).FindString(strings.TrimPrefix(b.text, "go"))
}

func (b builder) isPatch() bool { return version.Lang(b.release()) != b.release() }

// golang compares the releases of Go in the pipelines with go.mod and with the Dockerfile; that
// those two agree is the area image's.
func (j *judge) golang() {
	built := j.images(dockerfile, strings.Split(j.text(dockerfile), "\n"))
	file := j.goFile()
	for _, b := range j.pipelines() {
		switch {
		case version.Lang(b.release()) == "": // latest, stable, a digest alone
		case file != nil && file.Go != nil && b.isOlder("go"+file.Go.Version):
			j.Say(goOld.At(b.file, b.line, "Go %s is older than the %s of go.mod", b.text, file.Go.Version))
		case len(built) > 0 && version.Lang(built[0].release()) != "" && version.Lang(built[0].release()) != version.Lang(b.release()):
			j.Say(goApart.At(b.file, b.line, "Go %s, and the Dockerfile has %s", b.text, built[0].text))
		}
	}
	if file == nil || file.Go == nil {
		return
	}
	for _, root := range j.yaml(golangci) {
		if text, line := check.LookupString(root, "run", "go"); text != "" && version.Lang("go"+text) != version.Lang("go"+file.Go.Version) {
			j.Say(goApart.At(golangci, line, "Go %s, and go.mod has %s", text, file.Go.Version).Do("leave run.go out: golangci-lint reads go.mod"))
		}
	}
}

func (b builder) isOlder(want string) bool {
	if b.isPatch() {
		return version.Compare(b.release(), want) < 0
	}
	return version.Compare(b.release(), version.Lang(want)) < 0
}

// pipelines are what tests the service.
func (j *judge) pipelines() []builder {
	var list []builder
	for _, name := range j.list(workflows) {
		for _, root := range j.yaml(name) {
			list = append(list, setups(name, root)...)
		}
	}
	for _, root := range j.yaml(gitlab) {
		walk(root, func(key string, n *yaml.Node) {
			if key == "image" || key == "name" {
				list = append(list, golangImage(gitlab, n.Line, n.Value, func(name string) string {
					value, _ := check.LookupString(root, "variables", name)
					return value
				})...)
			}
		})
	}
	return list
}

// images finds the images of Go in a Dockerfile.
func (j *judge) images(file string, lines []string) []builder {
	args := map[string]string{}
	var list []builder
	for i, line := range lines {
		words := strings.Fields(line)
		if len(words) < 2 {
			continue
		}
		switch strings.ToUpper(words[0]) {
		case "ARG":
			name, value, _ := strings.Cut(words[1], "=")
			args[name] = strings.Trim(value, `"'`)
		case "FROM":
			for _, word := range words[1:] {
				list = append(list, golangImage(file, i+1, word, func(name string) string { return args[name] })...)
			}
		}
	}
	return list
}

// golangImage returns what an image of Go says, if it is one; variables stand for themselves when
// they are not known.
func golangImage(file string, line int, name string, variable func(string) string) []builder {
	name = regexp.MustCompile(`\$\{?(\w+)(?::?-[^}]*)?\}?`).ReplaceAllStringFunc(name, func(v string) string {
		return variable(regexp.MustCompile(`\w+`).FindString(v))
	})
	m := regexp.MustCompile(`(?:^|/)golang:([^@\s]+)`).FindStringSubmatch(name)
	if m == nil {
		return nil
	}
	return []builder{{file, m[1], line}}
}

// setups finds the steps of a workflow that install Go.
func setups(file string, root *yaml.Node) []builder {
	var list []builder
	jobs := check.Lookup(root, "jobs")
	for _, job := range values(jobs) {
		for _, step := range values(check.Lookup(job, "steps")) {
			uses, _ := check.LookupString(step, "uses")
			text, line := check.LookupString(step, "with", "go-version")
			if !strings.HasPrefix(uses, "actions/setup-go@") || text == "" {
				continue
			}
			if name, isVariable := environment(text); isVariable {
				for _, scope := range []*yaml.Node{step, job, root} {
					if value, at := check.LookupString(scope, "env", name); value != "" {
						text, line = value, at
						break
					}
				}
			}
			b := builder{file, text, line}
			if !slices.Contains(list, b) {
				list = append(list, b)
			}
		}
	}
	return list
}

// environment returns the name in an expression that is a variable of the environment.
func environment(text string) (string, bool) {
	m := regexp.MustCompile(`^\$\{\{\s*env\.(\w+)\s*\}\}$`).FindStringSubmatch(text)
	if m == nil {
		return "", false
	}
	return m[1], true
}

// values returns what a mapping or a sequence holds.
func values(n *yaml.Node) []*yaml.Node {
	var list []*yaml.Node
	switch {
	case n == nil:
	case n.Kind == yaml.MappingNode:
		for i := 1; i < len(n.Content); i += 2 {
			list = append(list, n.Content[i])
		}
	case n.Kind == yaml.SequenceNode:
		list = n.Content
	}
	return list
}

// walk visits the scalars in a node that have a key.
func walk(n *yaml.Node, visit func(key string, scalar *yaml.Node)) {
	if n.Kind == yaml.MappingNode {
		for i := 0; i+1 < len(n.Content); i += 2 {
			if n.Content[i+1].Kind == yaml.ScalarNode {
				visit(n.Content[i].Value, n.Content[i+1])
			}
		}
	}
	for _, inner := range n.Content {
		walk(inner, visit)
	}
}

// gen compares the releases of gen that the pipelines run with that of the lock.
func (j *judge) gen() {
	l, err := lock.Parse([]byte(j.text(lock.Path)))
	if err != nil || l.Gen == "devel" {
		return // the areas lock and pipeline tell of it
	}
	run := regexp.MustCompile(`mintwright/mintwright/cmd/gen@(v[0-9][0-9A-Za-z.+-]*)`)
	for _, name := range slices.Concat(j.list(workflows), []string{gitlab, "Makefile"}) {
		for i, line := range strings.Split(j.text(name), "\n") {
			for _, m := range run.FindAllStringSubmatch(line, -1) {
				if m[1] != l.Gen {
					j.Say(genApart.At(name, i+1, "gen %s, and %s has %s", m[1], lock.Path, l.Gen))
				}
			}
		}
	}
}
