package pipeline

import (
	"regexp"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/mintwright/mintwright/internal/check"
)

// keywords are the keys of a pipeline that are no jobs. Source: GitLab's CI/CD YAML syntax reference.
func keywords() []string {
	return []string{
		"default", "include", "stages", "variables", "workflow", "spec",
		"image", "services", "cache", "before_script", "after_script", // the older form of default
	}
}

// gitlab judges a pipeline of GitLab.
func (j *judge) gitlab(root *yaml.Node) {
	j.includes(check.Lookup(root, "include"))
	global := variablesOf(root)
	j.gitlabImages(root)
	j.gitlabImages(check.Lookup(root, "default"))
	var scripts []script
	jobs := 0
	for _, p := range pairs(root) {
		if slices.Contains(keywords(), p.key) || p.value == nil || p.value.Kind != yaml.MappingNode {
			if check.Lookup(p.value, "script") != nil {
				j.Say(invalid.At(gitlabCI, p.line, "no job can be called %s", short(p.key)).Do("give the job another name"))
			}
			continue
		}
		if !strings.HasPrefix(p.key, ".") {
			jobs++
		}
		j.gitlabImages(p.value)
		own := variablesOf(p.value)
		before := len(scripts)
		for _, key := range []string{"before_script", "script", "after_script"} {
			for _, n := range texts(check.Lookup(p.value, key), 0) {
				j.script(gitlabCI, lineOf(n), n.Value)
				scripts = append(scripts, script{
					file: gitlabCI, line: n.Line, job: job{name: p.key, node: p.value},
					text: expand(n.Value, func(name string) string {
						if v, ok := own[name]; ok {
							return v
						}
						return global[name]
					}),
				})
			}
		}
		j.mayFail(gitlabCI, p.value, scripts[before:]...)
	}
	if jobs == 0 {
		j.Say(invalid.At(gitlabCI, root.Line, "it has no jobs"))
		return
	}
	for _, p := range pairs(check.Lookup(root, "variables")) {
		j.variable(gitlabCI, p.line, p.key, variableText(p.value))
	}
	j.complete(scripts, false)
	j.release(scripts, gitlabCI)
	j.identities(root, scripts)
}

// variableText is the value of a variable, which may stand below value.
func variableText(n *yaml.Node) string {
	if v := scalar(n, "value"); v != nil {
		return v.Value
	}
	return text(n)
}

func variablesOf(n *yaml.Node) map[string]string {
	all := map[string]string{}
	for _, p := range pairs(check.Lookup(n, "variables")) {
		all[p.key] = variableText(p.value)
	}
	return all
}

// includes looks at what a pipeline takes in.
func (j *judge) includes(n *yaml.Node) {
	list := items(n)
	if list == nil && n != nil {
		list = []*yaml.Node{n}
	}
	for _, one := range list {
		one = check.Lookup(one)
		if one == nil {
			continue
		}
		remote := text(one)
		if v := scalar(one, "remote"); v != nil {
			remote = v.Value
		}
		project, _ := check.LookupString(one, "project")
		component, _ := check.LookupString(one, "component")
		ref, _ := check.LookupString(one, "ref")
		_, at, _ := strings.Cut(component, "@")
		switch {
		case strings.HasPrefix(remote, "http") && check.Lookup(one, "integrity") == nil:
			j.Say(include.At(gitlabCI, one.Line, "%s is taken as it is at the time", short(remote)).
				Do("give its hash as integrity, or keep the file here"))
		case project != "" && !patterns().commit.MatchString(ref):
			j.Say(include.At(gitlabCI, one.Line, "files of %s are taken at %q", short(project), short(ref)))
		case component != "" && !patterns().commit.MatchString(at):
			j.Say(include.At(gitlabCI, one.Line, "%s is no commit", short(component)))
		}
	}
}

// gitlabImages looks at the images that a job runs in and beside. A tag is what Renovate starts
// from; one that moves by its name is not.
func (j *judge) gitlabImages(n *yaml.Node) {
	var images []*yaml.Node
	add := func(n *yaml.Node) {
		if n = check.Lookup(n); n != nil && n.Kind == yaml.MappingNode {
			n = check.Lookup(n, "name")
		}
		if n != nil && n.Kind == yaml.ScalarNode {
			images = append(images, n)
		}
	}
	add(check.Lookup(n, "image"))
	for _, service := range items(check.Lookup(n, "services")) {
		add(service)
	}
	for _, image := range images {
		name := image.Value
		switch {
		case strings.Contains(name, "$") || name == "" || patterns().imageSHA.MatchString(name):
		case patterns().noTag.MatchString(name):
			j.Say(imageDigest.At(gitlabCI, image.Line, "%s has neither a tag nor a digest", short(name)))
		default:
			j.Say(imageDigest.At(gitlabCI, image.Line, "%s has no digest", short(name)).As(check.Note).
				Do("turn Renovate on for the project: it adds the digest, and keeps it new"))
		}
	}
}

// identities looks at the jobs that have an identity of their own.
func (j *judge) identities(root *yaml.Node, scripts []script) {
	for _, s := range scripts {
		has := check.Lookup(s.job.node, "id_tokens") != nil || check.Lookup(root, "default", "id_tokens") != nil
		keyless := regexp.MustCompile(`\bcosign (sign|attest)\b`).MatchString(s.text) && !strings.Contains(s.text, "--key")
		switch {
		case keyless && !has:
			j.Say(permissionLacking.At(gitlabCI, s.line, "the job %s signs without an id_token", short(s.job.name)).
				Do("give the job id_tokens: {SIGSTORE_ID_TOKEN: {aud: sigstore}}, or sign with --key"))
		case check.Lookup(s.job.node, "id_tokens") != nil && patterns().makesThings.MatchString(s.text):
			j.Say(apart.At(gitlabCI, s.line, "the job %s has an id_token, and runs what is built", short(s.job.name)))
		}
	}
}
