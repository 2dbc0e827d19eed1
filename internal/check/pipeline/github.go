package pipeline

import (
	"path"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/mintwright/mintwright/internal/check"
)

// github judges workflows and composite actions.
func (j *judge) github(all []*workflow) {
	for _, w := range all {
		if !w.isAction {
			j.starts(w)
			j.given(w)
		}
		j.environment(w.file, w.root)
		for _, jb := range w.jobs {
			j.job(w, jb)
		}
	}
	for _, w := range all {
		for _, jb := range w.jobs {
			j.permissions(all, w, jb)
		}
	}
	var changes, others []script
	for _, w := range all {
		list := &others
		if isOnChange(all, w) {
			list = &changes
		}
		for _, jb := range w.jobs {
			*list = append(*list, w.scripts(jb)...)
		}
	}
	j.complete(changes, true)
	if slices.ContainsFunc(others, script.pushes) {
		j.release(others, workflows)
	} else {
		j.release(changes, workflows)
	}
}

// isOnChange reports whether a workflow runs on a change, itself or called by one that does.
func isOnChange(all []*workflow, w *workflow) bool {
	starts := func(w *workflow) bool {
		return slices.ContainsFunc(w.triggers(), func(event string) bool {
			return event == "pull_request" || event == "pull_request_target" || event == "merge_group"
		})
	}
	return w.isAction || starts(w) || slices.ContainsFunc(all, func(outer *workflow) bool {
		return starts(outer) && slices.ContainsFunc(outer.jobs, func(jb job) bool { return called(all, jb) == w })
	})
}

// starts looks at what starts a workflow.
func (j *judge) starts(w *workflow) {
	line := 0
	if on := check.Lookup(w.root, "on"); on != nil {
		line = on.Line
	}
	for _, event := range w.triggers() {
		switch event {
		case "pull_request_target", "workflow_run", "issue_comment":
			j.Say(target.At(w.file, line, "%s runs it with secrets, whoever caused it", event))
		}
	}
	if w.isRelease() && check.Lookup(w.root, "concurrency") == nil {
		j.Say(concurrency.At(w.file, line, "two releases may run at the same time"))
	}
}

// isTarget reports whether strangers start a workflow that has the repository's rights.
func (w *workflow) isTarget() bool {
	return slices.ContainsFunc(w.triggers(), func(event string) bool {
		return event == "pull_request_target" || event == "workflow_run" || event == "issue_comment"
	})
}

// isRelease reports whether tags or releases start a workflow.
func (w *workflow) isRelease() bool {
	return check.Lookup(w.root, "on", "push", "tags") != nil || check.Lookup(w.root, "on", "release") != nil
}

// given looks at the permissions of a whole workflow.
func (j *judge) given(w *workflow) {
	n := check.Lookup(w.root, "permissions")
	g := granted(n)
	if g.all != none {
		wide := permissionsWide.At(w.file, n.Line, "every job has %s", text(n))
		if g.all == read { // Scorecard lets it pass, and its own workflow has it
			wide = wide.As(check.Note)
		}
		j.Say(wide)
	}
	for _, scope := range g.scopes() {
		if g.named[scope] == write {
			_, line := check.LookupString(n, scope)
			j.Say(permissionsWide.At(w.file, line, "every job may write %s", short(scope)))
		}
	}
}

// job looks at a job and its steps one by one.
func (j *judge) job(w *workflow, jb job) {
	j.environment(w.file, jb.node)
	if !w.isAction {
		j.runsOn(w, jb)
	}
	if jb.uses != nil {
		j.uses(w.file, jb.uses)
		if secrets := scalar(jb.node, "secrets"); secrets != nil && secrets.Value == "inherit" {
			j.Say(inherit.At(w.file, secrets.Line, "%s is given every secret", short(jb.uses.Value)))
		}
	}
	j.containers(w, jb)
	for _, s := range jb.steps {
		j.step(w, s)
	}
	j.mayFail(w.file, jb.node, w.scripts(jb)...)
}

// runsOn looks at where a job runs, and for how long.
func (j *judge) runsOn(w *workflow, jb job) {
	if jb.uses != nil {
		return
	}
	if check.Lookup(jb.node, "timeout-minutes") == nil {
		j.Say(timeout.At(w.file, jb.line, "the job %s has no timeout", short(jb.name)))
	}
	for _, on := range texts(check.Lookup(jb.node, "runs-on"), 0) {
		switch {
		case strings.HasSuffix(on.Value, "-latest"):
			j.Say(runner.At(w.file, on.Line, "%s is another system tomorrow", short(on.Value)))
		case on.Value == "self-hosted":
			j.Say(runner.At(w.file, on.Line, "the job %s runs on a runner of your own", short(jb.name)).
				Do("build and sign on runners of GitHub's, which are new for each job"))
		}
	}
}

// containers looks at the images that a job runs in or beside.
func (j *judge) containers(w *workflow, jb job) {
	image := func(n *yaml.Node) {
		if n = check.Lookup(n); n != nil && n.Kind == yaml.MappingNode {
			n = check.Lookup(n, "image")
		}
		if name := text(n); name != "" && !strings.Contains(name, "${{") && !patterns().imageSHA.MatchString(name) {
			j.Say(imageDigest.At(w.file, n.Line, "%s has no digest", short(name)))
		}
	}
	image(check.Lookup(jb.node, "container"))
	for _, service := range pairs(check.Lookup(jb.node, "services")) {
		image(service.value)
	}
}

// uses looks whether what is used is pinned.
func (j *judge) uses(file string, n *yaml.Node) {
	name := n.Value
	switch {
	case name == "", strings.HasPrefix(name, "./"):
		return
	case strings.HasPrefix(name, "docker://"):
		if !patterns().imageSHA.MatchString(name) {
			j.Say(imageDigest.At(file, n.Line, "%s has no digest", short(strings.TrimPrefix(name, "docker://"))))
		}
		return
	}
	action, ref, _ := strings.Cut(name, "@")
	if !patterns().commit.MatchString(ref) {
		j.Say(actionCommit.At(file, n.Line, "%s is used at %q", short(action), short(ref)))
		return
	}
	if !patterns().aVersion.MatchString(n.LineComment) {
		j.Say(actionVersion.At(file, n.Line, "the comment behind the commit of %s names no version", short(action)))
	}
}

// step looks at one step.
func (j *judge) step(w *workflow, s step) {
	j.environment(w.file, s.node)
	if s.uses != nil {
		j.uses(w.file, s.uses)
	}
	with := check.Lookup(s.node, "with")
	if s.action() == "actions/checkout" {
		if value, line := check.LookupString(with, "persist-credentials"); value != "false" {
			j.Say(credentials.At(w.file, max(line, s.line()), "the token stays in .git/config"))
		}
		if w.isTarget() {
			for _, key := range []string{"ref", "repository"} {
				if value, line := check.LookupString(with, key); patterns().ofStranger.MatchString(patterns().bracketed.ReplaceAllString(value, ".$1")) {
					j.Say(targetCheckout.At(w.file, line, "%s is what a stranger says", key))
				}
			}
		}
	}
	for _, n := range s.scripts() {
		at := lineOf(n)
		inScript(n.Value, func(line int, expr string, isUntrusted bool) {
			if isUntrusted {
				j.Say(untrusted.At(w.file, at(line), "${{ %s }} becomes part of the script", short(expr)))
			} else {
				j.Say(expression.At(w.file, at(line), "${{ %s }} becomes part of the script", short(expr)))
			}
		})
		j.script(w.file, at, n.Value)
		if w.isTarget() && patterns().ofStranger.MatchString(n.Value) && strings.Contains(n.Value, "git ") {
			j.Say(targetCheckout.At(w.file, n.Line, "git takes what a stranger says"))
		}
		if w.isTarget() && strings.Contains(n.Value, "gh pr checkout") {
			j.Say(targetCheckout.At(w.file, n.Line, "gh pr checkout takes what a stranger says"))
		}
	}
}

// environment looks at the variables that a workflow, a job or a step sets.
func (j *judge) environment(file string, n *yaml.Node) {
	for _, p := range pairs(check.Lookup(n, "env")) {
		j.variable(file, p.line, p.key, text(p.value))
	}
}

// A script is what a job runs, with where it stands. What is used is told as "uses: name".
type script struct {
	w    *workflow // nil in GitLab's pipeline
	job  job
	step step
	file string
	line int
	text string
}

// scripts are those of a job, with the variables of the environment put in.
func (w *workflow) scripts(jb job) []script {
	var list []script
	for _, s := range jb.steps {
		one := script{w: w, job: jb, step: s, file: w.file, line: s.line()}
		if s.uses != nil {
			one.text = "uses: " + s.action()
		} else {
			one.text = expand(s.run.Value, func(name string) string { return w.variable(jb, s, name) })
		}
		list = append(list, one)
	}
	return list
}

// expand puts the values of variables into a script and takes its comments out: for reading alone.
func expand(script string, value func(name string) string) string {
	lines := strings.Split(script, "\n")
	for i, line := range lines {
		if strings.HasPrefix(strings.TrimSpace(line), "#") {
			lines[i] = ""
		}
	}
	script = strings.ReplaceAll(strings.Join(lines, "\n"), "\\\n", " ")
	return patterns().variables.ReplaceAllStringFunc(script, func(v string) string {
		if known := value(patterns().variables.FindStringSubmatch(v)[1]); known != "" && !strings.Contains(known, "$") {
			return known
		}
		return v
	})
}

// called returns the workflow that a job calls, when it is here.
func called(all []*workflow, jb job) *workflow {
	name, isHere := strings.CutPrefix(text(jb.uses), "./")
	if !isHere {
		return nil
	}
	i := slices.IndexFunc(all, func(w *workflow) bool { return w.file == path.Clean(name) })
	if i < 0 {
		return nil
	}
	return all[i]
}
