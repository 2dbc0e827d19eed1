package cluster

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"path"
	"regexp"
	"slices"
	"strings"
	"sync"

	"github.com/mintwright/mintwright/internal/chart"
	"github.com/mintwright/mintwright/internal/check"
)

// besides judges what stands beside the chart below deploy/.
func (j *judge) besides() error {
	return errors.Join(j.namespaceFile(), j.policies(), j.delivery(), j.gaps())
}

// gap is what stands where only the service's owner knows what to write.
var gap = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`\bfill[- ]in\b`) })

// gaps tells which files say what to fill in, and are not filled in yet.
func (j *judge) gaps() error {
	for _, dir := range []string{"deploy/flux", "deploy/policy", "deploy/spire"} {
		files, err := j.s.List(dir)
		if err != nil {
			return err
		}
		for _, name := range files {
			if !check.HasExt(name, ".yaml", ".yml") {
				continue
			}
			content, err := j.s.Read(name)
			if err != nil {
				continue // the others that read it tell of it
			}
			for i, line := range strings.Split(string(content), "\n") {
				if isComment := strings.HasPrefix(strings.TrimSpace(line), "#"); !isComment && gap().MatchString(line) {
					j.say(unfilled, name, i+1, "there is something to fill in, here and perhaps below")
					break
				}
			}
		}
	}
	return nil
}

// document is one object of a file that is no template.
type document struct {
	chart.Document
	file string
	*object
}

// read returns the objects in YAML files below a folder. A file that is no YAML is reported.
func (j *judge) read(dir string, r check.Rule) ([]document, error) {
	files, err := j.s.List(dir)
	if err != nil {
		return nil, err
	}
	var list []document
	for _, name := range files {
		if !check.HasExt(name, ".yaml", ".yml") {
			continue
		}
		found, err := j.readFile(name, r)
		if err != nil {
			return nil, err
		}
		list = append(list, found...)
	}
	return list, nil
}

func (j *judge) readFile(name string, r check.Rule) ([]document, error) {
	content, err := j.s.Read(name)
	switch {
	case errors.Is(err, check.ErrTooLarge), errors.Is(err, check.ErrNoFile):
		j.skip(name, "%v", err)
		return nil, nil
	case errors.Is(err, fs.ErrNotExist):
		return nil, nil
	case err != nil:
		return nil, err
	}
	var list []document
	for _, d := range chart.Documents(string(content)) {
		m, ok := d.Value.(map[string]any)
		switch {
		case d.Err != nil:
			j.say(r, name, d.Err.Line, "it is no YAML: %s", d.Err.Message)
		case !ok:
			j.say(r, name, d.Line, "a document is no object")
		default:
			for _, twice := range d.Twice {
				j.say(duplicate, name, twice.Line, "the key %s is there twice", shown(twice.Key))
			}
			list = append(list, document{d, name, newObject(chart.Manifest{Object: m})})
		}
	}
	return list, nil
}

func (d document) line(path ...any) int { return chart.LineOf(d.Root, path...) }

func (j *judge) at(r check.Rule, d document, path []any, format string, args ...any) {
	j.say(r, d.file, d.line(path...), "%s: %s", d.title(), fmt.Sprintf(format, args...))
}

const namespaceFile = "deploy/namespace.yaml"

// namespaceFile is about the labels of the namespace.
func (j *judge) namespaceFile() error {
	if !j.s.Has(namespaceFile) {
		return nil
	}
	docs, err := j.readFile(namespaceFile, namespace)
	found := false
	for _, d := range docs {
		if !d.is("", "Namespace") {
			continue
		}
		if d.name == j.s.Answers.Deploy.Namespace {
			found = true
		}
		j.podSecurity(d, []any{"metadata", "labels"}, d.title())
	}
	if err == nil && !found && len(docs) > 0 {
		j.add(namespace.At(namespaceFile, 0, "it holds no Namespace %s", shown(j.s.Answers.Deploy.Namespace)).
			Do("name the namespace as deploy.namespace of mintwright.yaml does"), "")
	}
	return err
}

var pinned = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^v1\.[0-9]{1,2}$`) })

// podSecurity judges the labels that make a namespace enforce Pod Security.
func (j *judge) podSecurity(d document, path []any, what string) {
	labels := dict(d.Object, path...)
	level := "restricted"
	for _, mode := range []string{"enforce", "audit", "warn"} {
		key := "pod-security.kubernetes.io/" + mode
		have := text(labels, key)
		switch {
		case have == level:
		case j.s.Answers.Allows("hostpath") && mode == "enforce" && (have == "baseline" || have == "privileged"):
			j.say(hostPath, d.file, d.line(with(path, key)...), "%s enforces %s only, because of hostpath", what, have)
		default:
			j.say(namespace, d.file, d.line(with(path, key)...), "%s does not set %s: %s", what, key, level)
			continue
		}
		if v := text(labels, key+"-version"); !pinned().MatchString(v) {
			j.say(namespace, d.file, d.line(with(path, key+"-version")...), "%s has %s-version %s, which is no pinned version", what, key, shown(v))
		}
	}
}

// kindOf is a kind that a policy pack may hold: its group, and the versions that are served.
type kindOf struct{ group, kind, versions string }

// policyKinds are those of the packs that are made.
var policyKinds = [...]kindOf{
	{"admissionregistration.k8s.io", "ValidatingAdmissionPolicy", "v1 v1beta1"},
	{"admissionregistration.k8s.io", "ValidatingAdmissionPolicyBinding", "v1 v1beta1"},
	{"admissionregistration.k8s.io", "MutatingAdmissionPolicy", "v1 v1beta1 v1alpha1"},
	{"admissionregistration.k8s.io", "MutatingAdmissionPolicyBinding", "v1 v1beta1 v1alpha1"},
	{"policies.kyverno.io", "ValidatingPolicy", "v1 v1beta1"},
	{"policies.kyverno.io", "ImageValidatingPolicy", "v1 v1beta1"},
	{"policies.kyverno.io", "MutatingPolicy", "v1 v1beta1"},
	{"policies.kyverno.io", "GeneratingPolicy", "v1 v1beta1"},
	{"policies.kyverno.io", "DeletingPolicy", "v1 v1beta1"},
	{"policies.kyverno.io", "PolicyException", "v1 v1beta1"},
	{"cli.kyverno.io", "Test", "v1alpha1"},
	{"cli.kyverno.io", "Values", "v1alpha1"},
	{"templates.gatekeeper.sh", "ConstraintTemplate", "v1 v1beta1"},
	{"test.gatekeeper.sh", "Suite", "v1alpha1"},
}

// policies judges the packs below deploy/policy.
func (j *judge) policies() error {
	docs, err := j.read("deploy/policy", admission)
	if err != nil {
		return err
	}
	have := map[string]bool{}
	for _, d := range docs {
		have[d.kind+"/"+d.name] = true
		if d.is("templates.gatekeeper.sh", "ConstraintTemplate") {
			have["constraint/"+text(d.Object, "spec", "crd", "spec", "names", "kind")] = true
		}
	}
	bound := map[string]bool{}
	for _, d := range docs {
		if isTestData(d.file) && !d.is("test.gatekeeper.sh", "Suite") && d.api != "cli.kyverno.io/v1alpha1" {
			continue // pods that are to be refused
		}
		j.policy(d, have, bound)
	}
	for _, d := range docs {
		if (d.kind == "ValidatingAdmissionPolicy" || d.kind == "MutatingAdmissionPolicy") && !isTestData(d.file) && !bound[d.kind+"/"+d.name] {
			j.at(admission, d, []any{"metadata", "name"}, "no binding names it, so that it is not asked")
		}
	}
	return nil
}

// isTestData reports whether a file is what policies are tried on.
func isTestData(name string) bool {
	return slices.ContainsFunc(strings.Split(path.Dir(name), "/"), func(s string) bool {
		return strings.HasPrefix(s, "test") || s == "samples" || s == "resources" || s == "examples"
	}) || strings.HasPrefix(path.Base(name), "kyverno-test")
}

func (j *judge) policy(d document, have, bound map[string]bool) {
	group, version, _ := strings.Cut(d.api, "/")
	switch {
	case group == "kyverno.io" && (d.kind == "ClusterPolicy" || d.kind == "Policy"):
		j.at(oldPolicy, d, []any{"kind"}, "%s of %s is deprecated", d.kind, d.api)
		return
	case group == "constraints.gatekeeper.sh":
		if !have["constraint/"+d.kind] {
			j.at(admission, d, []any{"kind"}, "there is no ConstraintTemplate of this kind")
		}
		if version != "v1beta1" {
			j.at(admission, d, []any{"apiVersion"}, "constraints are of constraints.gatekeeper.sh/v1beta1")
		}
		return
	}
	known := false
	for _, k := range policyKinds {
		if k.group != group || k.kind != d.kind {
			continue
		}
		known = true
		if !slices.Contains(strings.Fields(k.versions), version) {
			j.at(admission, d, []any{"apiVersion"}, "%s is no version of %s that is served (%s)", shown(version), k.group, k.versions)
		}
	}
	if d.name == "" && d.kind != "Suite" && group != "cli.kyverno.io" {
		j.at(admission, d, []any{"metadata"}, "it has no name")
	}
	switch {
	case !known && isPolicyGroup(group):
		j.at(admission, d, []any{"kind"}, "%s has no such kind", group)
	case strings.HasSuffix(d.kind, "AdmissionPolicyBinding"):
		j.binding(d, have, bound)
	case d.kind == "ValidatingAdmissionPolicy":
		j.validating(d)
	case d.kind == "ValidatingPolicy" || d.kind == "ImageValidatingPolicy":
		if actions := listOf(d.Object, "spec", "validationActions"); len(actions) > 0 && !slices.Contains(actions, any("Deny")) {
			j.warnsOnly(d, "it warns or audits, and refuses nothing")
		}
	}
}

// warnsOnly reports a policy that refuses nothing. The one about the service's identity is made so:
// what runs beside the service's own containers is not known before.
func (j *judge) warnsOnly(d document, message string) {
	r := admission.At(d.file, d.line("spec", "validationActions"), "%s: %s", d.title(), message)
	if strings.HasPrefix(d.name, "identity.") {
		r = r.As(check.Note).Do("let it Deny, as soon as it lists the repositories of all containers that run beside the service's own")
	}
	j.add(r, "")
}

func isPolicyGroup(group string) bool {
	return slices.ContainsFunc(policyKinds[:], func(k kindOf) bool { return k.group == group })
}

func (j *judge) binding(d document, have, bound map[string]bool) {
	kind := strings.TrimSuffix(d.kind, "Binding")
	name := text(d.Object, "spec", "policyName")
	if !have[kind+"/"+name] {
		j.at(admission, d, []any{"spec", "policyName"}, "it binds %s, and there is no such %s", shown(name), kind)
	}
	if kind == "ValidatingAdmissionPolicy" && !slices.Contains(listOf(d.Object, "spec", "validationActions"), any("Deny")) {
		j.warnsOnly(d, "its validationActions lack Deny: it refuses nothing")
	}
	bound[kind+"/"+name] = true
}

func (j *judge) validating(d document) {
	if text(d.Object, "spec", "failurePolicy") == "Ignore" {
		j.at(admission, d, []any{"spec", "failurePolicy"}, "its failurePolicy is Ignore: an error in it lets everything pass")
	}
	if len(listOf(d.Object, "spec", "validations")) == 0 && len(listOf(d.Object, "spec", "auditAnnotations")) == 0 {
		j.at(admission, d, []any{"spec"}, "it validates nothing")
	}
	if len(listOf(d.Object, "spec", "matchConstraints", "resourceRules")) == 0 {
		j.at(admission, d, []any{"spec", "matchConstraints"}, "it has no resourceRules, which are required")
	}
	for i, each := range listOf(d.Object, "spec", "validations") {
		if strings.TrimSpace(text(each, "expression")) == "" {
			j.at(admission, d, []any{"spec", "validations", i}, "validation %d has no expression", i+1)
		}
	}
}

// delivery judges what Argo CD and Flux are told.
func (j *judge) delivery() error {
	for _, dir := range []string{"deploy/argocd", "deploy/flux"} {
		docs, err := j.read(dir, gitops)
		if err != nil {
			return err
		}
		for _, d := range docs {
			j.delivered(d)
		}
	}
	return nil
}

func (j *judge) delivered(d document) {
	group, version, _ := strings.Cut(d.api, "/")
	want := ""
	switch group {
	case "argoproj.io":
		want = "v1alpha1"
	case "source.toolkit.fluxcd.io", "kustomize.toolkit.fluxcd.io":
		want = "v1"
	case "helm.toolkit.fluxcd.io":
		want = "v2"
	}
	if want != "" && version != want {
		j.at(gitops, d, []any{"apiVersion"}, "%s is served as %s, not as %s", group, want, shown(version))
	}
	switch {
	case d.is("argoproj.io", "Application"):
		j.application(d, []any{"spec"})
	case d.is("argoproj.io", "ApplicationSet"):
		j.application(d, []any{"spec", "template", "spec"})
	case d.is("argoproj.io", "AppProject"):
		j.project(d)
	case d.is("source.toolkit.fluxcd.io", "OCIRepository"):
		j.pinnedTo(d, []any{"spec", "ref", "digest"}, text(d.Object, "spec", "ref", "digest"))
	}
}

func (j *judge) application(d document, spec []any) {
	options := listOf(d.Object, with(spec, "syncPolicy", "syncOptions")...)
	if !slices.Contains(options, any("ServerSideApply=true")) {
		j.at(gitops, d, with(spec, "syncPolicy", "syncOptions"), "syncOptions lack ServerSideApply=true: a field that others own is taken from them")
	}
	if ns := text(d.Object, with(spec, "destination", "namespace")...); ns != j.s.Answers.Deploy.Namespace {
		j.at(gitops, d, with(spec, "destination", "namespace"), "it installs into %s, and the service lives in %s", shown(ns), j.s.Answers.Deploy.Namespace)
	}
	if p := text(d.Object, with(spec, "project")...); p == "" || p == "default" {
		j.at(gitops, d, with(spec, "project"), "its project is the default one, which may do anything")
	}
	if labels := with(spec, "syncPolicy", "managedNamespaceMetadata", "labels"); slices.Contains(options, any("CreateNamespace=true")) || dict(d.Object, labels...) != nil {
		j.podSecurity(d, labels, d.title())
	}
	revision := text(d.Object, with(spec, "source", "targetRevision")...)
	j.pinnedTo(d, with(spec, "source", "targetRevision"), revision)
}

// pinnedTo is about the revision of the chart that is installed.
func (j *judge) pinnedTo(d document, path []any, revision string) {
	sum, ok := strings.CutPrefix(revision, "sha256:")
	switch {
	case ok && len(sum) == 64 && strings.Trim(sum, "0") == "", revision == "":
		j.at(noDigest, d, path, "the digest of the chart is not known yet")
	case ok && len(sum) == 64 && isHex(sum), len(revision) == 40 && isHex(revision): // a commit, of what is taken from git
	default:
		j.at(gitops, d, path, "it installs %s, which can become another chart: name it by its digest", shown(revision))
	}
}

func isHex(s string) bool { return strings.Trim(s, "0123456789abcdef") == "" }

func (j *judge) project(d document) {
	for i, repo := range listOf(d.Object, "spec", "sourceRepos") {
		if repo == "*" {
			j.at(gitops, d, []any{"spec", "sourceRepos", i}, "it takes charts from everywhere")
		}
	}
	for i, each := range listOf(d.Object, "spec", "destinations") {
		if text(each, "namespace") == "*" {
			j.at(gitops, d, []any{"spec", "destinations", i}, "it may install into every namespace")
		}
	}
	for _, list := range []string{"clusterResourceWhitelist", "namespaceResourceWhitelist"} {
		for i, each := range listOf(d.Object, "spec", list) {
			if text(each, "group") == "*" || text(each, "kind") == "*" {
				j.at(gitops, d, []any{"spec", list, i}, "%s lets it make objects of any kind", list)
			}
		}
	}
}

// openObjects reports whether a schema lists properties somewhere and takes others beside them. Its
// definitions are left alone: some are of Kubernetes' own types, which have more fields.
func openObjects(source []byte) bool {
	var root any
	if json.Unmarshal(source, &root) != nil {
		return false
	}
	return isOpen(root, 0)
}

func isOpen(schema any, depth int) bool {
	s, ok := schema.(map[string]any)
	if !ok || depth > 200 {
		return false
	}
	if listed, ok := s["properties"].(map[string]any); ok && len(listed) > 0 {
		if more, ok := s["additionalProperties"]; !ok || more == true {
			return true
		}
	}
	inner, _ := s["properties"].(map[string]any)
	for _, name := range slices.Sorted(maps.Keys(inner)) {
		if isOpen(inner[name], depth+1) {
			return true
		}
	}
	return isOpen(s["items"], depth+1)
}
