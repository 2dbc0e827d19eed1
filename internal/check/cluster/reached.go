package cluster

import "slices"

// reached is about what finds Services and pods: monitors and routes.
func (v *view) reached() {
	if v.partial {
		return
	}
	for _, o := range v.of("monitoring.coreos.com", "ServiceMonitor") {
		var names []string
		found := false
		for _, s := range v.of("", "Service") {
			if selects(get(o.Object, "spec", "selector"), dict(s.Object, "metadata", "labels")) {
				found = true
				for _, port := range listOf(s.Object, "spec", "ports") {
					names = append(names, text(port, "name"))
				}
			}
		}
		v.scraped(o, "endpoints", "Service", found, names)
	}
	for _, o := range v.of("monitoring.coreos.com", "PodMonitor") {
		var names []string
		found := false
		for _, p := range v.pods() {
			if selects(get(o.Object, "spec", "selector"), p.labels()) {
				found = true
				for _, c := range p.containers() {
					for _, port := range listOf(c.spec, "ports") {
						names = append(names, text(port, "name"))
					}
				}
			}
		}
		v.scraped(o, "podMetricsEndpoints", "pod", found, names)
	}
	for _, kind := range []string{"TLSRoute", "TCPRoute", "HTTPRoute", "GRPCRoute"} {
		for _, o := range v.of("gateway.networking.k8s.io", kind) {
			v.routed(o)
		}
	}
}

// scraped compares a monitor with what it finds.
func (v *view) scraped(o *object, list, what string, found bool, names []string) {
	if !found {
		v.say(selectors, o, []any{"spec", "selector"}, "it finds no %s", what)
		return
	}
	for i, e := range listOf(o.Object, "spec", list) {
		if name := text(e, "port"); name != "" && !slices.Contains(names, name) {
			v.say(ports, o, []any{"spec", list, i}, "it asks the port %s, which no %s that it finds has", shown(name), what)
		}
	}
}

// routed looks for the Services that a route leads to.
func (v *view) routed(o *object) {
	for r, rule := range listOf(o.Object, "spec", "rules") {
		for b, ref := range listOf(rule, "backendRefs") {
			at := []any{"spec", "rules", r, "backendRefs", b}
			if kind := text(ref, "kind"); kind != "" && kind != "Service" || text(ref, "namespace") != "" {
				continue
			}
			s := v.find("Service", text(ref, "name"))
			if s == nil {
				if !isExtra(o) {
					v.say(selectors, o, at, "there is no Service %s", shown(text(ref, "name")))
				}
				continue
			}
			number, _ := whole(ref, "port")
			if !slices.ContainsFunc(listOf(s.Object, "spec", "ports"), func(port any) bool {
				n, _ := whole(port, "port")
				return n == number
			}) {
				v.say(ports, o, at, "%s has no port %s", s.title(), shown(get(ref, "port")))
			}
		}
	}
}
