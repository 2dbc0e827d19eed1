package cluster

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/mintwright/mintwright/internal/chart"
	"github.com/mintwright/mintwright/internal/check"
	"github.com/mintwright/mintwright/internal/check/checktest"
)

func TestSilent(t *testing.T) { checktest.Silent(t, Area()) }

// What is noted about a service with everything, and what is not looked at.
func TestNotes(t *testing.T) {
	results, unchecked := checktest.Judge(t, Area(), full(t))
	want := []string{
		"cluster.digest deploy/argocd/application.yaml: Application \"payments\": the digest of the chart is not known yet",
		"cluster.digest deploy/argocd/applicationset.yaml: ApplicationSet \"payments\": the digest of the chart is not known yet",
		"cluster.digest deploy/chart/values-prod.yaml: image.digest is empty, so that a release with it is refused",
		"cluster.network-peer deploy/chart/values.yaml: nothing says where spiffe://partner.example/ns/web/sa/front runs: the way from it is closed",
		"cluster.network-peer deploy/chart/values.yaml: nothing says where the database runs: the way to it is closed (with values.yaml, values-prod.yaml, values-staging.yaml)",
		"cluster.admission deploy/policy/kyverno/identity.yaml: ValidatingPolicy \"identity.payments.shop\": it warns or audits, and refuses nothing",
		"cluster.fill-in deploy/policy/kyverno/signature.yaml: there is something to fill in, here and perhaps below",
		"cluster.admission deploy/policy/vap/bindings.yaml: ValidatingAdmissionPolicyBinding \"identity.payments.shop\": its validationActions lack Deny: it refuses nothing",
		"cluster.fill-in deploy/spire/federation.yaml: there is something to fill in, here and perhaps below",
	}
	if diff := cmp.Diff(want, withoutLines(results)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	for _, r := range results {
		if r.Severity != check.Note {
			t.Errorf("a finding: %v", r)
		}
	}
	if len(unchecked) != 1 || unchecked[0].What != "the chart by Helm" {
		t.Errorf("unchecked: %v", unchecked)
	}
}

func withoutLines(results []check.Result) []string {
	results = slices.Clone(results)
	for i := range results {
		results[i].Line = 0
	}
	return checktest.Lines(results)
}

func full(t testing.TB) *check.Service {
	t.Helper()
	return checktest.Service(t, checktest.Answers(t, checktest.Full()...))
}

// rendered is the chart of a service with one values file, "" for none.
func rendered(t testing.TB, s *check.Service, values string) *view {
	t.Helper()
	j := newJudge(t.Context(), s)
	c, err := chart.Load(s.FS, chartDir)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := j.renderWith(c, values, ""); err != nil {
		t.Fatal(err)
	}
	if len(j.views) != 1 {
		t.Fatalf("not rendered: %v %v", j.results(), j.unchecked)
	}
	return j.views[0]
}

// edited returns the view with a copy of its objects, changed by edit.
func edited(t *testing.T, v *view, edit func(e *editor)) *view {
	t.Helper()
	copied := *v
	copied.j = newJudge(t.Context(), v.j.s)
	copied.objects = nil
	e := &editor{t: t, values: clone(t, v.values).(map[string]any)}
	for _, o := range v.objects {
		e.objects = append(e.objects, clone(t, o.Object).(map[string]any))
	}
	edit(e)
	copied.values = e.values
	for i, m := range e.objects {
		template := ""
		if i < len(v.objects) {
			template = v.objects[i].Template
		}
		copied.objects = append(copied.objects, newObject(chart.Manifest{Object: m, Template: template}))
	}
	copied.j.views = []*view{&copied}
	return &copied
}

func clone(t *testing.T, v any) any {
	t.Helper()
	b, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	var out any
	if err := json.NewDecoder(bytes.NewReader(b)).Decode(&out); err != nil {
		t.Fatal(err)
	}
	return out
}

// editor changes objects in memory.
type editor struct {
	t       *testing.T
	objects []map[string]any
	values  map[string]any
}

// gone is a value that is taken out.
type gone struct{}

// get returns an object by "Kind" or "Kind/name".
func (e *editor) get(id string) map[string]any {
	e.t.Helper()
	kind, name, _ := strings.Cut(id, "/")
	for _, m := range e.objects {
		if text(m, "kind") == kind && (name == "" || text(m, "metadata", "name") == name) {
			return m
		}
	}
	e.t.Fatalf("there is no %s", id)
	return nil
}

func (e *editor) drop(id string) {
	e.t.Helper()
	m := e.get(id)
	e.objects = slices.DeleteFunc(e.objects, func(o map[string]any) bool { return fmt.Sprintf("%p", o) == fmt.Sprintf("%p", m) })
}

// set changes what stands at a path written with dots; a number is an index, a ~ stands for a dot
// of a key.
func (e *editor) set(id, path string, value any) {
	e.t.Helper()
	put(e.t, e.get(id), path, value)
}

func put(t *testing.T, m any, path string, value any) {
	t.Helper()
	steps := strings.Split(path, ".")
	for i, step := range steps {
		step = strings.ReplaceAll(step, "~", ".")
		last := i == len(steps)-1
		switch at := m.(type) {
		case map[string]any:
			switch _, out := value.(gone); {
			case last && out:
				delete(at, step)
			case last:
				at[step] = value
			default:
				if at[step] == nil {
					at[step] = map[string]any{}
				}
				m = at[step]
			}
		case []any:
			var n int
			if _, err := fmt.Sscan(step, &n); err != nil || n >= len(at) {
				t.Fatalf("%s: %q is no item", path, step)
			}
			if last {
				at[n] = value
			} else {
				m = at[n]
			}
		default:
			t.Fatalf("%s leads nowhere at %q", path, step)
		}
	}
}

func (e *editor) add(id, path string, value any) {
	e.t.Helper()
	var at []any
	for step := range strings.SplitSeq(path, ".") {
		var n int
		if _, err := fmt.Sscan(step, &n); err == nil {
			at = append(at, n)
		} else {
			at = append(at, strings.ReplaceAll(step, "~", "."))
		}
	}
	m := e.get(id)
	e.set(id, path, append(listOf(m, at...), value))
}

// env changes a variable of the service.
func (e *editor) env(name string, value any) {
	e.t.Helper()
	list := listOf(e.get("Deployment"), "spec", "template", "spec", "containers", 0, "env")
	for i, each := range list {
		if text(each, "name") == name {
			if _, out := value.(gone); out {
				e.set("Deployment", "spec.template.spec.containers.0.env", slices.Delete(list, i, i+1))
				return
			}
			each.(map[string]any)["value"] = value
			return
		}
	}
	e.t.Fatalf("there is no variable %s", name)
}

// rule finds a rule of the service's NetworkPolicy by one of its ports.
func (e *editor) rule(direction string, port int) map[string]any {
	e.t.Helper()
	for _, r := range listOf(e.get("NetworkPolicy/payments"), "spec", direction) {
		for _, p := range listOf(r, "ports") {
			if n, _ := whole(p, "port"); n == port {
				return r.(map[string]any)
			}
		}
	}
	e.t.Fatalf("there is no %s rule for port %d", direction, port)
	return nil
}

const (
	podSpec = "spec.template.spec."
	first   = podSpec + "containers.0."
)

// Each fault in the objects of a sound chart is found by the rule that is meant for it, and by no
// other that is not named.
func TestObjects(t *testing.T) {
	plain := rendered(t, full(t), "")
	production := rendered(t, full(t), "values-prod.yaml")
	for name, tt := range map[string]struct {
		edit       func(e *editor)
		want       string // "rule: part of the message"
		production bool
	}{
		"host network":       {func(e *editor) { e.set("Deployment", podSpec+"hostNetwork", true) }, "cluster.pod-security: hostNetwork", false},
		"host PID of a hook": {func(e *editor) { e.set("Job", podSpec+"hostPID", true) }, "cluster.pod-security: hostPID", false},
		"host IPC of a test": {func(e *editor) { e.set("Pod", "spec.hostIPC", true) }, "cluster.pod-security: hostIPC", false},
		"privileged":         {func(e *editor) { e.set("Deployment", first+"securityContext.privileged", true) }, "cluster.pod-security: is privileged", false},
		"escalation":         {func(e *editor) { e.set("Deployment", first+"securityContext.allowPrivilegeEscalation", gone{}) }, "cluster.pod-security: allowPrivilegeEscalation", false},
		"capabilities":       {func(e *editor) { e.set("Pod", "spec.containers.0.securityContext.capabilities.drop", []any{}) }, "cluster.pod-security: does not drop ALL", false},
		"added capability":   {func(e *editor) { e.set("Job", first+"securityContext.capabilities.add", []any{"NET_ADMIN"}) }, "cluster.pod-security: NET_ADMIN", false},
		"root":               {func(e *editor) { e.set("Deployment", podSpec+"securityContext.runAsUser", 0.0) }, "cluster.pod-security: user 0", false},
		"perhaps root":       {func(e *editor) { e.set("Deployment", first+"securityContext.runAsNonRoot", false) }, "cluster.pod-security: runAsNonRoot", false},
		"seccomp":            {func(e *editor) { e.set("Deployment", podSpec+"securityContext.seccompProfile", gone{}) }, "cluster.pod-security: seccompProfile", false},
		"seccomp off":        {func(e *editor) { e.set("Deployment", first+"securityContext.seccompProfile.type", "Unconfined") }, "cluster.pod-security: Unconfined", false},
		"AppArmor":           {func(e *editor) { e.set("Deployment", podSpec+"securityContext.appArmorProfile.type", "Unconfined") }, "cluster.pod-security: AppArmor", false},
		"SELinux":            {func(e *editor) { e.set("Deployment", first+"securityContext.seLinuxOptions.type", "spc_t") }, "cluster.pod-security: spc_t", false},
		"sysctl": {func(e *editor) {
			e.set("Deployment", podSpec+"securityContext.sysctls", []any{map[string]any{"name": "kernel.msgmax"}})
		}, "cluster.pod-security: kernel.msgmax", false},
		"proc":            {func(e *editor) { e.set("Deployment", first+"securityContext.procMount", "Unmasked") }, "cluster.pod-security: procMount", false},
		"host process":    {func(e *editor) { e.set("Deployment", podSpec+"securityContext.windowsOptions.hostProcess", true) }, "cluster.pod-security: process of the host", false},
		"host port":       {func(e *editor) { e.set("Deployment", first+"ports.0.hostPort", 9443.0) }, "cluster.pod-security: hostPort", false},
		"probe of a host": {func(e *editor) { e.set("Deployment", first+"livenessProbe.httpGet.host", "169.254.169.254") }, "cluster.pod-security: host of a probe", false},
		"NFS": {func(e *editor) {
			e.add("Deployment", podSpec+"volumes", map[string]any{"name": "n", "nfs": map[string]any{}})
		}, "cluster.pod-security: nfs", false},
		"init container": {func(e *editor) {
			e.set("Deployment", podSpec+"initContainers", []any{map[string]any{"name": "i", "image": "x:1"}})
		}, `cluster.pod-security: container "i"`, false},
		"writable root":       {func(e *editor) { e.set("Deployment", first+"securityContext.readOnlyRootFilesystem", gone{}) }, "cluster.read-only: may write", false},
		"writable root, test": {func(e *editor) { e.set("Pod", "spec.containers.1.securityContext.readOnlyRootFilesystem", false) }, "cluster.read-only: may write", false},
		"token":               {func(e *editor) { e.set("Deployment", podSpec+"automountServiceAccountToken", gone{}) }, "cluster.token: automount", false},
		"token of the SA":     {func(e *editor) { e.set("ServiceAccount/payments", "automountServiceAccountToken", true) }, "cluster.token: automount", false},
		"default account":     {func(e *editor) { e.set("Job", podSpec+"serviceAccountName", "default") }, "cluster.token: ServiceAccount of its own", false},
		"no memory limit":     {func(e *editor) { e.set("Deployment", first+"resources.limits", gone{}) }, "cluster.resources: limits.memory", false},
		"no CPU request":      {func(e *editor) { e.set("Job", first+"resources.requests.cpu", gone{}) }, "cluster.resources: requests.cpu", false},

		"latest":            {func(e *editor) { e.set("Deployment", first+"image", "ghcr.io/acme/payments:latest") }, "cluster.image: newest", false},
		"no tag":            {func(e *editor) { e.set("Deployment", first+"image", "localhost:5000/payments") }, "cluster.image: newest", false},
		"half a digest":     {func(e *editor) { e.set("Deployment", first+"image", "ghcr.io/acme/payments@sha256:abc") }, "cluster.image: which is none", false},
		"tag in production": {func(e *editor) { e.set("Deployment", first+"image", "ghcr.io/acme/payments:1.2.3") }, "cluster.image: in production", true},
		"no image":          {func(e *editor) { e.set("Deployment", first+"image", gone{}) }, "cluster.image: no image", false},

		"socket volume writable": {func(e *editor) { e.set("Deployment", podSpec+"volumes.0.csi.readOnly", false) }, "cluster.workload-api: not readOnly", false},
		"socket mount writable":  {func(e *editor) { e.set("Deployment", first+"volumeMounts.0.readOnly", gone{}) }, "cluster.workload-api: could write", false},
		"socket elsewhere":       {func(e *editor) { e.env("SPIFFE_ENDPOINT_SOCKET", "unix:///run/spire/agent.sock") }, "cluster.workload-api: no volume", false},
		"mount elsewhere":        {func(e *editor) { e.set("Deployment", first+"volumeMounts.0.mountPath", "/elsewhere") }, "cluster.workload-api: no volume", false},
		"socket by TCP":          {func(e *editor) { e.env("SPIFFE_ENDPOINT_SOCKET", "tcp://127.0.0.1:8081") }, "cluster.workload-api: unix:///", false},
		"no socket":              {func(e *editor) { e.env("SPIFFE_ENDPOINT_SOCKET", gone{}) }, "cluster.workload-api: does not say so", false},
		"no socket at all": {func(e *editor) {
			e.env("SPIFFE_ENDPOINT_SOCKET", gone{})
			e.set("Deployment", first+"volumeMounts", slices.Delete(listOf(e.get("Deployment"), "spec", "template", "spec", "containers", 0, "volumeMounts"), 0, 1))
		}, "cluster.workload-api: has no SPIFFE_ENDPOINT_SOCKET", false},
		"another driver":    {func(e *editor) { e.set("Deployment", podSpec+"volumes.0.csi.driver", "secrets-store.csi.k8s.io") }, "cluster.workload-api: no volume", false},
		"the socket itself": {func(e *editor) { e.set("Deployment", first+"volumeMounts.0.subPath", "spire-agent.sock") }, "cluster.workload-api: the socket itself", false},
		"host path": {func(e *editor) {
			e.set("Deployment", podSpec+"volumes.0", map[string]any{"name": "spiffe-workload-api", "hostPath": map[string]any{"path": "/run/spire"}})
		}, "cluster.pod-security: hostPath", false},

		"no readiness":          {func(e *editor) { e.set("Deployment", first+"readinessProbe", gone{}) }, "cluster.probes: no readinessProbe", false},
		"probe on mTLS":         {func(e *editor) { e.set("Deployment", first+"livenessProbe.httpGet.port", "tls-http") }, "cluster.probes: goes to port 8443", false},
		"probe by number":       {func(e *editor) { e.set("Deployment", first+"livenessProbe.httpGet.port", 8082.0) }, "cluster.probes: goes to port 8082", false},
		"probe on no port":      {func(e *editor) { e.set("Deployment", first+"startupProbe.httpGet.port", "prob") }, "cluster.probes: does not have", false},
		"probe by TCP":          {func(e *editor) { e.set("Deployment", first+"startupProbe.httpGet", gone{}) }, "cluster.probes: no httpGet", false},
		"probe of another path": {func(e *editor) { e.set("Deployment", first+"readinessProbe.httpGet.path", "/livez") }, "cluster.probes: /readyz", false},
		"probe by HTTPS":        {func(e *editor) { e.set("Deployment", first+"readinessProbe.httpGet.scheme", "HTTPS") }, "cluster.probes: HTTPS", false},

		"grace period": {func(e *editor) { e.set("Deployment", podSpec+"terminationGracePeriodSeconds", 20.0) }, "cluster.grace-period: 22s", false},
		"longer drain": {func(e *editor) { e.env("DRAIN_TIMEOUT", "1m") }, "cluster.grace-period: 1m7s", false},
		"default grace period": {func(e *editor) {
			e.set("Deployment", podSpec+"terminationGracePeriodSeconds", gone{})
			e.env("LAME_DUCK", "20s")
		}, "cluster.grace-period: 30 seconds", false},
		"no duration": {func(e *editor) { e.env("LAME_DUCK", "5") }, "cluster.grace-period: no duration", false},

		"listens elsewhere": {func(e *editor) { e.env("HTTP_ADDRESS", ":8444") }, "cluster.ports: names no such port", false},
		"port of nothing": {func(e *editor) {
			e.add("Deployment", first+"ports", map[string]any{"name": "debug", "containerPort": 6060.0})
		}, "cluster.ports: nothing is told to listen", false},
		"two on one port":     {func(e *editor) { e.env("METRICS_ADDRESS", ":8081") }, "cluster.ports: both listen", false},
		"low port":            {func(e *editor) { e.env("HTTP_ADDRESS", ":443") }, "cluster.ports: below 1024", false},
		"no port":             {func(e *editor) { e.env("HTTP_ADDRESS", "8443x") }, "cluster.ports: has no port", false},
		"Service to nowhere":  {func(e *editor) { e.set("Service/payments", "spec.ports.0.targetPort", "grpc") }, "cluster.ports: the pods do not have", false},
		"Service to a number": {func(e *editor) { e.set("Service/payments", "spec.ports.0.targetPort", 9444.0) }, "cluster.ports: the pods do not have", false},
		"Service renumbers":   {func(e *editor) { e.set("Service/payments", "spec.ports.0.port", 443.0) }, "cluster.ports: its port 443 leads to port", false},

		"policy without pods": {func(e *editor) {
			e.set("NetworkPolicy/payments", "spec.podSelector.matchLabels.app~kubernetes~io/name", "paymentz")
		}, "cluster.network: selects none", false},
		"no policy":      {func(e *editor) { e.drop("NetworkPolicy/payments"); e.drop("NetworkPolicy/payments-deny") }, "cluster.network: ingress is open to all", false},
		"no egress type": {func(e *editor) { e.set("NetworkPolicy/payments", "spec.policyTypes", []any{"Ingress"}) }, "cluster.network: not among its policyTypes", false},
		"open rule":      {func(e *editor) { delete(e.rule("ingress", 8443), "from") }, "cluster.network: it is for everybody", false},
		"open peer":      {func(e *editor) { e.rule("ingress", 8443)["from"] = []any{map[string]any{}} }, "cluster.network: for everybody", false},
		"open to the cluster": {func(e *editor) {
			e.rule("ingress", 9090)["from"] = []any{map[string]any{"namespaceSelector": map[string]any{}}}
		}, "cluster.network: every pod of the cluster", false},
		"open to the world": {func(e *editor) {
			e.rule("egress", 4317)["to"] = []any{map[string]any{"ipBlock": map[string]any{"cidr": "0.0.0.0/0"}}}
		}, "cluster.network: every address", false},
		"open on all ports":    {func(e *editor) { delete(e.rule("egress", 8443), "ports") }, "cluster.network: all ports", false},
		"call on another port": {func(e *editor) { put(e.t, e.rule("egress", 8443), "ports.0.port", 8444.0) }, "cluster.network-call: port 8443 of fraud-check", false},
		"call to another": {func(e *editor) {
			put(e.t, e.rule("egress", 8443), "to.0.podSelector.matchLabels.app~kubernetes~io/name", "fraud")
		}, "cluster.network-call: fraud-check", false},
		"call in another place": {func(e *editor) {
			put(e.t, e.rule("egress", 8443), "to.0.namespaceSelector.matchLabels.kubernetes~io/metadata~name", "default")
		}, "cluster.network-call: fraud-check", false},
		"call by UDP": {func(e *editor) { put(e.t, e.rule("egress", 8443), "ports.0.protocol", "UDP") }, "cluster.network-call: fraud-check", false},
		"caller forgotten": {func(e *editor) {
			put(e.t, e.rule("ingress", 8443), "from.0.podSelector.matchLabels.app~kubernetes~io/name", "check-out")
		}, "cluster.network-caller: checkout reach port 8443", false},
		"caller on one port": {func(e *editor) { put(e.t, e.rule("ingress", 9443), "ports", []any{map[string]any{"port": 8443.0}}) }, "cluster.network-caller: checkout reach port 9443", false},
		"way in to nowhere":  {func(e *editor) { put(e.t, e.rule("ingress", 9090), "ports.0.port", 9091.0) }, "cluster.ports: lets in to port 9091", false},
		"monitor of nothing": {func(e *editor) { e.set("ServiceMonitor", "spec.selector.matchLabels.app~kubernetes~io/name", "x") }, "cluster.selectors: finds no Service", false},
		"monitor of no port": {func(e *editor) { e.set("ServiceMonitor", "spec.endpoints.0.port", "metric") }, "cluster.ports: asks the port", false},
		"pod monitor": {func(e *editor) {
			e.objects = append(e.objects, map[string]any{"apiVersion": "monitoring.coreos.com/v1", "kind": "PodMonitor", "metadata": map[string]any{"name": "x"}, "spec": map[string]any{"selector": map[string]any{}, "podMetricsEndpoints": []any{map[string]any{"port": "none"}}}})
		}, "cluster.ports: no pod that it finds", false},
		"route to nothing": {func(e *editor) {
			e.objects = append(e.objects, map[string]any{"apiVersion": "gateway.networking.k8s.io/v1", "kind": "TLSRoute", "metadata": map[string]any{"name": "x"}, "spec": map[string]any{"rules": []any{map[string]any{"backendRefs": []any{map[string]any{"name": "nope", "port": 1.0}}}}}})
		}, "cluster.selectors: no Service", false},
		"route to no port": {func(e *editor) {
			e.objects = append(e.objects, map[string]any{"apiVersion": "gateway.networking.k8s.io/v1", "kind": "TLSRoute", "metadata": map[string]any{"name": "x"}, "spec": map[string]any{"rules": []any{map[string]any{"backendRefs": []any{map[string]any{"name": "payments", "port": 443.0}}}}}})
		}, "cluster.ports: has no port 443", false},
		"measures nothing": {func(e *editor) {
			m := e.get("ScaledObject")
			m["kind"], m["apiVersion"] = "HorizontalPodAutoscaler", "autoscaling/v2"
			put(e.t, m, "spec.metrics", []any{map[string]any{"type": "ContainerResource", "containerResource": map[string]any{"container": "service"}}})
		}, "cluster.scaling: measures the container", false},
		"no DNS": {func(e *editor) {
			put(e.t, e.rule("egress", 53), "ports", []any{map[string]any{"port": 53.0, "protocol": "TCP"}})
		}, "cluster.network-backend: DNS", false},
		"no collector": {func(e *editor) { put(e.t, e.rule("egress", 4317), "ports.0.port", 4318.0) }, "cluster.network-backend: the collector", false},
		"values without the call": {func(e *editor) {
			e.values["calls"] = []any{}
			put(e.t, e.rule("egress", 8443), "to.0", map[string]any{"podSelector": map[string]any{"matchLabels": map[string]any{"a": "b"}}})
		}, "cluster.network-call: fraud-check", false},

		"template that is none": {func(e *editor) {
			e.set("ClusterSPIFFEID/shop.payments", "spec.spiffeIDTemplate", "spiffe://{{ .TrustDomain }/x")
		}, "cluster.identity: spiffeIDTemplate", false},
		"unescaped template": {func(e *editor) { e.set("ClusterSPIFFEID/shop.payments", "spec.spiffeIDTemplate", "spiffe:///ns//sa/") }, "cluster.identity: no SPIFFE ID of acme.example", false},
		"unknown field": {func(e *editor) {
			e.set("ClusterSPIFFEID/shop.payments", "spec.spiffeIDTemplate", "spiffe://{{ .TrustDomian }}/x")
		}, "cluster.identity: TrustDomian", false},
		"another identity": {func(e *editor) {
			e.set("ClusterSPIFFEID/shop.payments", "spec.spiffeIDTemplate", "spiffe://{{ .TrustDomain }}/{{ .PodMeta.Namespace }}/payments")
		}, "cluster.identity: mintwright.yaml says", false},
		"another account": {func(e *editor) { e.set("Deployment", podSpec+"serviceAccountName", "payments-migrate") }, "cluster.identity: mintwright.yaml says", false},
		"another trust domain": {func(e *editor) {
			e.set("ClusterSPIFFEID/shop.payments", "spec.spiffeIDTemplate", "spiffe://acme.com/ns/shop/sa/payments")
		}, "cluster.identity: no SPIFFE ID of acme.example", false},
		"a loop without end": {func(e *editor) {
			e.set("ClusterSPIFFEID/shop.payments", "spec.spiffeIDTemplate", "{{ range 99999999999 }}{{ end }}")
		}, "cluster.identity: too many steps", false},
		"no pods": {func(e *editor) {
			e.set("ClusterSPIFFEID/shop.payments", "spec.podSelector.matchLabels.app~kubernetes~io/component", "srv")
		}, "cluster.identity: selects none", false},
		"all pods":       {func(e *editor) { e.set("ClusterSPIFFEID/shop.payments", "spec.podSelector", gone{}) }, "cluster.identity: every pod", false},
		"all namespaces": {func(e *editor) { e.set("ClusterSPIFFEID/shop.payments", "spec.namespaceSelector", gone{}) }, "cluster.identity: every namespace", false},
		"no class":       {func(e *editor) { e.set("ClusterSPIFFEID/shop.payments", "spec.className", gone{}) }, "cluster.identity: className", false},
		"not federated":  {func(e *editor) { e.set("ClusterSPIFFEID/shop.payments", "spec.federatesWith", gone{}) }, "cluster.identity: partner.example", false},
		"not registered": {func(e *editor) { e.drop("ClusterSPIFFEID/shop.payments") }, "cluster.identity: no ClusterSPIFFEID", false},
		"no template":    {func(e *editor) { e.set("ClusterSPIFFEID/shop.payments", "spec.spiffeIDTemplate", gone{}) }, "cluster.identity: no spiffeIDTemplate", false},

		"budget for others": {func(e *editor) { e.set("PodDisruptionBudget", "spec.selector.matchLabels.app~kubernetes~io/name", "x") }, "cluster.availability: selects none", false},
		"budget of nothing": {func(e *editor) { e.set("PodDisruptionBudget", "spec.maxUnavailable", 0.0) }, "cluster.availability: no pod may ever go", false},
		"budget of all": {func(e *editor) {
			e.set("PodDisruptionBudget", "spec.maxUnavailable", gone{})
			e.set("PodDisruptionBudget", "spec.minAvailable", 2.0)
		}, "cluster.availability: must stay", false},
		"budget that says both": {func(e *editor) { e.set("PodDisruptionBudget", "spec.minAvailable", 1.0) }, "cluster.availability: both", false},
		"budget of no bound":    {func(e *editor) { e.set("PodDisruptionBudget", "spec.maxUnavailable", gone{}) }, "cluster.availability: neither", false},

		"scaled, and fixed":    {func(e *editor) { e.set("Deployment", "spec.replicas", 2.0) }, "cluster.scaling: sets replicas", false},
		"scales nothing":       {func(e *editor) { e.set("ScaledObject", "spec.scaleTargetRef.name", "payment") }, "cluster.scaling: there is no Deployment", false},
		"scales another group": {func(e *editor) { e.set("ScaledObject", "spec.scaleTargetRef.apiVersion", "extensions/v1beta1") }, "cluster.scaling: its target is of", false},
		"scaled by two": {func(e *editor) {
			m := clone(e.t, e.get("ScaledObject")).(map[string]any)
			m["kind"], m["apiVersion"] = "HorizontalPodAutoscaler", "autoscaling/v2"
			e.objects = append(e.objects, m)
		}, "cluster.scaling: too", false},
		"least above most": {func(e *editor) { e.set("ScaledObject", "spec.minReplicaCount", 99.0) }, "cluster.scaling: more than", false},
		"no triggers":      {func(e *editor) { e.set("ScaledObject", "spec.triggers", []any{}) }, "cluster.scaling: no triggers", false},

		"own pods unfound":   {func(e *editor) { e.set("Deployment", "spec.selector.matchLabels.app~kubernetes~io/component", "x") }, "cluster.selectors: its own pods", false},
		"Service of no pods": {func(e *editor) { e.set("Service/payments-headless", "spec.selector.app~kubernetes~io/instance", "x") }, "cluster.selectors: none of the pods", false},
		"Service of tests":   {func(e *editor) { e.set("Service/payments", "spec.selector.app~kubernetes~io/component", gone{}) }, "cluster.selectors: serve nobody", false},
		"spread of others": {func(e *editor) {
			e.set("Deployment", podSpec+"topologySpreadConstraints.0.labelSelector.matchLabels.app~kubernetes~io/name", "x")
		}, "cluster.selectors: topology", false},
		"account of nobody": {func(e *editor) { e.drop("ServiceAccount/payments") }, "cluster.selectors: no ServiceAccount", false},
		"mount without one": {func(e *editor) { e.set("Deployment", first+"volumeMounts.1.name", "x") }, "cluster.selectors: which the pod does not have", false},

		"variable twice": {func(e *editor) {
			e.add("Deployment", first+"env", map[string]any{"name": "LOG_LEVEL", "value": "debug"})
		}, "cluster.duplicate: LOG_LEVEL", false},
		"port twice": {func(e *editor) {
			e.add("Deployment", first+"ports", map[string]any{"containerPort": 8443.0, "protocol": "TCP"})
		}, "cluster.duplicate: 8443", false},
		"mount twice": {func(e *editor) {
			e.add("Deployment", first+"volumeMounts", map[string]any{"name": "database-url", "mountPath": "/var/run/database"})
		}, "cluster.duplicate: /var/run/database", false},
		"container twice": {func(e *editor) {
			e.add("Pod", "spec.containers", clone(e.t, get(e.get("Pod"), "spec", "containers", 0)))
		}, "cluster.duplicate: container", false},
		"object twice": {func(e *editor) { e.objects = append(e.objects, e.get("ServiceAccount/payments")) }, "cluster.duplicate: two of them", false},
		"Service port": {func(e *editor) {
			e.add("Service/payments", "spec.ports", map[string]any{"name": "again", "port": 8443.0, "targetPort": "tls-http"})
		}, "cluster.duplicate: again", false},

		"label missing":         {func(e *editor) { e.set("Service/payments", "metadata.labels.app~kubernetes~io/managed-by", gone{}) }, "cluster.labels: managed-by", false},
		"label of pods missing": {func(e *editor) { e.set("Job", "spec.template.metadata.labels.app~kubernetes~io/name", gone{}) }, "cluster.labels: its pods lack", false},
		"label is too long":     {func(e *editor) { e.set("Deployment", "metadata.labels.a", strings.Repeat("x", 64)) }, "cluster.labels: which is none for a label", false},
		"label is a sentence":   {func(e *editor) { e.set("Deployment", "spec.template.metadata.labels.a", "not so") }, "cluster.labels: not so", false},
		"annotation's key":      {func(e *editor) { e.set("Deployment", "metadata.annotations.a b", "x") }, "cluster.labels: no key", false},
		"another name":          {func(e *editor) { e.set("Deployment", "metadata.labels.app~kubernetes~io/name", "x") }, "cluster.labels: others know", false},

		"long name":       {func(e *editor) { e.set("PodDisruptionBudget", "metadata.name", strings.Repeat("x", 254)) }, "cluster.names: 253", false},
		"number as name":  {func(e *editor) { e.set("Service/payments-headless", "metadata.name", "1pay") }, "cluster.names: begins with a letter", false},
		"upper case":      {func(e *editor) { e.set("ServiceAccount/payments-test", "metadata.name", "Payments") }, "cluster.names: DNS name", false},
		"no name":         {func(e *editor) { e.set("PodDisruptionBudget", "metadata.name", gone{}) }, "cluster.names: no name", false},
		"no kind":         {func(e *editor) { e.set("PodDisruptionBudget", "kind", gone{}) }, "cluster.names: no kind", false},
		"long port name":  {func(e *editor) { e.set("Deployment", first+"ports.2.name", "the-metrics-of-it") }, "cluster.names: none for a port", false},
		"other namespace": {func(e *editor) { e.set("PodDisruptionBudget", "metadata.namespace", "default") }, "cluster.names: into the namespace", false},

		"variable is a bool":   {func(e *editor) { e.env("LOG_LEVEL", true) }, "cluster.text: LOG_LEVEL", false},
		"label is a number":    {func(e *editor) { e.set("Deployment", "metadata.labels.a", 1000.0) }, "cluster.text: 1000", false},
		"annotation is a bool": {func(e *editor) { e.set("Deployment", "spec.template.metadata.annotations.a", true) }, "cluster.text: true", false},
		"argument is a number": {func(e *editor) { e.set("Job", first+"args", []any{1.0}) }, "cluster.text: args", false},
		"name is a number":     {func(e *editor) { e.set("PodDisruptionBudget", "metadata.name", 1e3) }, "cluster.text: name is 1000", false},
		"data is a bool": {func(e *editor) {
			e.objects = append(e.objects, map[string]any{"kind": "ConfigMap", "apiVersion": "v1", "data": map[string]any{"a": true}})
		}, "cluster.text: data", false},
	} {
		t.Run(name, func(t *testing.T) {
			v := plain
			if tt.production {
				v = production
			}
			v = edited(t, v, tt.edit)
			v.judge()
			results := v.j.results()
			rule, part, _ := strings.Cut(tt.want, ": ")
			found := false
			for _, r := range results {
				found = found || r.Rule == rule && strings.Contains(r.Message, part)
			}
			if !found {
				t.Errorf("want %s, got\n%s", tt.want, strings.Join(checktest.Lines(results), "\n"))
			}
		})
	}
	for _, v := range []*view{plain, production} {
		v = edited(t, v, func(*editor) {})
		v.judge()
		for _, r := range v.j.results() {
			if r.Severity == check.Finding {
				t.Errorf("unchanged: %v", r)
			}
		}
	}
}
