package cluster

import (
	"slices"
	"strconv"
	"strings"
	"time"
)

// judge asks everything about one rendering.
func (v *view) judge() {
	for _, p := range v.pods() {
		v.security(p)
		v.images(p)
		v.ownToken(p)
		v.socket(p)
		v.lists(p)
		if !p.isTest() && !p.is("batch", "Job") && !p.is("batch", "CronJob") {
			v.probes(p)
			v.grace(p)
			v.listeners(p)
		}
	}
	v.schema()
	v.services()
	v.reached()
	v.network()
	v.identities()
	v.disruption()
	v.scale()
	v.objectsThemselves()
	v.alerts()
}

// service returns the Deployment of the service itself; false when the chart has none.
func (v *view) service() (pod, bool) {
	for _, p := range v.pods() {
		if p.is("apps", "Deployment") || p.is("argoproj.io", "Rollout") || p.is("apps", "StatefulSet") {
			return p, true
		}
	}
	return pod{}, false
}

// main returns the container that runs the service: the one that is told where the probes are,
// else "app", else the first.
func (p pod) main() (container, bool) {
	var first *container
	for _, c := range p.containers() {
		if c.path[1] != "containers" {
			continue
		}
		if c.name == "app" || env(c, "PROBE_ADDRESS") != "" {
			return c, true
		}
		if first == nil {
			first = &c
		}
	}
	if first == nil {
		return container{}, false
	}
	return *first, true
}

// env returns the value of an environment variable, "" when it is not there or comes from elsewhere.
func env(c container, name string) string {
	for _, e := range listOf(c.spec, "env") {
		if text(e, "name") == name {
			return text(e, "value")
		}
	}
	return ""
}

func (v *view) security(p pod) {
	for _, broken := range restricted(p) {
		if broken.check == "restrictedVolumes" && v.j.s.Answers.Allows("hostpath") && get(p.Object, p.at(broken.path...)...) != nil && isSocketFolder(p, broken.path) {
			v.say(hostPath, p.object, p.at(broken.path...), "the Workload API comes by a folder of the node")
			continue
		}
		r := security.At(v.j.template(p.object), p.line(p.at(broken.path...)...), "%s: %s", p.title(), broken.message)
		r.Criterion += ": " + broken.check
		v.add(r)
	}
	for _, c := range p.containers() {
		if !isTrue(c.spec, "securityContext", "readOnlyRootFilesystem") {
			v.say(rootFilesystem, p.object, p.at(c.at("securityContext")...), "%s may write to its own files", c.title())
		}
		for _, want := range [...][2]string{{"requests", "cpu"}, {"requests", "memory"}, {"limits", "memory"}} {
			if get(c.spec, "resources", want[0], want[1]) == nil {
				v.say(resources, p.object, p.at(c.at("resources")...), "%s sets no resources.%s.%s", c.title(), want[0], want[1])
			}
		}
	}
}

// isSocketFolder reports whether the volume at a path is what SPIFFE_ENDPOINT_SOCKET leads into.
func isSocketFolder(p pod, path []any) bool {
	name := text(p.Object, with(p.at(path...), "name")...)
	if dict(p.Object, with(p.at(path...), "hostPath")...) == nil {
		return false
	}
	for _, c := range p.containers() {
		for _, m := range listOf(c.spec, "volumeMounts") {
			if text(m, "name") == name && below(socketOf(c), text(m, "mountPath")) {
				return true
			}
		}
	}
	return false
}

// socketOf returns the path of the Workload API's socket, by its environment.
func socketOf(c container) string {
	path, _ := strings.CutPrefix(env(c, "SPIFFE_ENDPOINT_SOCKET"), "unix://")
	return path
}

// below reports whether a path is within a folder.
func below(path, dir string) bool {
	return dir != "" && strings.HasPrefix(path, strings.TrimSuffix(dir, "/")+"/")
}

func (v *view) images(p pod) {
	for _, c := range p.containers() {
		image := text(c.spec, "image")
		path := p.at(c.at("image")...)
		name, sum, byDigest := strings.Cut(image, "@")
		last := name[strings.LastIndexByte(name, '/')+1:]
		_, tag, tagged := strings.Cut(last, ":")
		switch {
		case image == "":
			v.say(byTag, p.object, path, "%s has no image", c.title())
		case byDigest:
			if algorithm, hex, _ := strings.Cut(sum, ":"); algorithm != "sha256" || len(hex) != 64 || strings.Trim(hex, "0123456789abcdef") != "" {
				v.say(byTag, p.object, path, "%s has the digest %s, which is none", c.title(), shown(sum))
			}
		case !tagged, tag == "latest":
			v.say(byTag, p.object, path, "%s runs the newest %s, whatever that is", c.title(), shown(name))
		case v.production:
			v.say(byTag, p.object, path, "%s runs %s by a tag, in production", c.title(), shown(image))
		}
	}
}

// ownToken is about the token of the cluster's API.
func (v *view) ownToken(p pod) {
	if !isFalse(p.spec, "automountServiceAccountToken") {
		v.say(token, p.object, p.at("spec", "automountServiceAccountToken"), "it does not set automountServiceAccountToken: false")
	}
	if name := text(p.spec, "serviceAccountName"); name == "" || name == "default" {
		v.say(token, p.object, p.at("spec", "serviceAccountName"), "it has no ServiceAccount of its own")
	}
}

// socket is about the Workload API in a pod: volume, mount and address.
func (v *view) socket(p pod) {
	volumes := map[string]map[string]any{} // those that it may come by
	for i, each := range listOf(p.spec, "volumes") {
		m, _ := each.(map[string]any)
		csi := dict(m, "csi")
		if text(csi, "driver") == "csi.spiffe.io" {
			volumes[text(m, "name")] = m
			if !isTrue(csi, "readOnly") {
				v.say(workloadAPI, p.object, p.at("spec", "volumes", i), "the volume %s is not readOnly: the CSI driver refuses it", shown(m["name"]))
			}
		}
		if dict(m, "hostPath") != nil {
			volumes[text(m, "name")] = m
		}
	}
	for _, c := range p.containers() {
		v.socketOf(p, c, volumes)
	}
}

func (v *view) socketOf(p pod, c container, volumes map[string]map[string]any) {
	address := env(c, "SPIFFE_ENDPOINT_SOCKET")
	path := p.at(c.at("env")...)
	into := false
	for i, m := range listOf(c.spec, "volumeMounts") {
		volume, ok := volumes[text(m, "name")]
		if !ok {
			continue
		}
		at := p.at(c.at("volumeMounts", i)...)
		if !isTrue(m, "readOnly") {
			v.say(workloadAPI, p.object, at, "%s mounts %s so that it could write there", c.title(), shown(get(m, "name")))
		}
		if get(m, "subPath") != nil || get(m, "subPathExpr") != nil {
			v.say(workloadAPI, p.object, at, "%s mounts the socket itself, which is another one after each restart of the agent", c.title())
		}
		into = into || below(socketOf(c), text(m, "mountPath"))
		if address == "" && dict(volume, "csi") != nil {
			v.say(workloadAPI, p.object, path, "%s mounts the Workload API, and SPIFFE_ENDPOINT_SOCKET does not say so", c.title())
		}
	}
	switch {
	case address == "":
		v.needsSocket(p, c)
	case !strings.HasPrefix(address, "unix:///"):
		v.say(workloadAPI, p.object, path, "SPIFFE_ENDPOINT_SOCKET of %s is %s, which is not unix:///…", c.title(), shown(address))
	case !into:
		v.say(workloadAPI, p.object, path, "SPIFFE_ENDPOINT_SOCKET of %s is %s, and no volume of the Workload API is mounted there", c.title(), shown(address))
	}
}

// needsSocket reports a service that has no way to its identity at all.
func (v *view) needsSocket(p pod, c container) {
	main, ok := p.main()
	service, isService := v.service()
	if !ok || !isService || service.object != p.object || main.name != c.name || text(v.values, "workloadApi", "mode") == "injected" {
		return
	}
	v.say(workloadAPI, p.object, p.at(c.at("env")...), "%s has no SPIFFE_ENDPOINT_SOCKET", c.title())
}

// probes are asked of the container that runs the service.
func (v *view) probes(p pod) {
	c, ok := p.main()
	if !ok {
		return
	}
	port := portOf(env(c, "PROBE_ADDRESS"))
	for _, each := range [...][2]string{{"startupProbe", "/startupz"}, {"livenessProbe", "/livez"}, {"readinessProbe", "/readyz"}} {
		probe := dict(c.spec, each[0])
		path := p.at(c.at(each[0])...)
		if probe == nil {
			v.say(probes, p.object, p.at(c.path...), "%s has no %s", c.title(), each[0])
			continue
		}
		http := dict(probe, "httpGet")
		if http == nil {
			v.say(probes, p.object, path, "the %s of %s is no httpGet: the listener for probes speaks HTTP", each[0], c.title())
			continue
		}
		number, known := c.port(http["port"])
		switch {
		case !known:
			v.say(probes, p.object, path, "the %s of %s goes to the port %s, which it does not have", each[0], c.title(), shown(http["port"]))
		case port != 0 && number != port:
			v.say(probes, p.object, path, "the %s of %s goes to port %d, and PROBE_ADDRESS is %d", each[0], c.title(), number, port)
		case text(http, "path") != each[1]:
			v.say(probes, p.object, path, "the %s of %s asks for %s, and the answer is at %s", each[0], c.title(), shown(http["path"]), each[1])
		case text(http, "scheme") == "HTTPS":
			v.say(probes, p.object, path, "the %s of %s speaks HTTPS, and the listener for probes does not", each[0], c.title())
		}
	}
}

// port returns the number of a port that is given by number or by name.
func (c container) port(v any) (int, bool) {
	if f, ok := whole(v); ok {
		return f, f > 0 && f < 65536
	}
	name, _ := v.(string)
	for _, p := range listOf(c.spec, "ports") {
		if name != "" && text(p, "name") == name {
			return whole(p, "containerPort")
		}
	}
	return 0, false
}

// portOf returns the port of an address to listen on or to call, 0 for none.
func portOf(address string) int {
	n, err := strconv.Atoi(address[strings.LastIndexByte(address, ':')+1:])
	if err != nil || n < 1 || n > 65535 {
		return 0
	}
	return n
}

// grace compares what the pod is given with what the service takes to end.
func (v *view) grace(p pod) {
	c, ok := p.main()
	if !ok {
		return
	}
	var sum time.Duration
	for _, each := range [...]struct {
		name string
		d    time.Duration
	}{{"LAME_DUCK", 5 * time.Second}, {"DRAIN_TIMEOUT", 15 * time.Second}, {"TELEMETRY_SHUTDOWN_TIMEOUT", 2 * time.Second}} {
		if given := env(c, each.name); given != "" {
			d, err := time.ParseDuration(given)
			if err != nil || d < 0 {
				v.say(grace, p.object, p.at(c.at("env")...), "%s is %s, which is no duration", each.name, shown(given))
				return
			}
			each.d = d
		}
		sum += each.d
	}
	seconds := 30 // Kubernetes' own
	if n, ok := whole(p.spec, "terminationGracePeriodSeconds"); ok {
		seconds = n
	}
	if float64(seconds) < sum.Seconds() {
		v.say(grace, p.object, p.at("spec", "terminationGracePeriodSeconds"), "it is killed after %d seconds, and takes up to %s to end", seconds, sum)
	}
}

// listeners compares the ports of the container with the addresses that it is told to listen on.
func (v *view) listeners(p pod) {
	c, ok := p.main()
	if !ok {
		return
	}
	declared := map[int]bool{}
	for _, port := range listOf(c.spec, "ports") {
		if n, ok := whole(port, "containerPort"); ok {
			declared[n] = true
		}
	}
	listens := map[int]string{}
	for i, e := range listOf(c.spec, "env") {
		name, value := text(e, "name"), text(e, "value")
		if !isListener(name) {
			continue
		}
		at := p.at(c.at("env", i)...)
		n := portOf(value)
		other, taken := listens[n]
		switch {
		case n == 0:
			v.say(ports, p.object, at, "%s is %s, which has no port", name, shown(value))
		case taken:
			v.say(ports, p.object, at, "%s and %s both listen on port %d", other, name, n)
		case n < 1024:
			v.say(ports, p.object, at, "%s is port %d: below 1024 a process needs a capability that the pod drops", name, n)
		case !declared[n] && len(declared) > 0:
			v.say(ports, p.object, at, "%s is port %d, and the container names no such port", name, n)
		}
		listens[n] = name
	}
	for i, port := range listOf(c.spec, "ports") {
		n, _ := whole(port, "containerPort")
		if _, ok := listens[n]; !ok && len(listens) > 0 {
			v.say(ports, p.object, p.at(c.at("ports", i)...), "the port %s is %d, and nothing is told to listen there", shown(get(port, "name")), n)
		}
	}
}

// isListener reports whether a variable says where the service listens.
func isListener(name string) bool {
	switch name {
	case "HTTP_ADDRESS", "GRPC_ADDRESS", "PUBLIC_ADDRESS", "PROBE_ADDRESS", "METRICS_ADDRESS":
		return true
	}
	return false
}

// secure returns the ports of the service that speak mutual TLS.
func secure(c container) []int {
	var list []int
	for _, name := range []string{"HTTP_ADDRESS", "GRPC_ADDRESS"} {
		if n := portOf(env(c, name)); n != 0 {
			list = append(list, n)
		}
	}
	slices.Sort(list)
	return list
}

// lists are those of a pod whose entries have keys.
func (v *view) lists(p pod) {
	twice := func(path []any, what string, keys ...string) {
		seen := map[string]bool{}
		for i, entry := range listOf(p.Object, path...) {
			var id []string
			for _, k := range keys {
				if value := get(entry, k); value != nil {
					id = append(id, strings.Trim(shown(value), `"`))
				}
			}
			key := strings.TrimSuffix(strings.Join(id, "/"), "/TCP")
			if seen[key] && key != "" {
				v.say(duplicate, p.object, with(path, i), "the %s %s is there twice", what, shown(key))
			}
			seen[key] = true
		}
	}
	twice(p.at("spec", "volumes"), "volume", "name")
	twice(p.at("spec", "imagePullSecrets"), "pull secret", "name")
	names := map[string]bool{}
	volumes := map[string]bool{}
	for _, m := range listOf(p.spec, "volumes") {
		volumes[text(m, "name")] = true
	}
	for _, c := range p.containers() {
		if names[c.name] {
			v.say(duplicate, p.object, p.at(c.path...), "the container %s is there twice", shown(c.name))
		}
		names[c.name] = true
		twice(p.at(c.at("env")...), "variable", "name")
		twice(p.at(c.at("ports")...), "port", "containerPort", "protocol")
		twice(p.at(c.at("ports")...), "port", "name")
		twice(p.at(c.at("volumeMounts")...), "mount", "mountPath")
		for i, m := range listOf(c.spec, "volumeMounts") {
			if name := text(m, "name"); !volumes[name] {
				v.say(selectors, p.object, p.at(c.at("volumeMounts", i)...), "%s mounts the volume %s, which the pod does not have", c.title(), shown(name))
			}
		}
	}
}

// schema is about text that is read as something else.
func (v *view) schema() {
	for _, o := range v.objects {
		v.texts(o)
	}
	for _, p := range v.pods() {
		for _, key := range []string{"labels", "annotations"} {
			v.allText(p.object, p.at("metadata", key), key)
		}
		for _, c := range p.containers() {
			for i, e := range listOf(c.spec, "env") {
				if value, ok := get(e, "value").(string); !ok && get(e, "value") != nil {
					v.say(misread, p.object, p.at(c.at("env", i, "value")...), "the variable %s has the value %s, which is no text%s", text(e, "name"), shown(get(e, "value")), value)
				}
				if get(e, "value") == nil && get(e, "valueFrom") == nil && hasKey(e, "value") {
					v.say(misread, p.object, p.at(c.at("env", i, "value")...), "the variable %s has the value null", text(e, "name"))
				}
			}
			for _, key := range []string{"args", "command"} {
				for i, a := range listOf(c.spec, key) {
					if _, ok := a.(string); !ok {
						v.say(misread, p.object, p.at(c.at(key, i)...), "%s of %s has %s, which is no text", key, c.title(), shown(a))
					}
				}
			}
		}
	}
}

func hasKey(v any, key string) bool {
	m, _ := v.(map[string]any)
	_, ok := m[key]
	return ok
}

// texts are those of any object, and of the kinds whose data is text.
func (v *view) texts(o *object) {
	for _, path := range [...][]any{{"apiVersion"}, {"kind"}, {"metadata", "name"}, {"metadata", "namespace"}} {
		value := get(o.Object, path...)
		if _, ok := value.(string); !ok && value != nil {
			v.say(misread, o, path, "%s is %s, which is no text", path[len(path)-1], shown(value))
		}
	}
	for _, path := range [...][]any{{"metadata", "labels"}, {"metadata", "annotations"}, {"spec", "selector", "matchLabels"}, {"spec", "podSelector", "matchLabels"}} {
		v.allText(o, path, path[len(path)-1].(string))
	}
	switch {
	case o.is("", "Service"):
		v.allText(o, []any{"spec", "selector"}, "selector")
	case o.is("", "ConfigMap"):
		v.allText(o, []any{"data"}, "data")
	case o.is("", "Secret"):
		v.allText(o, []any{"stringData"}, "stringData")
	}
}

func (v *view) allText(o *object, path []any, what string) {
	m := dict(o.Object, path...)
	for _, key := range keys(m) {
		if _, ok := m[key].(string); !ok {
			v.say(misread, o, with(path, key), "%s: %s is %s, which is no text", what, key, shown(m[key]))
		}
	}
}
