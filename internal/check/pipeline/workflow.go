package pipeline

import (
	"cmp"
	"path"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/mintwright/mintwright/internal/check"
)

// A workflow is a file of GitHub's: jobs, or the steps of a composite action.
type workflow struct {
	file     string
	root     *yaml.Node
	isAction bool
	jobs     []job
}

// A job is a mapping below jobs.
type job struct {
	name  string
	line  int
	node  *yaml.Node
	uses  *yaml.Node // a workflow that is called, nil for none
	steps []step
}

// A step is an action that is used, or a script.
type step struct {
	node *yaml.Node
	uses *yaml.Node // nil for a script
	run  *yaml.Node // nil for an action
}

func newWorkflow(file string, root *yaml.Node) *workflow {
	w := &workflow{file: file, root: root}
	if runs := check.Lookup(root, "runs"); runs != nil && path.Dir(file) != workflows {
		w.isAction = true
		w.jobs = []job{{name: "runs", line: runs.Line, node: runs, steps: steps(runs)}}
		return w
	}
	for _, p := range pairs(check.Lookup(root, "jobs")) {
		if p.value != nil && p.value.Kind == yaml.MappingNode {
			w.jobs = append(w.jobs, job{p.key, p.line, p.value, scalar(p.value, "uses"), steps(p.value)})
		}
	}
	return w
}

func steps(n *yaml.Node) []step {
	var list []step
	for _, item := range items(check.Lookup(n, "steps")) {
		s := step{node: check.Lookup(item), uses: scalar(item, "uses"), run: scalar(item, "run")}
		if s.uses != nil || s.run != nil {
			list = append(list, s)
		}
	}
	return list
}

// scalar returns the scalar at a key, or nil.
func scalar(n *yaml.Node, key string) *yaml.Node {
	if v := check.Lookup(n, key); v != nil && v.Kind == yaml.ScalarNode {
		return v
	}
	return nil
}

// action is what a step uses, without what comes behind the @.
func (s step) action() string {
	name, _, _ := strings.Cut(text(s.uses), "@")
	return strings.ToLower(name)
}

// scripts are what a step runs: a script, or that of actions/github-script.
func (s step) scripts() []*yaml.Node {
	var list []*yaml.Node
	if s.run != nil {
		list = append(list, s.run)
	}
	if s.action() == "actions/github-script" {
		if script := scalar(check.Lookup(s.node, "with"), "script"); script != nil {
			list = append(list, script)
		}
	}
	return list
}

func (s step) line() int {
	if s.uses != nil {
		return s.uses.Line
	}
	return s.run.Line
}

// triggers are the events that start a workflow.
func (w *workflow) triggers() []string {
	on := check.Lookup(w.root, "on")
	var list []string
	for _, p := range pairs(on) {
		list = append(list, p.key)
	}
	for _, n := range texts(on, 0) {
		list = append(list, n.Value)
	}
	return list
}

// A level is what a permission allows.
type level int

const (
	none level = iota
	read
	write
)

func (l level) String() string { return [...]string{"none", "read", "write"}[l] }

// grants are permissions by their names. All is what every name has that is not named.
type grants struct {
	isSet bool
	all   level
	named map[string]level
}

func (g grants) of(scope string) level {
	return max(g.all, g.named[scope])
}

// scopes lists what is named, in order.
func (g grants) scopes() []string {
	var list []string
	for scope := range g.named {
		list = append(list, scope)
	}
	slices.Sort(list)
	return list
}

func granted(n *yaml.Node) grants {
	n = check.Lookup(n)
	g := grants{isSet: n != nil, named: map[string]level{}}
	switch text(n) {
	case "write-all":
		g.all = write
	case "read-all":
		g.all = read
	}
	for _, p := range pairs(n) {
		switch text(p.value) {
		case "read":
			g.named[p.key] = read
		case "write":
			g.named[p.key] = write
		}
	}
	return g
}

// grants are those that a job has: its own, or those of the workflow.
func (w *workflow) grants(jb job) grants {
	if g := granted(check.Lookup(jb.node, "permissions")); g.isSet {
		return g
	}
	return granted(check.Lookup(w.root, "permissions"))
}

// variable returns what a variable of the environment is for a step, as far as it stands there.
func (w *workflow) variable(jb job, s step, name string) string {
	value, _ := check.LookupString(s.node, "env", name)
	ofJob, _ := check.LookupString(jb.node, "env", name)
	ofAll, _ := check.LookupString(w.root, "env", name)
	return cmp.Or(value, ofJob, ofAll)
}
