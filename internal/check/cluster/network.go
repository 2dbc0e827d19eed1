package cluster

import (
	"cmp"
	"path"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"github.com/mintwright/mintwright/generators/answers"
	"github.com/mintwright/mintwright/internal/chart"
	"github.com/mintwright/mintwright/internal/check"
)

// policies returns the NetworkPolicies that select a pod.
func (v *view) policiesOf(p pod) []*object {
	var list []*object
	for _, o := range v.of("networking.k8s.io", "NetworkPolicy") {
		if o.namespace == p.namespace && selectsOrAll(get(o.Object, "spec", "podSelector"), p.labels()) {
			list = append(list, o)
		}
	}
	return list
}

// selectsOrAll is for selectors that find all when they are empty, or not there.
func selectsOrAll(selector any, labels map[string]any) bool {
	return selector == nil || selects(selector, labels)
}

// direction of a NetworkPolicy's rules.
type direction struct{ kind, rules, peers string }

var (
	ingress = direction{"Ingress", "ingress", "from"}
	egress  = direction{"Egress", "egress", "to"}
)

// governs reports whether a policy says anything about a direction.
func governs(o *object, d direction) bool {
	types, ok := get(o.Object, "spec", "policyTypes").([]any)
	if !ok {
		return d == ingress || get(o.Object, "spec", "egress") != nil
	}
	return slices.Contains(types, any(d.kind))
}

func (v *view) network() {
	pods := v.pods()
	for _, o := range v.of("networking.k8s.io", "NetworkPolicy") {
		found := slices.ContainsFunc(pods, func(p pod) bool {
			return p.namespace == o.namespace && selectsOrAll(get(o.Object, "spec", "podSelector"), p.labels())
		})
		if !found && !v.partial && !isExtra(o) {
			v.say(policy, o, []any{"spec", "podSelector"}, "it selects none of the pods")
		}
		for _, d := range [...]direction{ingress, egress} {
			if !governs(o, d) && get(o.Object, "spec", d.rules) != nil {
				v.say(policy, o, []any{"spec", "policyTypes"}, "it has %s rules, and %s is not among its policyTypes", d.rules, d.kind)
			}
			v.openRules(o, d)
		}
	}
	for _, p := range pods {
		if v.partial {
			break
		}
		selecting := v.policiesOf(p)
		for _, d := range [...]direction{ingress, egress} {
			if !slices.ContainsFunc(selecting, func(o *object) bool { return governs(o, d) }) {
				v.say(policy, p.object, p.at("metadata", "labels"), "no NetworkPolicy denies it anything: %s is open to all", strings.ToLower(d.kind))
			}
		}
	}
	if p, ok := v.service(); ok && !v.partial {
		v.admitted(p)
		v.calls(p)
		v.callers(p)
		v.backends(p)
	}
}

// admitted reports ways in to ports that the service does not have. With other containers beside
// it nobody knows what those listen on.
func (v *view) admitted(p pod) {
	c, ok := p.main()
	if !ok || len(p.containers()) > 1 || len(listOf(c.spec, "ports")) == 0 {
		return
	}
	has := map[int]bool{}
	for _, port := range listOf(c.spec, "ports") {
		n, _ := whole(port, "containerPort")
		has[n] = true
	}
	for _, o := range v.policiesOf(p) {
		for i, rule := range listOf(o.Object, "spec", "ingress") {
			for k, port := range listOf(rule, "ports") {
				if n, known := c.port(get(port, "port")); get(port, "port") != nil && get(port, "endPort") == nil && (!known || !has[n]) {
					v.say(ports, o, []any{"spec", "ingress", i, "ports", k}, "it lets in to port %s, which the service does not have", shown(get(port, "port")))
				}
			}
		}
	}
}

// isExtra reports whether an object comes from the user's own values.
func isExtra(o *object) bool { return path.Base(o.Template) == "extra-objects.yaml" }

// openRules reports rules that are for everybody.
func (v *view) openRules(o *object, d direction) {
	for i, rule := range listOf(o.Object, "spec", d.rules) {
		at := []any{"spec", d.rules, i}
		if len(listOf(rule, "ports")) == 0 {
			v.say(policy, o, at, "the %s rule %d is for all ports", d.rules, i+1)
		}
		peers := listOf(rule, d.peers)
		if len(peers) == 0 && !v.mayBeOpen(rule, d) {
			v.say(policy, o, at, "the %s rule %d has no %s: it is for everybody", d.rules, i+1, d.peers)
		}
		for _, peer := range peers {
			if who := everybody(peer); who != "" && !v.mayBeOpen(rule, d) {
				v.say(policy, o, at, "the %s rule %d is for %s", d.rules, i+1, who)
			}
		}
	}
}

// everybody says whom a peer that bounds nothing stands for; "" for one that does.
func everybody(peer any) string {
	m, _ := peer.(map[string]any)
	block, namespaces, pods := dict(m, "ipBlock"), m["namespaceSelector"], m["podSelector"]
	isEmpty := func(selector any) bool {
		s, ok := selector.(map[string]any)
		return ok && len(dict(s, "matchLabels")) == 0 && len(listOf(s, "matchExpressions")) == 0
	}
	switch {
	case len(m) == 0:
		return "everybody"
	case block != nil:
		if _, bits, ok := strings.Cut(text(block, "cidr"), "/"); ok && bits == "0" {
			return "every address"
		}
	case isEmpty(namespaces) && (pods == nil || isEmpty(pods)):
		return "every pod of the cluster"
	}
	return ""
}

// mayBeOpen reports whether a rule is for everybody because that was chosen.
func (v *view) mayBeOpen(rule any, d direction) bool {
	p, ok := v.service()
	c, isMain := p.mainIf(ok)
	if !isMain || d != ingress {
		return false
	}
	allowed := []int{}
	if v.j.s.Answers.Allows("web-pki-ingress") {
		allowed = append(allowed, portOf(env(c, "PUBLIC_ADDRESS")))
	}
	if v.j.s.Answers.Allows("any-caller") {
		allowed = append(allowed, secure(c)...)
	}
	ports := listOf(rule, "ports")
	return len(ports) > 0 && !slices.ContainsFunc(ports, func(port any) bool {
		n, known := c.port(get(port, "port"))
		return !known || !slices.Contains(allowed, n) || get(port, "endPort") != nil
	})
}

func (p pod) mainIf(ok bool) (container, bool) {
	if !ok {
		return container{}, false
	}
	return p.main()
}

// opens reports whether a policy lets a pod reach, or be reached by, a peer on a port.
func (v *view) opens(p pod, d direction, port int, protocol string, isPeer func(peer any) bool) bool {
	c, _ := p.main()
	for _, o := range v.policiesOf(p) {
		if !governs(o, d) {
			continue
		}
		for _, rule := range listOf(o.Object, "spec", d.rules) {
			if coversPort(c, rule, port, protocol) && coversPeer(rule, d, isPeer) {
				return true
			}
		}
	}
	return false
}

func coversPort(c container, rule any, port int, protocol string) bool {
	list := listOf(rule, "ports")
	return len(list) == 0 || slices.ContainsFunc(list, func(each any) bool {
		if cmp.Or(text(each, "protocol"), "TCP") != protocol {
			return false
		}
		if get(each, "port") == nil {
			return true
		}
		low, known := c.port(get(each, "port"))
		high, ranged := whole(each, "endPort")
		return known && (low == port || ranged && low <= port && port <= high)
	})
}

func coversPeer(rule any, d direction, isPeer func(any) bool) bool {
	peers := listOf(rule, d.peers)
	return len(peers) == 0 || slices.ContainsFunc(peers, isPeer)
}

// at returns a function that finds the peers which reach a place. What is given as addresses, or
// for a place that is not known, is taken as it is.
func (v *view) at(where answers.Place, known bool, given []any) func(any) bool {
	namespaceLabels := map[string]any{"kubernetes.io/metadata.name": where.Namespace}
	return func(peer any) bool {
		if !known || get(peer, "ipBlock") != nil {
			return slices.ContainsFunc(given, func(g any) bool { return reflect.DeepEqual(g, peer) })
		}
		namespaces := get(peer, "namespaceSelector")
		if namespaces == nil && where.Namespace != v.j.s.Answers.Deploy.Namespace || namespaces != nil && !mayFind(namespaces, namespaceLabels) {
			return false
		}
		return mayFind(get(peer, "podSelector"), map[string]any{"app.kubernetes.io/name": where.Name})
	}
}

// mayFind reports whether a selector can find something with labels of which only some are
// known: those that it asks for and are known must agree.
func mayFind(selector any, known map[string]any) bool {
	for k, want := range dict(selector, "matchLabels") {
		if have, ok := known[k]; ok && have != want {
			return false
		}
	}
	return true
}

// calls compares the policies with whom the service calls.
func (v *view) calls(p pod) {
	for _, call := range v.j.s.Answers.Calls {
		given, i := entry(v.values, "calls", "name", call.Name)
		where, known := v.j.s.Answers.Identity.PlaceOf(call.ID)
		peers := listOf(given, "peers")
		port := portOf(call.Address)
		if n, ok := whole(given, "port"); ok && n != port {
			r := v.atValue(networkCall, []any{"calls", i, "port"}, "%s is called at %s, and the NetworkPolicy opens port %d", call.Name, call.Address, n).
				Do("set port of the call %s to %d", call.Name, port)
			if port < 1024 { // a port of a Service: no pod of this kind listens there
				r = r.As(check.Note).Do("keep it if the pods of %s listen on %d behind their Service, else correct port of the call", call.Name, n)
			}
			v.add(r)
			port = n
		}
		switch {
		case answers.IsLoopback(call.Address):
		case !known && len(peers) == 0:
			if !v.opens(p, egress, port, "TCP", func(any) bool { return true }) || given != nil {
				v.add(v.atValue(networkPeer, []any{"calls", i, "peers"}, "%s is %s, and nothing says where that runs: the way to it is closed", call.Name, call.ID).
					Do("name its pods or its addresses as peers of the call %s", call.Name))
			}
		case !v.opens(p, egress, port, "TCP", v.at(where, known, peers)):
			v.add(v.atValue(networkCall, item("calls", i), "no NetworkPolicy lets the service reach port %d of %s (%s)", port, call.Name, call.ID))
		}
	}
}

// entry returns the item of a list of the values that has a name, and its index; nil and -1 for
// none.
func entry(values map[string]any, list, key, name string) (map[string]any, int) {
	for i, each := range listOf(values, list) {
		if text(each, key) == name {
			return dict(each), i
		}
	}
	return nil, -1
}

// item is the path of what entry has found; that of the list for nothing.
func item(list string, i int) []any {
	if i < 0 {
		return []any{list}
	}
	return []any{list, i}
}

// callers compares the policies with who calls the service.
func (v *view) callers(p pod) {
	c, ok := p.main()
	if !ok {
		return
	}
	for _, id := range v.j.s.Answers.Identity.Callers {
		given, i := entry(v.values, "callers", "id", id)
		peers := listOf(given, "peers")
		where, known := v.j.s.Answers.Identity.PlaceOf(id)
		if !known && len(peers) == 0 && given != nil {
			v.add(v.atValue(networkPeer, []any{"callers", i, "peers"}, "nothing says where %s runs: the way from it is closed", id).
				Do("name its pods or its addresses as peers of this caller"))
			continue
		}
		for _, port := range secure(c) {
			if !v.opens(p, ingress, port, "TCP", v.at(where, known, peers)) {
				v.add(v.atValue(networkCaller, item("callers", i), "no NetworkPolicy lets %s reach port %d", id, port))
			}
		}
	}
}

// backends are what the service needs beside those that it calls.
func (v *view) backends(p pod) {
	a := v.j.s.Answers
	v.dns(p)
	if address := a.Telemetry.Collector.Address; !answers.IsLoopback(address) {
		v.backend(p, "the collector", a.Telemetry.Collector.ID, address, "telemetry", "collector")
	}
	if a.Store == "postgres" {
		v.backend(p, "the database", "", "", "database")
	}
	if a.Serves("worker") && a.Worker.Source == "nats" && !answers.IsLoopback(a.Worker.Broker.Address) {
		v.backend(p, "the broker", a.Worker.Broker.ID, a.Worker.Broker.Address, "worker", "broker")
	}
}

// dns is needed by all that is called by name.
func (v *view) dns(p pod) {
	port := 53
	if n, ok := whole(v.values, "networkPolicy", "dns", "port"); ok {
		port = n
	}
	if !v.opens(p, egress, port, "UDP", func(any) bool { return true }) {
		v.add(v.atValue(networkBackend, []any{"networkPolicy", "dns"}, "no NetworkPolicy lets the service ask DNS (port %d, UDP)", port))
	}
}

func (v *view) backend(p pod, what, id, address string, key ...any) {
	given := dict(v.values, key...)
	where, known := answers.PlaceAt(address)
	if id != "" {
		where, known = v.j.s.Answers.Identity.PlaceOf(id)
	}
	peers := listOf(given, "peers")
	port := portOf(address)
	if n, ok := whole(given, "port"); ok {
		port = n
	}
	switch {
	case len(peers) == 0 && !known:
		v.add(v.atValue(networkPeer, with(key, "peers"), "nothing says where %s runs: the way to it is closed", what).
			Do("name its pods or its addresses as %s.peers", chart.Where(key)))
	case !v.opens(p, egress, port, "TCP", v.at(where, known, peers)):
		v.add(v.atValue(networkBackend, key, "no NetworkPolicy lets the service reach port %d of %s", port, what))
	}
}

// services compares Services with the pods behind them.
func (v *view) services() {
	pods := v.pods()
	for _, o := range v.of("", "Service") {
		if text(o.Object, "spec", "type") == "ExternalName" {
			continue
		}
		selector := dict(o.Object, "spec", "selector")
		if len(selector) == 0 {
			continue // its endpoints are somebody else's
		}
		var behind []pod
		for _, p := range pods {
			if p.namespace == o.namespace && matches(selector, p.labels()) {
				behind = append(behind, p)
			}
		}
		if len(behind) == 0 && !v.partial {
			v.say(selectors, o, []any{"spec", "selector"}, "it finds none of the pods")
		}
		seen := map[string]bool{}
		for i, port := range listOf(o.Object, "spec", "ports") {
			at := []any{"spec", "ports", i}
			v.servicePort(o, port, at, behind)
			number, _ := whole(port, "port")
			for _, key := range []string{"port/" + strconv.Itoa(number) + "/" + cmp.Or(text(port, "protocol"), "TCP"), "name/" + text(port, "name")} {
				if seen[key] {
					v.say(duplicate, o, at, "the port %s is there twice", shown(cmp.Or(text(port, "name"), strconv.Itoa(number))))
				}
				seen[key] = true
			}
		}
	}
}

func (v *view) servicePort(o *object, port any, at []any, behind []pod) {
	target := get(port, "targetPort")
	if target == nil {
		target = get(port, "port")
	}
	for _, p := range behind {
		if p.isTest() || p.is("batch", "Job") {
			v.say(selectors, o, []any{"spec", "selector"}, "it finds pods that serve nobody too: those of %s", p.title())
			continue
		}
		found := false
		for _, c := range p.containers() {
			n, known := c.port(target)
			for _, have := range listOf(c.spec, "ports") {
				m, _ := whole(have, "containerPort")
				found = found || known && m == n
			}
		}
		if !found {
			v.say(ports, o, at, "its port %s leads to %s, which the pods do not have", shown(text(port, "name")), shown(target))
			return
		}
		v.called(o, port, at, p)
	}
}

// called compares the Service's port with that of the pod: a NetworkPolicy of whoever calls sees
// the pod's port, and derives it from the address.
func (v *view) called(o *object, port any, at []any, p pod) {
	c, ok := p.main()
	if !ok {
		return
	}
	target := get(port, "targetPort")
	if target == nil {
		target = get(port, "port")
	}
	n, known := c.port(target)
	outside, _ := whole(port, "port")
	if known && n != outside && slices.Contains(secure(c), n) {
		v.say(ports, o, at, "its port %d leads to port %d: who calls opens the first in its NetworkPolicy, and the packet goes to the second", outside, n)
	}
}
