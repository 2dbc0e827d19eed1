package cluster

import (
	"cmp"
	"slices"
	"strings"
)

// disruption is about budgets: they must find the pods, and let one of them go.
func (v *view) disruption() {
	for _, o := range v.of("policy", "PodDisruptionBudget") {
		found := false
		for _, p := range v.pods() {
			found = found || p.namespace == o.namespace && !p.isTest() && selects(get(o.Object, "spec", "selector"), p.labels())
		}
		if !found && !v.partial {
			v.say(availability, o, []any{"spec", "selector"}, "it selects none of the pods")
		}
		most, least := get(o.Object, "spec", "maxUnavailable"), get(o.Object, "spec", "minAvailable")
		switch {
		case most == nil && least == nil:
			v.say(availability, o, []any{"spec"}, "it says neither maxUnavailable nor minAvailable")
		case most != nil && least != nil:
			v.say(availability, o, []any{"spec", "minAvailable"}, "it says both maxUnavailable and minAvailable, which Kubernetes refuses")
		case most == 0.0, most == "0", most == "0%", least == "100%":
			v.say(availability, o, []any{"spec"}, "no pod may ever go, so that no node can be drained")
		}
		if n, ok := whole(least); ok && n >= v.leastReplicas() {
			v.say(availability, o, []any{"spec", "minAvailable"}, "%d pods must stay, and there may be no more than %d: no node can be drained", n, v.leastReplicas())
		}
	}
}

// leastReplicas is the number of pods that there are for certain.
func (v *view) leastReplicas() int {
	for _, o := range v.scalers() {
		if n, ok := whole(o.Object, "spec", "minReplicas"); ok {
			return n
		}
		if n, ok := whole(o.Object, "spec", "minReplicaCount"); ok {
			return n
		}
	}
	if p, ok := v.service(); ok {
		if n, ok := whole(p.Object, "spec", "replicas"); ok {
			return n
		}
	}
	return 1
}

// scalers are what sets the number of pods.
func (v *view) scalers() []*object {
	return append(v.of("autoscaling", "HorizontalPodAutoscaler"), v.of("keda.sh", "ScaledObject")...)
}

func (v *view) scale() {
	targets := map[string]*object{}
	for _, o := range v.scalers() {
		kind, name := text(o.Object, "spec", "scaleTargetRef", "kind"), text(o.Object, "spec", "scaleTargetRef", "name")
		kind = cmp.Or(kind, "Deployment") // KEDA's default
		path := []any{"spec", "scaleTargetRef"}
		if other, ok := targets[kind+"/"+name]; ok {
			v.say(scaling, o, path, "%s scales %s %s too", other.title(), kind, shown(name))
		}
		targets[kind+"/"+name] = o
		target := v.find(kind, name)
		if target == nil {
			if !v.partial {
				v.say(scaling, o, path, "there is no %s %s for it to scale", kind, shown(name))
			}
			continue
		}
		if group, _, _ := strings.Cut(text(o.Object, "spec", "scaleTargetRef", "apiVersion"), "/"); group != "" && !target.is(group, kind) {
			v.say(scaling, o, path, "its target is of %s, and %s is of %s", shown(group), target.title(), shown(target.api))
		}
		if get(target.Object, "spec", "replicas") != nil {
			v.say(scaling, target, []any{"spec", "replicas"}, "it sets replicas, and %s does too: each installation undoes the other's", o.title())
		}
		v.bounds(o)
		v.measured(o, target)
	}
}

// measured looks for the containers whose use is measured.
func (v *view) measured(o, target *object) {
	p, ok := podOf(target)
	if !ok {
		return
	}
	for i, m := range listOf(o.Object, "spec", "metrics") {
		name := text(m, "containerResource", "container")
		if text(m, "type") == "ContainerResource" && !slices.ContainsFunc(p.containers(), func(c container) bool { return c.name == name }) {
			v.say(scaling, o, []any{"spec", "metrics", i}, "it measures the container %s, which the pods do not have", shown(name))
		}
	}
}

// bounds are the least and the most pods.
func (v *view) bounds(o *object) {
	low, high := "minReplicas", "maxReplicas"
	if o.is("keda.sh", "ScaledObject") {
		low, high = "minReplicaCount", "maxReplicaCount"
		if len(listOf(o.Object, "spec", "triggers")) == 0 {
			v.say(scaling, o, []any{"spec", "triggers"}, "it has no triggers")
		}
	}
	least, hasLeast := whole(o.Object, "spec", low)
	most, hasMost := whole(o.Object, "spec", high)
	if hasLeast && hasMost && least > most {
		v.say(scaling, o, []any{"spec", low}, "%s is %d, more than %s, which is %d", low, least, high, most)
	}
}

// find returns the object of a kind and name in the namespace of the release.
func (v *view) find(kind, name string) *object {
	for _, o := range v.objects {
		if o.kind == kind && o.name == name {
			return o
		}
	}
	return nil
}
