package policy

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/mintwright/mintwright/e2e/charts"
	"github.com/mintwright/mintwright/e2e/objects"
	"github.com/mintwright/mintwright/e2e/services"
)

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

// Bad is a pod with one fault, and the rule that is meant for it.
type Bad struct {
	Name   string
	Policy string // its theme
	Says   string // part of the rule's message
	Change func(pod map[string]any)
}

// HasNoPod reports whether the fault is of what makes a pod, and not of the pod.
func (b Bad) HasNoPod() bool { return b.Says == "manages" }

// BadPods are pods with one fault each: at least one for every rule of the policies.
func BadPods() []Bad {
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
	return []Bad{
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

// GoodPod is the pod of a service's Deployment, by itself.
func GoodPod(t testing.TB, s services.Service, use string) map[string]any {
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

// AsObject reads what was made here.
func AsObject(t testing.TB, value map[string]any) objects.Object {
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

// Deployment makes the pod.
func Deployment(pod map[string]any) map[string]any {
	p := clone(pod)
	return map[string]any{
		"apiVersion": "apps/v1", "kind": "Deployment", "metadata": maker(pod),
		"spec": map[string]any{
			"selector": map[string]any{"matchLabels": map[string]any{"a": "b"}},
			"template": map[string]any{"metadata": field(p, "metadata"), "spec": field(p, "spec")},
		},
	}
}

// CronJob makes the pod.
func CronJob(pod map[string]any) map[string]any {
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
