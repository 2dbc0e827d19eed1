// Package pipeline is the area "pipeline" of gen check: whether what checks, builds and releases
// the service can be trusted with it. Actions and images are pinned, tokens may do what they are
// needed for, no stranger's text gets into a script, the checks are there and count, and what is
// released is scanned, signed and attested.
//
// It reads GitHub's workflows and GitLab's pipeline, those that gen made and others beside them.
// The rules are those of GitHub's page on secure use of Actions, of OpenSSF Scorecard and of SLSA
// 1.2. What hangs on settings of the repository is not to be seen here and is listed.
package pipeline

import (
	"context"
	"errors"
	"io/fs"
	"path"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/mintwright/mintwright/internal/check"
)

const (
	area      = "pipeline"
	workflows = ".github/workflows"
	gitlabCI  = ".gitlab-ci.yml"
)

// Area returns the area.
func Area() check.Area {
	return check.Area{
		Name: area, Summary: "workflows, what they may do and whom they trust, and dependency updates", Rules: rules(),
		Check: func(_ context.Context, s *check.Service) ([]check.Result, []check.Unchecked, error) {
			j := &judge{Told: check.Told{Area: area}, s: s}
			err := j.judge()
			return j.Results, j.Unchecked, err
		},
	}
}

type judge struct {
	check.Told
	s *check.Service
}

func (j *judge) judge() error {
	files, err := j.s.List(".github")
	if err != nil {
		return err
	}
	var all []*workflow
	has := false
	for _, name := range files {
		isWorkflow := path.Dir(name) == workflows && check.HasExt(name, ".yml", ".yaml")
		isAction := !isWorkflow && (path.Base(name) == "action.yml" || path.Base(name) == "action.yaml")
		if !isWorkflow && !isAction {
			continue
		}
		has = has || isWorkflow
		if root := j.yaml(name); root != nil {
			w := newWorkflow(name, root)
			if isWorkflow && len(w.jobs) == 0 {
				j.Say(invalid.At(name, root.Line, "it has no jobs"))
			}
			all = append(all, w)
		}
	}
	gitlab := j.s.Has(gitlabCI)
	switch {
	case j.s.Answers.CI == "github" && !has:
		j.Say(missing.At("", 0, "there is no workflow, and mintwright.yaml says ci: github").As(check.Finding).
			Do("bring %s back, or write ci: none into mintwright.yaml", workflows))
	case j.s.Answers.CI == "gitlab" && !gitlab:
		j.Say(missing.At("", 0, "there is no %s, and mintwright.yaml says ci: gitlab", gitlabCI).As(check.Finding).
			Do("bring %s back, or write ci: none into mintwright.yaml", gitlabCI))
	case !has && !gitlab:
		j.Say(missing.At("", 0, "nothing checks a change"))
	}
	if has {
		j.github(all)
		j.Skip("the repository's settings", "rules for branches and tags, secrets and variables are known to GitHub alone")
	}
	if gitlab {
		if root := j.yaml(gitlabCI); root != nil {
			j.gitlab(root)
		}
		j.Skip("the project's settings", "protected branches and tags, and variables, are known to GitLab alone")
	}
	if has || gitlab {
		j.builds()
		j.updates(has)
	}
	return nil
}

// yaml returns the mapping that a file holds; nil, and a result, where it holds none.
func (j *judge) yaml(name string) *yaml.Node {
	content, err := j.s.Read(name)
	if err != nil {
		if !errors.Is(err, fs.ErrNotExist) {
			j.Skip(name, "%v", err)
		}
		return nil
	}
	roots, err := check.Parse(content)
	switch {
	case err != nil:
		first, _, _ := strings.Cut(err.Error(), "\n")
		j.Say(invalid.At(name, 0, "%s", strings.TrimPrefix(first, "yaml: ")))
		return nil
	case len(roots) == 0:
		j.Say(invalid.At(name, 0, "it holds nothing"))
		return nil
	case roots[0].Kind != yaml.MappingNode:
		j.Say(invalid.At(name, roots[0].Line, "it is no mapping"))
		return nil
	}
	return roots[0]
}

// builds looks at what the pipelines run beside their own files.
func (j *judge) builds() {
	for _, name := range []string{"Dockerfile", "Makefile"} {
		content, err := j.s.Read(name)
		if err != nil {
			continue
		}
		j.script(name, func(i int) int { return i + 1 }, string(content))
	}
}

// A pair is a key and its value in a mapping.
type pair struct {
	key   string
	line  int
	value *yaml.Node
}

// pairs returns what a mapping holds, in its order.
func pairs(n *yaml.Node) []pair {
	n = check.Lookup(n)
	if n == nil || n.Kind != yaml.MappingNode {
		return nil
	}
	var list []pair
	for i := 0; i+1 < len(n.Content); i += 2 {
		list = append(list, pair{n.Content[i].Value, n.Content[i].Line, check.Lookup(n.Content[i+1])})
	}
	return list
}

// items returns what a sequence holds.
func items(n *yaml.Node) []*yaml.Node {
	n = check.Lookup(n)
	if n == nil || n.Kind != yaml.SequenceNode {
		return nil
	}
	return n.Content
}

// text is a scalar as text, "" for anything else.
func text(n *yaml.Node) string {
	value, _ := check.LookupString(n)
	return value
}

// texts are a scalar, or the scalars of a sequence however deep, as lists of commands may be.
func texts(n *yaml.Node, depth int) []*yaml.Node {
	n = check.Lookup(n)
	switch {
	case n == nil || depth > 4:
		return nil
	case n.Kind == yaml.ScalarNode:
		return []*yaml.Node{n}
	}
	var list []*yaml.Node
	for _, item := range items(n) {
		list = append(list, texts(item, depth+1)...)
	}
	return list
}

// lineOf returns where the line i of a scalar stands in its file.
func lineOf(n *yaml.Node) func(i int) int {
	return func(i int) int {
		if n.Style&yaml.LiteralStyle != 0 {
			return n.Line + 1 + i
		}
		return n.Line
	}
}

// short is foreign text in a message: on one line, and not long.
func short(s string) string {
	const most = 80
	s = strings.Join(strings.Fields(s), " ")
	if runes := []rune(s); len(runes) > most {
		s = string(runes[:most]) + "…"
	}
	return s
}

// union returns what is in one of the lists, once.
func union(lists ...[]string) []string {
	all := slices.Concat(lists...)
	slices.Sort(all)
	return slices.Compact(all)
}
