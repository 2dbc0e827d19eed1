package versions

import (
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/mintwright/mintwright/internal/chart"
	"github.com/mintwright/mintwright/internal/check"
)

const (
	chartFile   = "deploy/chart/Chart.yaml"
	chartValues = "deploy/chart/values.yaml"
	spireValues = "deploy/spire/values.yaml"
)

// places compares what mintwright.yaml decides with where it stands besides.
func (j *judge) places() {
	a := j.s.Answers
	j.compare(trustDomain, a.Identity.TrustDomain, chartValues, "identity", "trustDomain")
	j.compare(trustDomain, a.Identity.TrustDomain, spireValues, "global", "spire", "trustDomain")
	j.compare(image, a.Deploy.Image, chartValues, "image", "repository")
	j.compare(image, a.Deploy.Image, gitlab, "variables", "IMAGE")
	j.compare(namespace, a.Deploy.Namespace, gitlab, "variables", "NAMESPACE")
	for _, name := range []string{workflows + "/ci.yml", workflows + "/build.yml", workflows + "/release.yml"} {
		for _, root := range j.yaml(name) {
			for _, scope := range append([]*yaml.Node{root}, values(check.Lookup(root, "jobs"))...) {
				j.same(image, a.Deploy.Image, name, scope, "env", "IMAGE")
				j.same(namespace, a.Deploy.Namespace, name, scope, "env", "NAMESPACE")
			}
		}
	}
	j.namespaces(a.Deploy.Namespace)
}

// namespaces looks at the objects that name the service's namespace; those of Argo CD are the area
// cluster's.
func (j *judge) namespaces(want string) {
	j.compare(namespace, want, "deploy/namespace.yaml", "metadata", "name")
	const selected = "namespaceSelector matchLabels kubernetes.io/metadata.name"
	for _, name := range slices.Concat(j.list("deploy/flux"), j.list("deploy/policy")) {
		for _, object := range j.yaml(name) {
			kind, _ := check.LookupString(object, "kind")
			api, _ := check.LookupString(object, "apiVersion")
			path := map[string]string{
				"HelmRelease":                      "metadata namespace",
				"ValidatingAdmissionPolicyBinding": "spec matchResources " + selected,
				"ValidatingPolicy":                 "spec matchConstraints " + selected,
				"ImageValidatingPolicy":            "spec matchConstraints " + selected,
			}[kind]
			switch {
			case kind == "HelmRelease" && check.Lookup(object, "spec", "targetNamespace") != nil:
				path = "spec targetNamespace"
			case strings.HasPrefix(api, "constraints.gatekeeper.sh/"):
				path = "spec match namespaces 0"
			}
			if path != "" {
				j.same(namespace, want, name, object, strings.Fields(path)...)
			}
		}
	}
}

// compare compares the value at a path of a file.
func (j *judge) compare(rule check.Rule, want, file string, path ...string) {
	for _, root := range j.yaml(file) {
		j.same(rule, want, file, root, path...)
	}
}

// same compares the value at a path with what it has to be; one that is not there, or that is
// computed, is none of ours.
func (j *judge) same(rule check.Rule, want, file string, root *yaml.Node, path ...string) {
	got, line := check.LookupString(root, path...)
	if got != "" && got != want && !strings.Contains(got, "{{") && !strings.HasPrefix(got, "$") {
		j.Say(rule.At(file, line, "%s is %q, and mintwright.yaml has %q", strings.Join(path, "."), got, want))
	}
}

// peers compares those whom the chart opens ways to with those in mintwright.yaml, and their
// namespaces with those in their identities.
func (j *judge) peers() {
	for _, root := range j.yaml(chartValues) {
		for _, list := range []string{"calls", "callers"} {
			named := j.named(list)
			for _, one := range values(check.Lookup(root, list)) {
				id, line := check.LookupString(one, "id")
				if id != "" && !slices.Contains(named, id) {
					j.Say(unnamed.At(chartValues, line, "%s has %s, whom mintwright.yaml does not name", list, id))
				}
				rest, own := strings.CutPrefix(id, "spiffe://"+j.s.Answers.Identity.TrustDomain+"/ns/")
				want, _, isWorkload := strings.Cut(rest, "/sa/")
				if own && isWorkload {
					j.peersOf(id, want, check.Lookup(one, "peers"))
				}
			}
		}
	}
}

// named returns the identities that mintwright.yaml has in a list of the values.
func (j *judge) named(list string) []string {
	var ids []string
	switch list {
	case "calls":
		for _, c := range j.s.Answers.Calls {
			ids = append(ids, c.ID)
		}
	case "callers":
		ids = slices.Clone(j.s.Answers.Identity.Callers)
		if j.s.Answers.Allows("any-caller") {
			ids = append(ids, "*")
		}
	}
	return ids
}

// calls looks whether the service reads the variables that the chart gives it for its calls.
func (j *judge) calls() {
	source := j.source("internal/config")
	if source == "" {
		return
	}
	for _, root := range j.yaml(chartValues) {
		for _, call := range values(check.Lookup(root, "calls")) {
			if name, line := check.LookupString(call, "env"); name != "" && !strings.Contains(source, strconv.Quote(name)) {
				j.Say(callVariable.At(chartValues, line, "%s is read by nothing in internal/config", name))
			}
		}
	}
}

// source returns the Go code in a folder.
func (j *judge) source(dir string) string {
	all, err := j.s.List(dir)
	if err != nil {
		j.Skip(dir, "%v", err)
	}
	var b strings.Builder
	for _, name := range all {
		if check.HasExt(name, ".go") && !strings.HasSuffix(name, "_test.go") {
			b.WriteString(j.text(name))
		}
	}
	return b.String()
}

// peersOf looks at peers that all name a namespace: any other may mean pods of another cluster.
func (j *judge) peersOf(id, want string, list *yaml.Node) {
	other, at := "", 0
	for _, peer := range values(list) {
		name, line := check.LookupString(peer, "namespaceSelector", "matchLabels", "kubernetes.io/metadata.name")
		if name == want || name == "" {
			return
		}
		other, at = name, line
	}
	if other != "" {
		j.Say(peers.At(chartValues, at, "%s runs in the namespace %s, and the way is opened for %s", id, want, other))
	}
}

// spire compares what SPIRE and the chart have to agree on.
func (j *judge) spire() {
	own := j.yaml(chartValues)
	for _, root := range j.yaml(spireValues) {
		for _, pair := range [][2]string{
			{"spire-server controllerManager className", "identity className"},
			{"spiffe-csi-driver pluginName", "workloadApi driver"},
		} {
			theirs, line := check.LookupString(root, strings.Fields(pair[0])...)
			if len(own) == 0 || theirs == "" {
				continue
			}
			if ours, _ := check.LookupString(own[0], strings.Fields(pair[1])...); ours != "" && ours != theirs {
				j.Say(spire.At(spireValues, line, "%s is %q, and %s of the chart's values is %q",
					strings.ReplaceAll(pair[0], " ", "."), theirs, strings.ReplaceAll(pair[1], " ", "."), ours))
			}
		}
	}
}

// chart looks at the names and versions in Chart.yaml.
func (j *judge) chart() {
	for _, root := range j.yaml(chartFile) {
		if name, line := check.LookupString(root, "name"); name != j.s.Answers.Name {
			j.Say(chartName.At(chartFile, line, "the chart is called %q, the service %q", name, j.s.Answers.Name))
		}
		v, line := check.LookupString(root, "appVersion")
		if tag := regexp.MustCompile(`^[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}$`); !tag.MatchString(v) {
			j.Say(chartVersion.At(chartFile, line, "appVersion %q cannot be the tag of an image", v))
		}
		j.told(root, v)
	}
}

// told compares the images that the chart tells Artifact Hub of.
func (j *judge) told(root *yaml.Node, appVersion string) {
	text, line := check.LookupString(root, "annotations", "artifacthub.io/images")
	list, err := check.Parse([]byte(text))
	if err != nil || len(list) == 0 {
		return
	}
	for _, one := range values(list[0]) {
		name, _ := check.LookupString(one, "name")
		ref, at := check.LookupString(one, "image")
		if name != "app" || ref == "" {
			continue
		}
		repository, tag := ref, ""
		if i := strings.LastIndexByte(ref, ':'); i > strings.LastIndexByte(ref, '/') && !strings.Contains(ref, "@") {
			repository, tag = ref[:i], ref[i+1:]
		}
		repository, _, _ = strings.Cut(repository, "@")
		switch want := j.s.Answers.Deploy.Image; {
		case repository != want:
			j.Say(image.At(chartFile, line+at, "artifacthub.io/images names %q, and mintwright.yaml has %q", repository, want))
		case tag != "" && tag != appVersion:
			j.Say(chartVersion.At(chartFile, line+at, "artifacthub.io/images has the tag %s, and appVersion is %s", tag, appVersion).
				Do("write the same version into both"))
		}
	}
}

// kubernetes looks whether the chart allows the versions that the pipelines try.
func (j *judge) kubernetes() {
	constraint := ""
	for _, root := range j.yaml(chartFile) {
		constraint, _ = check.LookupString(root, "kubeVersion")
	}
	if constraint == "" {
		return
	}
	if _, err := chart.Satisfies(constraint, "1.30.0"); err != nil {
		j.Say(chartVersion.At(chartFile, 0, "kubeVersion: %v", err).Do("write a constraint such as >=1.31.0-0"))
		return
	}
	tried := regexp.MustCompile(`(?:for version in|--?kube(?:rnetes)?-version[= ]|kindest/node:)\s*["']?((?:v?[0-9]+\.[0-9]+\.[0-9]+[\s"';,]*)+)`)
	for _, name := range append(j.list(workflows), gitlab, "Makefile") {
		for i, line := range strings.Split(j.text(name), "\n") {
			for _, m := range tried.FindAllStringSubmatch(line, -1) {
				for v := range strings.FieldsFuncSeq(m[1], func(r rune) bool { return strings.ContainsRune(" \t\"';,", r) }) {
					if met, err := chart.Satisfies(constraint, strings.TrimPrefix(v, "v")); err == nil && !met {
						j.Say(kubernetes.At(name, i+1, "Kubernetes %s, and the chart asks for %s", v, constraint))
					}
				}
			}
		}
	}
}

// gitops looks at where Argo CD and Flux take the chart from.
func (j *judge) gitops() {
	pushed := j.pushed()
	for _, name := range slices.Concat(j.list("deploy/argocd"), j.list("deploy/flux")) {
		for _, object := range j.yaml(name) {
			kind, _ := check.LookupString(object, "kind")
			switch kind {
			case "ApplicationSet":
				j.application(pushed, name, check.Lookup(object, "spec", "template"))
			case "Application":
				j.application(pushed, name, object)
			case "OCIRepository":
				url, line := check.LookupString(object, "spec", "url")
				j.from(pushed, name, line, url)
			}
		}
	}
}

// isGit reports whether a URL is that of a repository of git. A registry has no scheme, or oci.
func isGit(url string) bool {
	return strings.Contains(url, ".git") || strings.Contains(url, "@") || strings.HasPrefix(url, "https:") || strings.HasPrefix(url, "ssh:")
}

// application looks at an Application of Argo CD, or at a template of some.
func (j *judge) application(pushed, file string, object *yaml.Node) {
	url, line := check.LookupString(object, "spec", "source", "repoURL")
	isCode := isGit(url)
	if chart, _ := check.LookupString(object, "spec", "source", "chart"); chart != "" {
		url, isCode = url+"/"+chart, false // a registry, as a repository of charts
	}
	if revision, _ := check.LookupString(object, "spec", "source", "targetRevision"); revision != "" && !isCode {
		j.from(pushed, file, line, url)
	}
	labels := j.podSecurity()
	own := check.Lookup(object, "spec", "syncPolicy", "managedNamespaceMetadata", "labels")
	if own == nil || len(labels) == 0 {
		return
	}
	for _, key := range slices.Sorted(maps.Keys(labels)) {
		if got, line := check.LookupString(own, key); got != labels[key] {
			j.Say(namespaceLabels.At(file, line, "%s is %q, and deploy/namespace.yaml has %q", key, got, labels[key]))
		}
	}
}

// podSecurity returns the labels of the namespace that say what it lets in.
func (j *judge) podSecurity() map[string]string {
	all := map[string]string{}
	for _, root := range j.yaml("deploy/namespace.yaml") {
		labels := check.Lookup(root, "metadata", "labels")
		if labels == nil || labels.Kind != yaml.MappingNode {
			continue
		}
		for i := 0; i+1 < len(labels.Content); i += 2 {
			if key := labels.Content[i].Value; strings.HasPrefix(key, "pod-security.kubernetes.io/") {
				all[key], _ = check.LookupString(labels, key)
			}
		}
	}
	return all
}

// pushed returns where the pipelines push the chart, "" when they do not say.
func (j *judge) pushed() string {
	for _, place := range [][]string{{workflows + "/build.yml", "env", "CHART"}, {gitlab, "variables", "CHART"}} {
		for _, root := range j.yaml(place[0]) {
			if text, _ := check.LookupString(root, place[1:]...); text != "" && !strings.Contains(text, "$") {
				return text
			}
		}
	}
	return ""
}

func (j *judge) from(pushed, file string, line int, url string) {
	if url = strings.TrimPrefix(url, "oci://"); url != "" && pushed != "" && url != pushed && !strings.Contains(url, "{{") {
		j.Say(chartPlace.At(file, line, "the chart is taken from %s, and pushed to %s", url, pushed))
	}
}
