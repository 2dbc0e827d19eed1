//go:build linux

package kube

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/types"

	"github.com/mintwright/mintwright/e2e/charts"
	"github.com/mintwright/mintwright/e2e/crds"
	"github.com/mintwright/mintwright/e2e/objects"
	"github.com/mintwright/mintwright/e2e/policy"
	"github.com/mintwright/mintwright/e2e/services"
)

// elsewhere is a namespace in which nothing of a service holds.
const elsewhere = "elsewhere"

// trial is a service in a cluster of its own.
type trial struct {
	*cluster
	services.Service
	ns    string
	nodes bool // whether folders of the node may be mounted
}

// TestServer is one story for each service: the cluster is made, and what the service brings
// goes into it.
func TestServer(t *testing.T) {
	if os.Getenv("E2E_KUBE") == "" {
		t.Skip("E2E_KUBE is not set: this is run by make e2e-kube")
	}
	p := found(t)
	for _, subject := range []struct {
		name string
		s    services.Service
	}{
		{"full", services.Named(t, "golden/full")}, {"http", services.Named(t, "golden/http")}, {"folder of the node", withHostPath(t)},
	} {
		t.Run(subject.name, func(t *testing.T) {
			s := subject.s
			tr := &trial{start(t, p), s, s.Answers.Deploy.Namespace, s.Answers.Allows("hostpath")}
			t.Logf("the service %q in the namespace %q", s.Answers.Name, tr.ns)
			for _, step := range []struct {
				name string
				do   func(*testing.T)
			}{
				{"namespace", tr.namespace},
				{"without definitions", tr.withoutDefinitions},
				{"definitions", tr.definitions},
				{"every use", tr.everyUse},
				{"admission policies", tr.admissionPolicies},
				{"what runs", tr.whatRuns},
				{"injection", tr.injection},
				{"applied twice", tr.appliedTwice},
				{"helm", tr.installed},
				{"bad values", tr.badValues},
			} {
				if !t.Run(step.name, step.do) {
					return
				}
			}
		})
	}
}

// withHostPath is a service that may mount the socket's folder from the node.
func withHostPath(t *testing.T) services.Service {
	t.Helper()
	for _, s := range services.All(t) {
		if s.Answers.Allows("hostpath") && slices.Contains(s.Answers.Deploy.Policy, "vap") && s.Answers.Answering() {
			return s
		}
	}
	t.Fatal("no service may mount folders of the node")
	return services.Service{}
}

// manifests are the objects of the files at or below a path.
func (tr *trial) manifests(t *testing.T, under string) []objects.Object {
	t.Helper()
	var all []objects.Object
	for _, name := range tr.Below(".") {
		if (name == under || strings.HasPrefix(name, under+"/")) && path.Ext(name) == ".yaml" {
			read, err := objects.Read(name, tr.Files[name].Data)
			if err != nil {
				t.Fatal(err)
			}
			all = append(all, read...)
		}
	}
	if len(all) == 0 {
		t.Fatalf("%s: no manifest in %s", tr.Name, under)
	}
	return all
}

func (tr *trial) mustApply(t *testing.T, all []objects.Object, h how) {
	t.Helper()
	for _, o := range all {
		if a := tr.apply(t.Context(), o, h); a.err != nil || len(a.warnings) > 0 {
			t.Fatalf("%s: %s", o, a.says())
		}
	}
}

func (tr *trial) use(t *testing.T, name string) charts.Use {
	t.Helper()
	for _, u := range charts.Uses(tr.Service) {
		if u.Name == name {
			u.Values = charts.Merge(u.Values, charts.Map("image.digest", charts.Digest))
			return u
		}
	}
	t.Fatalf("%s: no use %q", tr.Name, name)
	return charts.Use{}
}

// good is the pod of the service, with its image by digest.
func (tr *trial) good(t *testing.T, use string) map[string]any {
	t.Helper()
	pod := policy.GoodPod(t, tr.Service, use)
	pod["spec"].(map[string]any)["containers"].([]any)[0].(map[string]any)["image"] = tr.Answers.Deploy.Image + "@" + charts.Digest
	return pod
}

func (tr *trial) needNamespace(t *testing.T, name string) {
	t.Helper()
	o := policy.AsObject(t, map[string]any{"apiVersion": "v1", "kind": "Namespace", "metadata": map[string]any{"name": name}})
	if _, err := tr.get(t.Context(), o, ""); apierrors.IsNotFound(err) {
		tr.mustApply(t, []objects.Object{o}, how{})
	}
}

// needClasses makes the classes that pods name.
func (tr *trial) needClasses(t *testing.T, all []objects.Object) {
	t.Helper()
	for _, p := range objects.Pods(all) {
		if name, _ := p.Spec["priorityClassName"].(string); name != "" {
			tr.mustApply(t, []objects.Object{policy.AsObject(t, map[string]any{
				"apiVersion": "scheduling.k8s.io/v1", "kind": "PriorityClass", "metadata": map[string]any{"name": name}, "value": 1000,
			})}, how{})
		}
		if name, _ := p.Spec["runtimeClassName"].(string); name != "" {
			tr.mustApply(t, []objects.Object{policy.AsObject(t, map[string]any{
				"apiVersion": "node.k8s.io/v1", "kind": "RuntimeClass", "metadata": map[string]any{"name": name}, "handler": "runsc",
			})}, how{})
		}
	}
}

// namespace: Pod Security, as deploy/namespace.yaml pins it, refuses each pod that breaks
// restricted, in the words of its library; and only those.
func (tr *trial) namespace(t *testing.T) {
	tr.needNamespace(t, elsewhere)
	tr.mustApply(t, tr.manifests(t, "deploy/namespace.yaml"), how{})
	t.Run("own pods", func(t *testing.T) {
		good := tr.good(t, "Workload API by csi")
		if a := tr.create(t.Context(), movedTo(t, good, tr.ns), how{dry: true}); a.err != nil || len(a.warnings) > 0 {
			t.Errorf("its own pod: %s", a.says())
		}
		var pods []tried
		for _, b := range policy.BadPods() {
			if b.HasNoPod() {
				continue
			}
			pod := tr.good(t, "Workload API by csi")
			b.Change(pod)
			pods = append(pods, tried{b.Name, policy.AsObject(t, pod)})
		}
		tr.podSecurity(t, pods)
	})
	t.Run("pods of its library", func(t *testing.T) {
		folder := libraryPods(t)
		names, err := fs.Glob(folder, "*/*.yaml")
		if err != nil || len(names) < 20 {
			t.Fatalf("%d pods to try: %v", len(names), err)
		}
		var pods []tried
		for _, name := range names {
			content, err := fs.ReadFile(folder, name)
			if err != nil {
				t.Fatal(err)
			}
			read, err := objects.Read(name, content)
			if err != nil {
				t.Fatal(err)
			}
			pods = append(pods, tried{name, read[0]})
		}
		tr.podSecurity(t, pods)
	})
}

// libraryPods are those that Pod Security's own tests try restricted with.
func libraryPods(t *testing.T) fs.FS {
	t.Helper()
	folder := strings.TrimSpace(output(t, exec.Command("go", "list", "-m", "-f", "{{.Dir}}", "k8s.io/pod-security-admission")))
	minor := kubernetesModule().Version[:strings.LastIndex(kubernetesModule().Version, ".")]
	return os.DirFS(filepath.Join(folder, "test", "testdata", "restricted", minor))
}

func movedTo(t *testing.T, pod map[string]any, ns string) objects.Object {
	t.Helper()
	o := policy.AsObject(t, pod)
	return moved(t, o, ns)
}

// moved is an object in another namespace.
func moved(t *testing.T, o objects.Object, ns string) objects.Object {
	t.Helper()
	u := &unstructured.Unstructured{}
	if err := u.UnmarshalJSON(o.JSON); err != nil {
		t.Fatal(err)
	}
	u.SetNamespace(ns)
	return policy.AsObject(t, u.Object)
}

// definitions: every definition of a custom resource is taken by the server, ours too.
func (tr *trial) definitions(t *testing.T) {
	published, err := crds.Published()
	if err != nil {
		t.Fatal(err)
	}
	own, err := crds.Own()
	if err != nil {
		t.Fatal(err)
	}
	applied := map[string]objects.Object{}
	for _, d := range slices.Concat(published, own) {
		if _, twice := applied[d.Name]; twice {
			continue // the project's own goes before our list of its fields
		}
		d.APIVersion, d.Kind = "apiextensions.k8s.io/v1", "CustomResourceDefinition"
		d.Status.Conditions = nil
		data, err := json.Marshal(d)
		if err != nil {
			t.Fatal(err)
		}
		read, err := objects.Read("definition", data)
		if err != nil {
			t.Fatal(err)
		}
		if a := tr.apply(t.Context(), read[0], how{}); a.err != nil {
			t.Fatalf("%s: %v", d.Name, a.err)
		}
		applied[d.Name] = read[0]
	}
	eventually(t, "the definitions", func() error {
		for _, name := range slices.Sorted(maps.Keys(applied)) {
			got, err := tr.get(t.Context(), applied[name], "")
			if err != nil {
				return err
			}
			conditions, _, _ := unstructured.NestedSlice(got.Object, "status", "conditions")
			if !slices.ContainsFunc(conditions, func(c any) bool {
				return objects.At(c, "type") == "Established" && objects.At(c, "status") == "True"
			}) {
				return fmt.Errorf("%s is not established", name)
			}
		}
		return nil
	})
	tr.mapper.Reset()
	t.Logf("%d definitions of custom resources are established", len(applied))
}

// everyUse: the server takes the objects of the chart in every use, and every other manifest
// that it has a kind for, with no field that it does not know.
func (tr *trial) everyUse(t *testing.T) {
	uses, taken := 0, 0
	for _, u := range charts.Uses(tr.Service) {
		if u.Namespace == tr.ns {
			u.Namespace = elsewhere // no Pod Security speaks there
		}
		tr.needNamespace(t, u.Namespace)
		all, err := charts.Objects(t, tr.Service, u)
		if err != nil {
			t.Error(err)
		}
		tr.needClasses(t, all)
		for _, o := range all {
			for _, a := range []answer{tr.create(t.Context(), o, how{ns: u.Namespace, dry: true}), tr.apply(t.Context(), o, how{ns: u.Namespace, dry: true})} {
				if a.err != nil || len(a.warnings) > 0 {
					t.Errorf("%s: %s", o, a.says())
				}
			}
			taken++
		}
		uses++
	}
	others, unknown := 0, map[string]bool{}
	for _, name := range tr.Below("deploy") {
		if !isManifest(name) {
			continue
		}
		all, err := objects.Read(name, tr.Files[name].Data)
		if err != nil {
			t.Errorf("%s: %v", tr.Name, err)
		}
		for _, o := range all {
			if o.Group() == "constraints.gatekeeper.sh" { // Gatekeeper itself makes their definitions
				unknown[o.Kind] = true
				continue
			}
			if o.Namespace != "" {
				tr.needNamespace(t, o.Namespace)
			}
			if a := tr.apply(t.Context(), o, how{ns: tr.ns, dry: true}); a.err != nil || len(a.warnings) > 0 {
				t.Errorf("%s: %s", o, a.says())
			}
			others++
		}
	}
	t.Logf("%d objects of the chart in %d uses, and %d of other manifests, are taken without a warning; not tried: %d constraints of Gatekeeper", taken, uses, others, len(unknown))
}

// isManifest reports whether a file below deploy is applied to a cluster as it is.
func isManifest(name string) bool {
	if path.Ext(name) != ".yaml" {
		return false
	}
	switch parts := strings.Split(name, "/"); {
	case len(parts) == 2: // namespace.yaml
		return true
	case parts[1] == "argocd", parts[1] == "flux", name == "deploy/spire/federation.yaml":
		return true
	case parts[1] == "extras":
		return path.Base(name) != "falco-rules.yaml"
	case parts[1] == "policy":
		return !strings.Contains(name, "/tests/") && !strings.Contains(name, "/samples/") && path.Base(name) != "suite.yaml"
	}
	return false
}

// appliedTwice: Server-Side Apply of the chart a second time changes nothing, and all of it
// belongs to the one who applied it.
func (tr *trial) appliedTwice(t *testing.T) {
	applied := 0
	for _, name := range []string{"prod", "hpa", "keda", "everything set"} {
		all, err := charts.Objects(t, tr.Service, tr.use(t, name))
		if err != nil {
			t.Fatal(err)
		}
		for _, o := range all {
			first := tr.apply(t.Context(), o, how{ns: tr.ns})
			if first.err != nil {
				t.Errorf("%s: %v", o, first.err)
				continue
			}
			second := tr.apply(t.Context(), o, how{ns: tr.ns})
			if second.err != nil {
				t.Errorf("%s, again: %v", o, second.err)
				continue
			}
			if first.object.GetResourceVersion() != second.object.GetResourceVersion() {
				t.Errorf("%s changes when it is applied again:\n%v\n%v", o, first.object, second.object)
			}
			if err := onlyManager(second.object, "trial"); err != nil {
				t.Errorf("%s: %v", o, err)
			}
			// Somebody else who applies the same is in nobody's way: no default of the server stands in
			// a list or an object that is compared as a whole. What people add is theirs.
			other := tr.apply(t.Context(), o, how{ns: tr.ns, manager: "another", dry: true})
			if other.err != nil && name != "everything set" {
				t.Errorf("%s, by another: %v", o, other.err)
			}
			applied++
		}
		tr.remove(t, all, tr.ns)
	}
	t.Logf("%d objects applied twice: the same resourceVersion, one manager of fields", applied)
}

// onlyManager says who else than name manages fields of an object. The server itself is not
// counted: it writes the status and the addresses of a Service.
func onlyManager(u *unstructured.Unstructured, name string) error {
	var others []error
	managed := false
	for _, m := range u.GetManagedFields() {
		managed = managed || m.Manager == name
		if m.Manager != name && m.Subresource == "" && m.Manager != "kube-apiserver" {
			others = append(others, fmt.Errorf("%s manages fields, too (%s)", m.Manager, m.Operation))
		}
	}
	if !managed {
		others = append(others, fmt.Errorf("%s manages nothing", name))
	}
	return errors.Join(others...)
}

// whatRuns: with the policies bound, somebody can still look into a pod and scale what was there
// before them.
func (tr *trial) whatRuns(t *testing.T) {
	pod := movedTo(t, tr.good(t, "Workload API by csi"), tr.ns)
	if a := tr.create(t.Context(), pod, how{}); a.err != nil {
		t.Fatalf("its own pod: %v", a.err)
	}
	defer tr.remove(t, []objects.Object{pod}, tr.ns)
	debug := func(security string) error {
		patch := fmt.Sprintf(`{"spec":{"ephemeralContainers":[{"name":"debugger","image":"busybox","stdin":true,"tty":true,"targetContainerName":"app"%s}]}}`, security)
		_, err := tr.typed.CoreV1().Pods(tr.ns).Patch(t.Context(), pod.Name, types.StrategicMergePatchType, []byte(patch),
			metav1.PatchOptions{DryRun: []string{metav1.DryRunAll}}, "ephemeralcontainers")
		return err
	}
	// What kubectl debug --profile=restricted sends (k8s.io/kubectl/pkg/cmd/debug/profiles.go).
	const restricted = `,"securityContext":{"runAsNonRoot":true,"allowPrivilegeEscalation":false,"capabilities":{"drop":["ALL"]},"seccompProfile":{"type":"RuntimeDefault"}}`
	if err := debug(restricted); err != nil {
		t.Errorf("kubectl debug --profile=restricted: %v", err)
	}
	err := debug("")
	if !tr.nodes && (err == nil || !strings.Contains(err.Error(), "violates PodSecurity")) {
		t.Errorf("kubectl debug with no profile: %v", err)
	}
	t.Logf("kubectl debug --profile=restricted is let in; without a profile: %v", err)

	// A Deployment that breaks a policy can be scaled and labelled, but not made to roll.
	older := tr.older(t)
	defer tr.remove(t, []objects.Object{older}, tr.ns)
	for patch, refused := range map[string]bool{
		`{"spec":{"replicas":0},"metadata":{"labels":{"example.com/seen":"yes"}}}`:              false,
		`{"spec":{"template":{"metadata":{"annotations":{"example.com/restarted-at":"now"}}}}}`: true,
	} {
		_, err := tr.typed.AppsV1().Deployments(tr.ns).Patch(t.Context(), older.Name, types.MergePatchType, []byte(patch), metav1.PatchOptions{})
		if (err != nil) != refused || refused && !strings.Contains(err.Error(), "ValidatingAdmissionPolicy 'image-digest.") {
			t.Errorf("%s: %v", patch, err)
		}
	}
	t.Log("what was there before the policies can be scaled and labelled, and does not roll out again")
}
