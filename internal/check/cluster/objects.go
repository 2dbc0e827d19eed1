package cluster

import (
	"maps"
	"slices"
	"strings"

	"github.com/mintwright/mintwright/internal/names"
)

func keys(m map[string]any) []string { return slices.Sorted(maps.Keys(m)) }

// objectsThemselves is about what holds for objects of any kind.
func (v *view) objectsThemselves() {
	seen := map[string]*object{}
	for _, o := range v.objects {
		v.named(o)
		v.labelled(o)
		v.selected(o)
		v.serviceAccount(o)
		group, _, ok := strings.Cut(o.api, "/")
		if !ok {
			group = ""
		}
		key := group + "/" + o.kind + "/" + o.namespace + "/" + o.name
		if _, ok := seen[key]; ok && o.name != "" {
			v.say(duplicate, o, []any{"metadata", "name"}, "there are two of them")
		}
		seen[key] = o
	}
	for _, p := range v.pods() {
		v.account(p)
	}
}

// named is about apiVersion, kind and name.
func (v *view) named(o *object) {
	for _, key := range []string{"apiVersion", "kind"} {
		if get(o.Object, key) == nil {
			v.add(namesRule.At(v.j.template(o), o.line(), "an object has no %s", key).Do("set apiVersion, kind and metadata.name"))
			return
		}
	}
	path := []any{"metadata", "name"}
	switch {
	case o.name == "":
		if get(o.Object, path...) == nil {
			v.say(namesRule, o, []any{"metadata"}, "it has no name")
		}
	case isDotted(o) && !isSubdomain(o.name):
		v.say(namesRule, o, path, "its name is no DNS name of at most 253 characters")
	case !isDotted(o) && o.is("", "Service") && !names.IsLabel(o.name):
		v.say(namesRule, o, path, "its name is no DNS label that begins with a letter")
	case !isDotted(o) && !names.IsLabel1123(o.name):
		v.say(namesRule, o, path, "its name is no DNS label of at most 63 characters")
	}
	if o.namespace != "" && o.namespace != v.j.s.Answers.Deploy.Namespace && !isExtra(o) {
		v.say(namesRule, o, []any{"metadata", "namespace"}, "it goes into the namespace %s, and the release into %s", shown(o.namespace), v.j.s.Answers.Deploy.Namespace)
	}
	if p, ok := podOf(o); ok {
		for _, c := range p.containers() {
			if !names.IsLabel1123(c.name) {
				v.say(namesRule, o, p.at(c.path...), "%s has a name that is no DNS label", c.title())
			}
			for i, port := range listOf(c.spec, "ports") {
				if name := text(port, "name"); name != "" && !isPortName(name) {
					v.say(namesRule, o, p.at(c.at("ports", i, "name")...), "the port %s has a name that is none for a port: lower-case letters, digits and dashes, 15 at most, and a letter among them", shown(name))
				}
			}
			for i, e := range listOf(c.spec, "env") {
				if name := text(e, "name"); name == "" || strings.ContainsAny(name, "= \n\x00") {
					v.say(namesRule, o, p.at(c.at("env", i)...), "a variable of %s has the name %s", c.title(), shown(get(e, "name")))
				}
			}
		}
	}
}

// isDotted reports whether names of a kind may have dots: those that no DNS label or label's
// value is made of.
func isDotted(o *object) bool {
	switch o.kind {
	case "Service", "Deployment", "StatefulSet", "DaemonSet", "Job", "CronJob", "Pod", "HorizontalPodAutoscaler", "ScaledObject":
		return false
	}
	return true
}

func isSubdomain(s string) bool {
	return len(s) <= 253 && !slices.ContainsFunc(strings.Split(s, "."), func(label string) bool { return !names.IsLabel1123(label) })
}

func isPortName(s string) bool {
	return len(s) <= 15 && strings.Trim(s, "abcdefghijklmnopqrstuvwxyz0123456789-") == "" && strings.ContainsAny(s, "abcdefghijklmnopqrstuvwxyz") &&
		!strings.HasPrefix(s, "-") && !strings.HasSuffix(s, "-") && !strings.Contains(s, "--")
}

// isLabelKey reports whether s can be the key of a label or annotation.
func isLabelKey(s string) bool {
	prefix, name, ok := strings.Cut(s, "/")
	if !ok {
		prefix, name = "", s
	}
	return name != "" && names.IsLabelValue(name) && (!ok || isSubdomain(prefix))
}

// common are the labels that say what something is.
var common = [...]string{"app.kubernetes.io/name", "app.kubernetes.io/instance", "app.kubernetes.io/version", "app.kubernetes.io/managed-by"}

func (v *view) labelled(o *object) {
	v.validLabels(o, []any{"metadata", "labels"}, true)
	v.validLabels(o, []any{"metadata", "annotations"}, false)
	if isExtra(o) {
		return
	}
	have := dict(o.Object, "metadata", "labels")
	var lacking []string
	for _, key := range common {
		if have[key] == nil && !(o.is("", "Pod") && key == "app.kubernetes.io/managed-by") {
			lacking = append(lacking, key)
		}
	}
	if len(lacking) > 0 {
		v.say(labels, o, []any{"metadata", "labels"}, "it lacks labels: %s", strings.Join(lacking, ", "))
	}
	if name := have["app.kubernetes.io/name"]; name != nil && name != v.j.s.Answers.Name {
		v.say(labels, o, []any{"metadata", "labels", "app.kubernetes.io/name"}, "app.kubernetes.io/name is %s, and others know the service as %s", shown(name), v.j.s.Answers.Name)
	}
	p, ok := podOf(o)
	if !ok || len(p.path) == 0 {
		return
	}
	v.validLabels(o, p.at("metadata", "labels"), true)
	v.validLabels(o, p.at("metadata", "annotations"), false)
	for _, key := range common[:2] {
		if p.labels()[key] == nil {
			v.say(labels, o, p.at("metadata", "labels"), "its pods lack the label %s", key)
		}
	}
	if name := p.labels()["app.kubernetes.io/name"]; name != nil && name != v.j.s.Answers.Name {
		v.say(labels, o, p.at("metadata", "labels", "app.kubernetes.io/name"), "the label app.kubernetes.io/name of its pods is %s, and the NetworkPolicies of others look for %s", shown(name), v.j.s.Answers.Name)
	}
}

func (v *view) validLabels(o *object, path []any, values bool) {
	m := dict(o.Object, path...)
	for _, key := range keys(m) {
		value, isText := m[key].(string)
		switch {
		case !isLabelKey(key):
			v.say(labels, o, with(path, key), "%s is no key for a label or annotation", shown(key))
		case values && isText && !names.IsLabelValue(value):
			v.say(labels, o, with(path, key), "the label %s has the value %s, which is none for a label", key, shown(value))
		}
	}
}

// selected compares what makes pods with the pods.
func (v *view) selected(o *object) {
	p, ok := podOf(o)
	if !ok || len(p.path) == 0 || !o.is("apps", o.kind) {
		return
	}
	if selector := get(o.Object, "spec", "selector"); !selects(selector, p.labels()) || len(dict(selector, "matchLabels")) == 0 {
		v.say(selectors, o, []any{"spec", "selector"}, "its selector does not find its own pods")
	}
	for i, c := range listOf(p.spec, "topologySpreadConstraints") {
		if s := get(c, "labelSelector"); s != nil && !selects(s, p.labels()) {
			v.say(selectors, o, p.at("spec", "topologySpreadConstraints", i), "a topology spread constraint does not find the pods that it is to spread")
		}
	}
}

// serviceAccount is about the object of that kind.
func (v *view) serviceAccount(o *object) {
	if o.is("", "ServiceAccount") && !isFalse(o.Object, "automountServiceAccountToken") {
		v.say(token, o, []any{"automountServiceAccountToken"}, "it does not set automountServiceAccountToken: false")
	}
}

// account looks for the ServiceAccount of a pod, and compares that of the service with its ID.
func (v *view) account(p pod) {
	name := text(p.spec, "serviceAccountName")
	if name == "" || name == "default" || v.partial {
		return
	}
	if v.find("ServiceAccount", name) == nil && !isFalse(v.values, "serviceAccount", "create") {
		v.say(selectors, p.object, p.at("spec", "serviceAccountName"), "there is no ServiceAccount %s", shown(name))
	}
}
