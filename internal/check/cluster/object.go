package cluster

import (
	"encoding/json"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/mintwright/mintwright/internal/chart"
)

// object is one Kubernetes object of the chart.
type object struct {
	chart.Manifest
	source *chart.Manifest // which knows the lines of the template; nil when nobody does

	api, kind, name, namespace string
}

func newObject(m chart.Manifest) *object {
	o := &object{Manifest: m, source: &m}
	o.api, o.kind = text(m.Object, "apiVersion"), text(m.Object, "kind")
	o.name, o.namespace = text(m.Object, "metadata", "name"), text(m.Object, "metadata", "namespace")
	return o
}

// is reports whether it is of a kind of an API group, whatever the version; "" is the core.
func (o *object) is(group, kind string) bool {
	have, _, named := strings.Cut(o.api, "/")
	if !named {
		have = ""
	}
	return have == group && o.kind == kind
}

// title is how messages speak of it.
func (o *object) title() string { return o.kind + " " + strconv.Quote(o.name) }

// hook returns the value of Helm's hook annotation; "" for what stays.
func (o *object) hook() string {
	return text(o.Object, "metadata", "annotations", "helm.sh/hook")
}

// isTest reports whether it is there for helm test alone.
func (o *object) isTest() bool { return strings.HasPrefix(o.hook(), "test") }

func (o *object) line(path ...any) int {
	if o.source == nil {
		return 0
	}
	return o.source.Line(path...)
}

// pod is what makes pods, or is one.
type pod struct {
	*object
	path []any // from the object to the pod
	meta map[string]any
	spec map[string]any
}

// podOf returns the pod of an object that has one.
func podOf(o *object) (pod, bool) {
	var path []any
	switch {
	case o.is("", "Pod"):
	case o.is("batch", "CronJob"):
		path = []any{"spec", "jobTemplate", "spec", "template"}
	case o.is("apps", "Deployment"), o.is("apps", "StatefulSet"), o.is("apps", "DaemonSet"), o.is("apps", "ReplicaSet"),
		o.is("batch", "Job"), o.is("", "ReplicationController"), o.is("argoproj.io", "Rollout"):
		path = []any{"spec", "template"}
	case o.is("", "PodTemplate"):
		path = []any{"template"}
	default:
		return pod{}, false
	}
	p := pod{object: o, path: path}
	at := get(o.Object, path...)
	p.meta, p.spec = dict(at, "metadata"), dict(at, "spec")
	return p, p.spec != nil
}

// at is a path within the pod, from its object.
func (p pod) at(path ...any) []any { return slices.Concat(p.path, path) }

// container is one of a pod's containers.
type container struct {
	name string
	path []any // from the pod
	spec map[string]any
	init bool
}

// containers returns all containers of a pod, those that end before it begins first.
func (p pod) containers() []container {
	var all []container
	for _, list := range []string{"initContainers", "containers", "ephemeralContainers"} {
		for i, c := range listOf(p.spec, list) {
			if m, ok := c.(map[string]any); ok {
				all = append(all, container{text(m, "name"), []any{"spec", list, i}, m, list == "initContainers"})
			}
		}
	}
	return all
}

// labels are those of the pod.
func (p pod) labels() map[string]any { return dict(p.meta, "labels") }

// get follows a path of keys and indices; nil where it leads nowhere.
func get(v any, path ...any) any {
	for _, step := range path {
		switch step := step.(type) {
		case string:
			m, _ := v.(map[string]any)
			v = m[step]
		case int:
			list, _ := v.([]any)
			if step < 0 || step >= len(list) {
				return nil
			}
			v = list[step]
		}
	}
	return v
}

func text(v any, path ...any) string {
	s, _ := get(v, path...).(string)
	return s
}

func dict(v any, path ...any) map[string]any {
	m, _ := get(v, path...).(map[string]any)
	return m
}

func listOf(v any, path ...any) []any {
	l, _ := get(v, path...).([]any)
	return l
}

// isTrue and isFalse are both false for what is not there.
func isTrue(v any, path ...any) bool  { return get(v, path...) == true }
func isFalse(v any, path ...any) bool { return get(v, path...) == false }

// whole returns a whole number.
func whole(v any, path ...any) (int, bool) {
	f, ok := get(v, path...).(float64)
	if !ok || f != math.Trunc(f) || math.Abs(f) > 1<<52 {
		return 0, false
	}
	return int(f), true
}

// selects reports whether a label selector finds labels. One that is not there finds nothing,
// an empty one finds all.
func selects(selector any, labels map[string]any) bool {
	s, ok := selector.(map[string]any)
	if !ok {
		return false
	}
	if !matches(dict(s, "matchLabels"), labels) {
		return false
	}
	for _, e := range listOf(s, "matchExpressions") {
		have, there := labels[text(e, "key")]
		in := slices.Contains(listOf(e, "values"), have) && there
		ok := false
		switch text(e, "operator") {
		case "In":
			ok = in
		case "NotIn":
			ok = !in
		case "Exists":
			ok = there
		case "DoesNotExist":
			ok = !there
		}
		if !ok {
			return false
		}
	}
	return true
}

// matches reports whether labels have all that is wanted.
func matches(want, labels map[string]any) bool {
	for k, v := range want {
		if have, ok := labels[k]; !ok || have != v {
			return false
		}
	}
	return true
}

// with is a path that goes on; the one that it begins with is left alone.
func with(path []any, more ...any) []any { return slices.Concat(path, more) }

// shown is a word of the chart in a message: quoted, short, on one line.
func shown(v any) string {
	s, ok := v.(string)
	if !ok {
		b, _ := json.Marshal(v)
		s = string(b)
	}
	const most = 80
	if runes := []rune(s); len(runes) > most {
		s = string(runes[:most]) + "…"
	}
	if ok {
		return strconv.Quote(s)
	}
	return s
}
