package policy

import (
	"encoding/json"
	"fmt"
	"path"
	"slices"
	"strings"
	"testing"

	admissionv1 "k8s.io/api/admissionregistration/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/client-go/kubernetes/scheme"

	"github.com/mintwright/mintwright/e2e/charts"
	"github.com/mintwright/mintwright/e2e/objects"
	"github.com/mintwright/mintwright/e2e/services"
)

const folder = "deploy/policy/vap"

// policies returns the policies of a service and where they hold.
func policies(t *testing.T, s services.Service) []runtime.Object {
	t.Helper()
	var all []runtime.Object
	for _, name := range s.Below(folder) {
		if path.Ext(name) != ".yaml" {
			continue
		}
		found, err := objects.Read(s.Name+", "+name, s.Files[name].Data)
		if err != nil {
			t.Fatal(err)
		}
		for _, o := range found {
			all = append(all, decode(t, o))
		}
	}
	if len(all) == 0 {
		t.Fatalf("%s: no policy in %s", s.Name, folder)
	}
	return all
}

func decode(t *testing.T, o objects.Object) runtime.Object {
	t.Helper()
	decoded, _, err := scheme.Codecs.UniversalDeserializer().Decode(o.JSON, nil, nil)
	if err != nil {
		t.Fatalf("%s: %v", o, err)
	}
	return decoded
}

func namespace(name string) *corev1.Namespace {
	return &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: name, Labels: map[string]string{"kubernetes.io/metadata.name": name}}}
}

// request is the creation of an object of a workload.
func request(t *testing.T, o objects.Object, ns string) (Request, bool) {
	t.Helper()
	group, version, grouped := strings.Cut(o.APIVersion, "/")
	if !grouped {
		group, version = "", o.APIVersion
	}
	resource := strings.ToLower(o.Kind) + "s"
	switch o.Kind {
	case "Pod", "Deployment", "Job", "CronJob", "StatefulSet", "ReplicaSet", "DaemonSet":
	default:
		return Request{}, false
	}
	return Request{
		Object: decode(t, o), Kind: schema.GroupVersionKind{Group: group, Version: version, Kind: o.Kind}, Resource: resource, Namespace: ns, Name: o.Name,
	}, true
}

// TestGood: no policy of a service says anything against what its own chart makes.
func TestGood(t *testing.T) {
	judged, held := 0, 0
	for _, s := range services.All(t) {
		if !slices.Contains(s.Answers.Deploy.Policy, "vap") {
			continue
		}
		ns := s.Answers.Deploy.Namespace
		judges := Start(t, []*corev1.Namespace{namespace(ns), namespace("elsewhere")}, policies(t, s)...)
		for _, u := range charts.Uses(s) {
			if !slices.Contains([]string{"default", "staging", "prod", "Workload API by csi", "Workload API injected", "everything set", "test let in", "istio, exclude"}, u.Name) {
				continue
			}
			u.Namespace = ns
			u.Values = charts.Merge(u.Values, charts.Map("image.digest", charts.Digest))
			found, err := charts.Objects(t, s, u)
			if err != nil {
				t.Error(err)
				continue
			}
			for _, o := range found {
				r, is := request(t, o, ns)
				if !is {
					continue
				}
				failures, refused := judges.Validate(t.Context(), r)
				// A container of somebody else beside the service is what the last policy warns of.
				if u.Name == "everything set" {
					failures = slices.DeleteFunc(failures, func(f Failure) bool { return !f.Denies && f.Theme() == "identity" })
				}
				if len(failures) > 0 || refused != nil {
					t.Errorf("%s: %s %v", o, names(failures), refused)
				}
				judged++
			}
		}
		bare := Request{Object: &corev1.Pod{Spec: corev1.PodSpec{Containers: []corev1.Container{{Name: "a", Image: "a"}}}}, Kind: corev1.SchemeGroupVersion.WithKind("Pod"), Resource: "pods", Name: "bare"}
		bare.Namespace = ns
		if _, refused := judges.Validate(t.Context(), bare); refused == nil {
			t.Errorf("%s: a bare pod is let in", s.Name)
		}
		bare.Namespace = "elsewhere"
		if failures, refused := judges.Validate(t.Context(), bare); refused != nil || len(failures) > 0 {
			t.Errorf("%s: the policies hold in another namespace: %v", s.Name, refused)
		}
		held++
	}
	t.Logf("%d sets of policies let %d workloads of their own charts in", held, judged)
	if held < 10 || judged < 100 {
		t.Error("too few were judged")
	}
}

// field returns what stands at a path of a pod, so that it can be changed.
func field(pod map[string]any, keys ...any) map[string]any {
	var at any = pod
	for _, k := range keys {
		switch k := k.(type) {
		case string:
			next := at.(map[string]any)[k]
			if next == nil {
				next = map[string]any{}
				at.(map[string]any)[k] = next
			}
			at = next
		case int:
			at = at.([]any)[k]
		}
	}
	return at.(map[string]any)
}

func container(pod map[string]any) map[string]any { return field(pod, "spec", "containers", 0) }

func repository(pod map[string]any) string {
	name, _, _ := strings.Cut(container(pod)["image"].(string), "@")
	return name
}

func appended(m map[string]any, key string, item any) {
	list, _ := m[key].([]any)
	m[key] = append(slices.Clone(list), item)
}

// bad is a pod with one fault, and the rule that is meant for it.
type bad struct {
	name   string
	policy string // its theme
	says   string // part of the rule's message
	change func(pod map[string]any)
}

func badPods() []bad {
	secure := func(key string, value any) func(map[string]any) {
		return func(p map[string]any) { field(container(p), "securityContext")[key] = value }
	}
	podSecure := func(key string, value any) func(map[string]any) {
		return func(p map[string]any) { field(p, "spec", "securityContext")[key] = value }
	}
	volume := func(v map[string]any) func(map[string]any) {
		return func(p map[string]any) { appended(field(p, "spec"), "volumes", v) }
	}
	named := func(key string, match func(map[string]any) bool, p map[string]any) map[string]any {
		for _, item := range p[key].([]any) {
			if match(item.(map[string]any)) {
				return item.(map[string]any)
			}
		}
		panic("no item in " + key)
	}
	socket := func(v map[string]any) bool { return v["csi"] != nil }
	return []bad{
		{"a tag", "image-digest", "digest", func(p map[string]any) { container(p)["image"] = repository(p) + ":1.2.3" }},
		{"no tag", "image-digest", "digest", func(p map[string]any) {
			container(p)["image"] = repository(p)
			field(p, "spec")["serviceAccountName"] = "somebody-else"
		}},
		{"a short digest", "image-digest", "digest", func(p map[string]any) { container(p)["image"] = repository(p) + "@sha256:0123" }},
		{"a tag in an init container", "image-digest", "digest", func(p map[string]any) {
			c := clone(container(p))
			c["name"], c["image"] = "before", repository(p)+":1"
			delete(c, "livenessProbe")
			delete(c, "readinessProbe")
			delete(c, "startupProbe")
			delete(c, "ports")
			field(p, "spec")["initContainers"] = []any{c}
		}},
		{"an image as volume, by tag", "image-digest", "volume", volume(map[string]any{"name": "model", "image": map[string]any{"reference": "registry.example/model:1"}})},

		{"may run as root", "security-context", "runAsNonRoot", func(p map[string]any) {
			delete(field(container(p), "securityContext"), "runAsNonRoot")
			delete(field(p, "spec", "securityContext"), "runAsNonRoot")
		}},
		{"runAsNonRoot off in the container", "security-context", "runAsNonRoot", secure("runAsNonRoot", false)},
		{"runs as root", "security-context", "user 0", secure("runAsUser", 0)},
		{"the pod runs as root", "security-context", "user 0", podSecure("runAsUser", 0)},
		{"may gain privileges", "security-context", "allowPrivilegeEscalation", secure("allowPrivilegeEscalation", true)},
		{"says nothing of privileges", "security-context", "allowPrivilegeEscalation", func(p map[string]any) {
			delete(field(container(p), "securityContext"), "allowPrivilegeEscalation")
		}},
		{"privileged", "security-context", "privileged", secure("privileged", true)},
		{"keeps capabilities", "security-context", "drop: [ALL]", secure("capabilities", map[string]any{})},
		{"drops only some", "security-context", "drop: [ALL]", secure("capabilities", map[string]any{"drop": []any{"NET_RAW"}})},
		{"adds a capability", "security-context", "NET_BIND_SERVICE", secure("capabilities", map[string]any{"drop": []any{"ALL"}, "add": []any{"SYS_ADMIN"}})},
		{"no seccomp profile", "security-context", "seccompProfile", func(p map[string]any) {
			delete(field(container(p), "securityContext"), "seccompProfile")
			delete(field(p, "spec", "securityContext"), "seccompProfile")
		}},
		{"seccomp off", "security-context", "seccompProfile", secure("seccompProfile", map[string]any{"type": "Unconfined"})},
		{"procMount", "security-context", "procMount", secure("procMount", "Unmasked")},
		{"AppArmor off", "security-context", "AppArmor", secure("appArmorProfile", map[string]any{"type": "Unconfined"})},
		{"an SELinux type", "security-context", "SELinux", secure("seLinuxOptions", map[string]any{"type": "spc_t"})},
		{"an SELinux user", "security-context", "SELinux", podSecure("seLinuxOptions", map[string]any{"user": "system_u"})},
		{"a process of the host", "security-context", "process of the host", podSecure("windowsOptions", map[string]any{"hostProcess": true})},
		{"the host's network", "security-context", "hostNetwork", func(p map[string]any) { field(p, "spec")["hostNetwork"] = true }},
		{"the host's processes", "security-context", "hostPID", func(p map[string]any) { field(p, "spec")["hostPID"] = true }},
		{"the host's IPC", "security-context", "hostIPC", func(p map[string]any) { field(p, "spec")["hostIPC"] = true }},
		{"a port of the host", "security-context", "hostPort", func(p map[string]any) {
			appended(container(p), "ports", map[string]any{"containerPort": 7777, "hostPort": 7777})
		}},
		{"a sysctl", "security-context", "sysctls", podSecure("sysctls", []any{map[string]any{"name": "kernel.msgmax", "value": "1"}})},
		{"a probe to another host", "security-context", "host", func(p map[string]any) {
			container(p)["livenessProbe"] = map[string]any{"httpGet": map[string]any{"host": "169.254.169.254", "port": 80, "path": "/"}}
		}},

		{"a folder of the node", "volumes", "no hostPath", volume(map[string]any{"name": "node", "hostPath": map[string]any{"path": "/etc"}})},
		{"the agent's sockets from the node", "volumes", "no hostPath", volume(map[string]any{"name": "node", "hostPath": map[string]any{"path": "/run/spire/agent-sockets"}})},
		{"a volume of NFS", "volumes", "no volume but", volume(map[string]any{"name": "share", "nfs": map[string]any{"server": "nfs", "path": "/"}})},
		{"the CSI volume is writable", "volumes", "csi.readOnly", func(p map[string]any) {
			v := named("volumes", socket, field(p, "spec"))
			field(v, "csi")["readOnly"] = false
		}},
		{"the mount of the Workload API is writable", "volumes", "readOnly: true", func(p map[string]any) {
			v := named("volumes", socket, field(p, "spec"))
			m := named("volumeMounts", func(m map[string]any) bool { return m["name"] == v["name"] }, container(p))
			delete(m, "readOnly")
		}},
		{"the socket's address leads elsewhere", "volumes", "SPIFFE_ENDPOINT_SOCKET", func(p map[string]any) {
			e := named("env", func(e map[string]any) bool { return e["name"] == "SPIFFE_ENDPOINT_SOCKET" }, container(p))
			e["value"] = "unix:///tmp/agent.sock"
		}},

		{"no name", "labels", "labels", func(p map[string]any) { delete(field(p, "metadata", "labels"), "app.kubernetes.io/name") }},
		{"an empty component", "labels", "labels", func(p map[string]any) {
			field(p, "metadata", "labels")["app.kubernetes.io/component"] = ""
		}},
		{"no labels", "labels", "labels", func(p map[string]any) { delete(field(p, "metadata"), "labels") }},

		{"a maker that nobody manages", "labels", "manages", func(p map[string]any) {
			field(p, "metadata", "annotations")[handmade] = "yes"
		}},

		{"no resources", "resources", "resources", func(p map[string]any) { delete(container(p), "resources") }},
		{"no limit of memory", "resources", "resources", func(p map[string]any) {
			field(container(p), "resources")["limits"] = map[string]any{"cpu": "1"}
		}},
		{"no request of CPU", "resources", "resources", func(p map[string]any) {
			field(container(p), "resources")["requests"] = map[string]any{"memory": "1Mi"}
		}},

		{"the default ServiceAccount", "service-account", "ServiceAccount of its own", func(p map[string]any) {
			field(p, "spec")["serviceAccountName"] = "default"
		}},
		{"a token of the API", "service-account", "automountServiceAccountToken", func(p map[string]any) {
			delete(field(p, "spec"), "automountServiceAccountToken")
		}},

		{"somebody else's image", "identity", "images", func(p map[string]any) {
			container(p)["image"] = "registry.example/evil@" + charts.Digest
		}},
		{"an image whose name begins alike", "identity", "images", func(p map[string]any) {
			container(p)["image"] = repository(p) + "-evil@" + charts.Digest
		}},
		{"a writable root", "identity", "readOnlyRootFilesystem", secure("readOnlyRootFilesystem", false)},
	}
}

func clone(m map[string]any) map[string]any {
	data, err := json.Marshal(m)
	if err != nil {
		panic(err)
	}
	var out map[string]any
	if err := json.Unmarshal(data, &out); err != nil {
		panic(err)
	}
	return out
}

// goodPod is the pod of a service's Deployment, by itself.
func goodPod(t *testing.T, s services.Service, use string) map[string]any {
	t.Helper()
	for _, u := range charts.Uses(s) {
		if u.Name != use {
			continue
		}
		found, err := charts.Objects(t, s, u)
		if err != nil {
			t.Fatal(err)
		}
		for _, p := range objects.Pods(found) {
			if p.Of.Kind == "Deployment" {
				pod := clone(map[string]any{"apiVersion": "v1", "kind": "Pod", "metadata": p.Metadata, "spec": p.Spec})
				field(pod, "metadata")["name"] = "good"
				field(pod, "metadata")["namespace"] = s.Answers.Deploy.Namespace
				return pod
			}
		}
	}
	t.Fatalf("%s: no Deployment in use %q", s.Name, use)
	return nil
}

func asObject(t *testing.T, value map[string]any) objects.Object {
	t.Helper()
	data, err := json.Marshal(value)
	if err != nil {
		t.Fatal(err)
	}
	found, err := objects.Read("made here", data)
	if err != nil {
		t.Fatal(err)
	}
	return found[0]
}

// TestBad: each bad pod is refused by the rule that is meant for it and by no other, by itself
// and as the template of a Deployment; and there is a bad pod for every rule.
func TestBad(t *testing.T) {
	s := services.Named(t, "golden/full")
	ns := s.Answers.Deploy.Namespace
	all := policies(t, s)
	judges := Start(t, []*corev1.Namespace{namespace(ns)}, all...)
	met := map[string]bool{}
	cases := badPods()
	for _, b := range cases {
		pod := goodPod(t, s, "default")
		b.change(pod)
		for _, o := range []map[string]any{pod, deploymentOf(pod), cronJobOf(pod)} {
			if b.name == "a maker that nobody manages" && o["kind"] == "Pod" {
				continue
			}
			r, _ := request(t, asObject(t, o), ns)
			failures, refused := judges.Validate(t.Context(), r)
			if len(failures) != 1 || failures[0].Theme() != b.policy || !strings.Contains(failures[0].Message, b.says) {
				t.Errorf("%s, as %s: meant for %s (%s), but it is: %s", b.name, o["kind"], b.policy, b.says, names(failures))
				continue
			}
			if failures[0].Denies != (refused != nil) {
				t.Errorf("%s: a rule that denies has let it in, or one that warns has not: %v", b.name, refused)
			}
			met[fmt.Sprintf("%s/%d", failures[0].Policy, failures[0].Rule)] = true
		}
	}
	rules := 0
	for _, o := range all {
		p, is := o.(*admissionv1.ValidatingAdmissionPolicy)
		if !is {
			continue
		}
		for i, v := range p.Spec.Validations {
			rules++
			if !met[fmt.Sprintf("%s/%d", p.Name, i)] {
				t.Errorf("no bad pod for rule %d of %s: %s", i, p.Name, v.Message)
			}
		}
	}
	t.Logf("%d bad pods, each in three kinds of objects, are refused by the one of %d rules that is meant for it", len(cases), rules)
	if len(cases) < 25 {
		t.Errorf("%d bad pods are too few", len(cases))
	}
}

// maker is the metadata of what makes a pod.
func maker(pod map[string]any) map[string]any {
	m := map[string]any{"name": "maker", "labels": map[string]any{"app.kubernetes.io/managed-by": "Helm"}}
	if _, byHand := field(pod, "metadata", "annotations")[handmade]; byHand {
		delete(m, "labels")
	}
	return m
}

// handmade marks a pod whose maker nobody manages.
const handmade = "example.com/made-by-hand"

func deploymentOf(pod map[string]any) map[string]any {
	p := clone(pod)
	return map[string]any{
		"apiVersion": "apps/v1", "kind": "Deployment", "metadata": maker(pod),
		"spec": map[string]any{
			"selector": map[string]any{"matchLabels": map[string]any{"a": "b"}},
			"template": map[string]any{"metadata": field(p, "metadata"), "spec": field(p, "spec")},
		},
	}
}

func cronJobOf(pod map[string]any) map[string]any {
	p := clone(pod)
	return map[string]any{
		"apiVersion": "batch/v1", "kind": "CronJob", "metadata": maker(pod),
		"spec": map[string]any{
			"schedule": "0 0 * * *",
			"jobTemplate": map[string]any{"spec": map[string]any{
				"template": map[string]any{"metadata": field(p, "metadata"), "spec": field(p, "spec")},
			}},
		},
	}
}

// TestUpdate: what runs already can be scaled and labelled, but not changed to something bad.
func TestUpdate(t *testing.T) {
	s := services.Named(t, "golden/full")
	ns := s.Answers.Deploy.Namespace
	judges := Start(t, []*corev1.Namespace{namespace(ns)}, policies(t, s)...)
	good := goodPod(t, s, "default")
	evil := goodPod(t, s, "default")
	container(evil)["image"] = "evil:1"
	scaled := deploymentOf(evil)
	field(scaled, "spec")["replicas"] = 0
	for _, c := range []struct {
		name     string
		old, new map[string]any
		refused  bool
	}{
		{"bad before, scaled", deploymentOf(evil), scaled, false},
		{"good before, bad now", deploymentOf(good), deploymentOf(evil), true},
		{"bad before, good now", deploymentOf(evil), deploymentOf(good), false},
	} {
		r, _ := request(t, asObject(t, c.new), ns)
		old, _ := request(t, asObject(t, c.old), ns)
		r.Old = old.Object
		if failures, refused := judges.Validate(t.Context(), r); (refused != nil) != c.refused {
			t.Errorf("%s: %v %s", c.name, refused, names(failures))
		}
	}
}
