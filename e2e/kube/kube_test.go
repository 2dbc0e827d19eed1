package kube

import (
	"encoding/json"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/client-go/discovery"
	"k8s.io/client-go/discovery/cached/memory"
	"k8s.io/client-go/dynamic"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/restmapper"
	"sigs.k8s.io/yaml"

	"github.com/mintwright/mintwright/e2e/charts"
	"github.com/mintwright/mintwright/e2e/crds"
	"github.com/mintwright/mintwright/e2e/objects"
	"github.com/mintwright/mintwright/e2e/policy"
	"github.com/mintwright/mintwright/e2e/services"
)

// hand is who works on the cluster.
type hand struct {
	*cluster
	client   dynamic.Interface
	mapper   *restmapper.DeferredDiscoveryRESTMapper
	warnings *warnings
	helm     string
}

// warnings are those that the server sends with its answers.
type warnings struct{ all []string }

func (w *warnings) HandleWarningHeader(_ int, _, text string) { w.all = append(w.all, text) }

func newHand(t *testing.T, c *cluster) *hand {
	t.Helper()
	h := &hand{cluster: c, warnings: &warnings{}}
	config := rest.CopyConfig(c.config)
	config.WarningHandler = h.warnings
	var err error
	if h.client, err = dynamic.NewForConfig(config); err != nil {
		t.Fatal(err)
	}
	d, err := discovery.NewDiscoveryClientForConfig(c.config)
	if err != nil {
		t.Fatal(err)
	}
	h.mapper = restmapper.NewDeferredDiscoveryRESTMapper(memory.NewMemCacheClient(d))
	if h.helm, err = helm(t.Context()); err != nil {
		t.Fatal(err)
	}
	return h
}

// resource is where objects of a kind are kept.
func (h *hand) resource(o objects.Object, namespace string) (dynamic.ResourceInterface, error) {
	group, version, grouped := strings.Cut(o.APIVersion, "/")
	if !grouped {
		group, version = "", o.APIVersion
	}
	m, err := h.mapper.RESTMapping(schema.GroupKind{Group: group, Kind: o.Kind}, version)
	if err != nil {
		return nil, err
	}
	if m.Scope.Name() == meta.RESTScopeNameRoot {
		return h.client.Resource(m.Resource), nil
	}
	if o.Namespace != "" {
		namespace = o.Namespace
	}
	return h.client.Resource(m.Resource).Namespace(namespace), nil
}

// apply applies an object as kubectl apply --server-side does.
func (h *hand) apply(t *testing.T, o objects.Object, namespace string, dry bool) (*unstructured.Unstructured, error) {
	t.Helper()
	r, err := h.resource(o, namespace)
	if err != nil {
		return nil, err
	}
	u := &unstructured.Unstructured{}
	if err := u.UnmarshalJSON(o.JSON); err != nil {
		return nil, err
	}
	options := metav1.ApplyOptions{FieldManager: "e2e", Force: false}
	if dry {
		options.DryRun = []string{metav1.DryRunAll}
	}
	return r.Apply(t.Context(), o.Name, u, options)
}

// create creates an object and leaves no trace of it.
func (h *hand) create(t *testing.T, o objects.Object, namespace string) (*unstructured.Unstructured, error) {
	t.Helper()
	r, err := h.resource(o, namespace)
	if err != nil {
		return nil, err
	}
	u := &unstructured.Unstructured{}
	if err := u.UnmarshalJSON(o.JSON); err != nil {
		return nil, err
	}
	return r.Create(t.Context(), u, metav1.CreateOptions{DryRun: []string{metav1.DryRunAll}, FieldValidation: metav1.FieldValidationStrict})
}

func (h *hand) mustApply(t *testing.T, all []objects.Object, namespace string) {
	t.Helper()
	for _, o := range all {
		if _, err := h.apply(t, o, namespace, false); err != nil {
			t.Fatalf("%s: %v", o, err)
		}
	}
}

func (h *hand) mustDelete(t *testing.T, all []objects.Object, namespace string) {
	t.Helper()
	for _, o := range all {
		r, err := h.resource(o, namespace)
		if err != nil {
			t.Fatal(err)
		}
		if err := r.Delete(t.Context(), o.Name, metav1.DeleteOptions{}); err != nil {
			t.Fatalf("%s: %v", o, err)
		}
	}
}

func manifests(t *testing.T, s services.Service, under string) []objects.Object {
	t.Helper()
	var all []objects.Object
	for _, name := range s.Below(".") {
		if (name == under || strings.HasPrefix(name, under+"/")) && path.Ext(name) == ".yaml" {
			found, err := objects.Read(name, s.Files[name].Data)
			if err != nil {
				t.Fatal(err)
			}
			all = append(all, found...)
		}
	}
	if len(all) == 0 {
		t.Fatalf("%s: no manifest in %s", s.Name, under)
	}
	return all
}

func use(t *testing.T, s services.Service, name string) charts.Use {
	t.Helper()
	for _, u := range charts.Uses(s) {
		if u.Name == name {
			return u
		}
	}
	t.Fatalf("no use %q", name)
	return charts.Use{}
}

func namespaceOf(t *testing.T, name string, labels map[string]string) objects.Object {
	t.Helper()
	data, err := json.Marshal(map[string]any{"apiVersion": "v1", "kind": "Namespace", "metadata": map[string]any{"name": name, "labels": labels}})
	if err != nil {
		t.Fatal(err)
	}
	found, err := objects.Read("namespace", data)
	if err != nil {
		t.Fatal(err)
	}
	return found[0]
}

// install runs helm install against the server; what it would do is not done.
func (h *hand) install(t *testing.T, s services.Service, u charts.Use, more ...string) (string, error) {
	t.Helper()
	folder := t.TempDir()
	for _, f := range charts.Files(s) {
		name := filepath.Join(folder, "chart", filepath.FromSlash(f.Name))
		if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, f.Data, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	values, err := charts.ValuesOf(s, u)
	if err != nil {
		t.Fatal(err)
	}
	data, err := yaml.Marshal(values)
	if err != nil {
		t.Fatal(err)
	}
	write(t, filepath.Join(folder, "values.yaml"), string(data))
	args := append(more, u.Release, filepath.Join(folder, "chart"), "--namespace", u.Namespace, "--kubeconfig", h.file, "-f", filepath.Join(folder, "values.yaml"))
	cmd := exec.CommandContext(t.Context(), h.helm, args...)
	cmd.Env = append(os.Environ(), "HELM_CACHE_HOME="+folder, "HELM_CONFIG_HOME="+folder, "HELM_DATA_HOME="+folder)
	out, err := cmd.CombinedOutput()
	return string(out), err
}

// TestServer is one story: the cluster is made, and what a service brings goes into it.
func TestServer(t *testing.T) {
	if os.Getenv("E2E_KUBE") == "" {
		t.Skip("E2E_KUBE is not set: make e2e-kube")
	}
	begin := time.Now()
	h := newHand(t, start(t))
	t.Logf("Kubernetes %s on etcd %s, Helm %s: ready after %s", h.version, etcdVersion, helmVersion, time.Since(begin).Round(time.Second))
	s := services.Named(t, "golden/full")
	for _, step := range []struct {
		name string
		do   func(*testing.T, *hand, services.Service)
	}{
		{"without definitions", withoutDefinitions},
		{"definitions", definitions},
		{"every chart", everyChart},
		{"admission policies", admissionPolicies},
		{"injection", injection},
		{"Pod Security", podSecurity},
		{"applied twice", appliedTwice},
		{"installed and upgraded", installedAndUpgraded},
	} {
		if !t.Run(step.name, func(t *testing.T) { step.do(t, h, s) }) {
			return
		}
	}
}

// withoutDefinitions: in a cluster that knows no custom resource, the chart leaves away what it
// can do without, and what it cannot is named.
func withoutDefinitions(t *testing.T, h *hand, s services.Service) {
	u := use(t, s, "prod")
	h.mustApply(t, []objects.Object{namespaceOf(t, u.Namespace, nil)}, "")
	out, err := h.install(t, s, u, "install", "--dry-run=server")
	if err == nil || !strings.Contains(out, "ClusterSPIFFEID") {
		t.Errorf("the identity has no definition, and Helm says: %v %s", err, out)
	}
	u.Values = charts.Merge(u.Values, charts.Map("identity.enabled", false), charts.Map("tests.enabled", false), charts.Map("autoscaling.mode", "none"))
	out, err = h.install(t, s, u, "install", "--dry-run=server")
	if err != nil {
		t.Errorf("%v\n%s", err, out)
	}
	for _, kind := range []string{"ServiceMonitor", "PodMonitor", "PrometheusRule"} {
		if strings.Contains(out, "kind: "+kind+"\n") {
			t.Errorf("%s is made and the cluster does not know it", kind)
		}
	}
	t.Log("without ClusterSPIFFEID Helm refuses and names it; with identity off it installs, and no monitor is made")
}

// definitions: every definition of a custom resource is taken by the server, ours too.
func definitions(t *testing.T, h *hand, _ services.Service) {
	published, err := crds.Published()
	if err != nil {
		t.Fatal(err)
	}
	own, err := crds.Own()
	if err != nil {
		t.Fatal(err)
	}
	applied := map[string]bool{}
	for _, d := range slices.Concat(published, own) {
		if applied[d.Name] {
			continue // the project's own goes before our list of its fields
		}
		applied[d.Name] = true
		d.APIVersion, d.Kind = "apiextensions.k8s.io/v1", "CustomResourceDefinition"
		d.Status.Conditions = nil
		data, err := json.Marshal(d)
		if err != nil {
			t.Fatal(err)
		}
		found, err := objects.Read("definition", data)
		if err != nil {
			t.Fatal(err)
		}
		h.mustApply(t, found, "")
	}
	for deadline := time.Now().Add(time.Minute); ; time.Sleep(200 * time.Millisecond) {
		all, err := h.client.Resource(schema.GroupVersionResource{Group: "apiextensions.k8s.io", Version: "v1", Resource: "customresourcedefinitions"}).List(t.Context(), metav1.ListOptions{})
		if err != nil {
			t.Fatal(err)
		}
		established := 0
		for _, d := range all.Items {
			conditions, _, _ := unstructured.NestedSlice(d.Object, "status", "conditions")
			for _, c := range conditions {
				if objects.At(c, "type") == "Established" && objects.At(c, "status") == "True" {
					established++
				}
			}
		}
		if established == len(applied) {
			break
		}
		if time.Now().After(deadline) {
			t.Fatalf("%d of %d definitions are established", established, len(applied))
		}
	}
	h.mapper.Reset()
	t.Logf("%d definitions of custom resources are established", len(applied))
}

// everyChart: helm install --dry-run=server of each golden chart, in each use, and every other
// manifest that a service brings.
func everyChart(t *testing.T, h *hand, _ services.Service) {
	installs, applied := 0, 0
	for _, s := range services.All(t) {
		if s.Pair {
			continue
		}
		for _, u := range charts.Uses(s) {
			h.mustApply(t, []objects.Object{namespaceOf(t, u.Namespace, nil)}, "")
			found, err := charts.Objects(t, s, u)
			if err != nil {
				t.Error(err)
			}
			for _, o := range found {
				if _, err := h.create(t, o, u.Namespace); err != nil {
					t.Errorf("%s: %v", o, err)
				}
				applied++
			}
			if !slices.Contains([]string{"default", "prod", "everything set", "long names"}, u.Name) {
				continue
			}
			if out, err := h.install(t, s, u, "install", "--dry-run=server"); err != nil {
				t.Errorf("%s, %s: %v\n%s", s.Name, u.Name, err, out)
			}
			installs++
		}
		for _, name := range s.Below("deploy") {
			isManifest := strings.HasPrefix(name, "deploy/policy/vap/") || strings.HasPrefix(name, "deploy/argocd/") || strings.HasPrefix(name, "deploy/extras/") ||
				name == "deploy/namespace.yaml" || name == "deploy/spire/federation.yaml"
			if !isManifest || path.Ext(name) != ".yaml" || strings.Contains(name, "falco") {
				continue
			}
			found, err := objects.Read(s.Name+", "+name, s.Files[name].Data)
			if err != nil {
				t.Error(err)
			}
			for _, o := range found {
				if o.Namespace != "" {
					h.mustApply(t, []objects.Object{namespaceOf(t, o.Namespace, nil)}, "")
				}
				if _, err := h.apply(t, o, s.Answers.Deploy.Namespace, true); err != nil {
					t.Errorf("%s: %v", o, err)
				}
				applied++
			}
		}
	}
	if n := len(h.warnings.all); n > 0 {
		t.Errorf("%d warnings, the first: %s", n, h.warnings.all[0])
	}
	t.Logf("%d times helm install --dry-run=server, %d objects created or applied with --dry-run=server; no warning", installs, applied)
}

// admissionPolicies: bound, they refuse each bad pod by the rule that is meant for it, and let
// the chart in.
func admissionPolicies(t *testing.T, h *hand, s services.Service) {
	ns := s.Answers.Deploy.Namespace
	all := manifests(t, s, "deploy/policy/vap")
	h.mustApply(t, all, "")
	bare := policy.AsObject(t, map[string]any{
		"apiVersion": "v1", "kind": "Pod", "metadata": map[string]any{"name": "bare"},
		"spec": map[string]any{"containers": []any{map[string]any{"name": "a", "image": "a"}}},
	})
	active := func() bool {
		_, err := h.create(t, bare, ns)
		return apierrors.IsForbidden(err) || apierrors.IsInvalid(err)
	}
	waitFor(t, "the policies", active)
	time.Sleep(2 * time.Second) // each of them is compiled by itself

	refused := 0
	for _, b := range policy.BadPods() {
		pod := policy.GoodPod(t, s, "default")
		b.Change(pod)
		o := policy.AsObject(t, pod)
		if b.HasNoPod() {
			o = policy.AsObject(t, policy.Deployment(pod))
		}
		h.warnings.all = nil
		_, err := h.create(t, o, ns)
		said := strings.Join(h.warnings.all, " ")
		if err != nil {
			said += err.Error()
		}
		if !strings.Contains(said, "'"+b.Policy+".") || !strings.Contains(said, b.Says) {
			// What the server's own validation refuses never comes to a policy.
			if apierrors.IsInvalid(err) && !strings.Contains(said, "ValidatingAdmissionPolicy") {
				continue
			}
			t.Errorf("%s: meant for %s (%s), but: %s", b.Name, b.Policy, b.Says, said)
			continue
		}
		refused++
	}
	h.warnings.all = nil
	for _, name := range []string{"default", "prod"} {
		u := use(t, s, name)
		found, err := charts.Objects(t, s, u)
		if err != nil {
			t.Fatal(err)
		}
		for _, o := range found {
			if _, err := h.create(t, o, ns); err != nil {
				t.Errorf("%s: %v", o, err)
			}
		}
		if out, err := h.install(t, s, u, "install", "--dry-run=server"); err != nil {
			t.Errorf("%v\n%s", err, out)
		}
	}
	if len(h.warnings.all) > 0 {
		t.Errorf("warnings: %q", h.warnings.all)
	}
	t.Logf("%d of %d bad pods are refused or warned of by the policy that is meant for them; the chart is let in", refused, len(policy.BadPods()))
	if refused < 25 {
		t.Error("too few")
	}
	h.mustDelete(t, all, "")
	waitFor(t, "the policies to go", func() bool { return !active() })
}

func waitFor(t *testing.T, what string, is func() bool) {
	t.Helper()
	for deadline := time.Now().Add(time.Minute); !is(); time.Sleep(200 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("waited a minute for %s", what)
		}
	}
}

// injection: the mutating policy gives a pod that asks for it the Workload API.
func injection(t *testing.T, h *hand, s services.Service) {
	ns := s.Answers.Deploy.Namespace
	all := manifests(t, s, "deploy/extras/workload-api-injection.yaml")
	h.mustApply(t, all, "")
	pod := policy.AsObject(t, policy.GoodPod(t, s, "Workload API injected"))
	var made *unstructured.Unstructured
	waitFor(t, "the injection", func() bool {
		var err error
		if made, err = h.create(t, pod, ns); err != nil {
			t.Fatal(err)
		}
		volumes, _, _ := unstructured.NestedSlice(made.Object, "spec", "volumes")
		return slices.ContainsFunc(volumes, func(v any) bool { return objects.At(v, "csi", "driver") == "csi.spiffe.io" })
	})
	containers, _, _ := unstructured.NestedSlice(made.Object, "spec", "containers")
	env, _ := containers[0].(map[string]any)["env"].([]any)
	mounts, _ := containers[0].(map[string]any)["volumeMounts"].([]any)
	if !slices.ContainsFunc(env, func(e any) bool { return objects.At(e, "name") == "SPIFFE_ENDPOINT_SOCKET" }) ||
		!slices.ContainsFunc(mounts, func(m any) bool { return objects.At(m, "mountPath") == "/spiffe-workload-api" }) {
		t.Errorf("no mount or no address: %v %v", env, mounts)
	}
	h.mustDelete(t, all, "")
	t.Log("a pod that asks for it gets volume, mount and address of the Workload API")
}

// podSecurity: in the namespace as it is emitted, every pod that breaks restricted is refused,
// and what Helm makes of the chart is let in without a warning.
func podSecurity(t *testing.T, h *hand, s services.Service) {
	ns := s.Answers.Deploy.Namespace
	h.mustApply(t, manifests(t, s, "deploy/namespace.yaml"), "")
	out, err := exec.CommandContext(t.Context(), "go", "list", "-m", "-f", "{{.Dir}}", "k8s.io/pod-security-admission").Output()
	if err != nil {
		t.Fatal(err)
	}
	minor := strings.Join(strings.Split(h.version, ".")[:2], ".")
	folder := os.DirFS(filepath.Join(strings.TrimSpace(string(out)), "test", "testdata", "restricted", minor))
	counts := map[string]int{}
	for _, kind := range []string{"fail", "pass"} {
		names, err := fs.Glob(folder, kind+"/*.yaml")
		if err != nil || len(names) == 0 {
			t.Fatal("no pods to try", err)
		}
		for _, name := range names {
			content, err := fs.ReadFile(folder, name)
			if err != nil {
				t.Fatal(err)
			}
			found, err := objects.Read(name, content)
			if err != nil {
				t.Fatal(err)
			}
			_, err = h.create(t, found[0], ns)
			if refused := apierrors.IsForbidden(err) && strings.Contains(err.Error(), "violates PodSecurity"); refused != (kind == "fail") && !apierrors.IsInvalid(err) {
				t.Errorf("%s: %v", name, err)
			}
			counts[kind]++
		}
	}
	h.warnings.all = nil
	for _, u := range charts.Uses(s) {
		if u.Namespace != ns || strings.Contains(u.Name, "hostPath") || strings.Contains(u.Name, "host-path") {
			continue
		}
		found, err := charts.Objects(t, s, u)
		if err != nil {
			t.Fatal(err)
		}
		for _, o := range found {
			if _, err := h.create(t, o, ns); err != nil {
				t.Errorf("%s: %v", o, err)
			}
		}
		counts["use"]++
	}
	if len(h.warnings.all) > 0 {
		t.Errorf("warnings: %q", h.warnings.all[0])
	}
	u := use(t, s, "Workload API by hostPath")
	for _, p := range podsOf(t, s, u) {
		if _, err := h.create(t, p, ns); !apierrors.IsForbidden(err) {
			t.Errorf("a pod with a hostPath: %v", err)
		}
	}
	t.Logf("%d pods that break restricted are refused, %d others and the chart in %d uses are let in without a warning", counts["fail"], counts["pass"], counts["use"])
}

func podsOf(t *testing.T, s services.Service, u charts.Use) []objects.Object {
	t.Helper()
	found, err := charts.Objects(t, s, u)
	if err != nil {
		t.Fatal(err)
	}
	var pods []objects.Object
	for i, p := range objects.Pods(found) {
		metadata := map[string]any{"name": fmt.Sprintf("pod-%d", i), "labels": p.Metadata["labels"]}
		pods = append(pods, policy.AsObject(t, map[string]any{"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": p.Spec}))
	}
	return pods
}

// appliedTwice: Server-Side Apply of the chart a second time changes nothing.
func appliedTwice(t *testing.T, h *hand, s services.Service) {
	ns := s.Answers.Deploy.Namespace
	applied := 0
	for _, name := range []string{"prod", "keda", "everything set"} {
		u := use(t, s, name)
		found, err := charts.Objects(t, s, u)
		if err != nil {
			t.Fatal(err)
		}
		for _, o := range found {
			first, err := h.apply(t, o, ns, false)
			if err != nil {
				t.Errorf("%s: %v", o, err)
				continue
			}
			second, err := h.apply(t, o, ns, false)
			if err != nil {
				t.Errorf("%s, again: %v", o, err)
				continue
			}
			if first.GetResourceVersion() != second.GetResourceVersion() || !reflect.DeepEqual(first.GetManagedFields(), second.GetManagedFields()) {
				t.Errorf("%s: changes when it is applied again", o)
			}
			applied++
		}
		h.mustDelete(t, found, ns)
	}
	t.Logf("%d objects applied twice: the same resourceVersion and managedFields", applied)
}

// installedAndUpgraded: Helm installs the chart, and an upgrade to the same changes nothing.
func installedAndUpgraded(t *testing.T, h *hand, s services.Service) {
	u := use(t, s, "prod")
	// No controller runs the Job of a hook here.
	if out, err := h.install(t, s, u, "install", "--no-hooks"); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	found, err := charts.Objects(t, s, u)
	if err != nil {
		t.Fatal(err)
	}
	before := h.versions(t, found, u.Namespace)
	if out, err := h.install(t, s, u, "upgrade", "--no-hooks"); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	if after := h.versions(t, found, u.Namespace); !reflect.DeepEqual(before, after) {
		t.Errorf("an upgrade to the same has changed objects:\n%v\n%v", before, after)
	}
	if len(before) < 5 {
		t.Errorf("only %d objects are there", len(before))
	}
	t.Logf("helm install has made %d objects, and helm upgrade to the same leaves their resourceVersions", len(before))
}

// versions are the resourceVersions of what is there.
func (h *hand) versions(t *testing.T, all []objects.Object, namespace string) map[string]string {
	t.Helper()
	versions := map[string]string{}
	for _, o := range all {
		r, err := h.resource(o, namespace)
		if err != nil {
			t.Fatal(err)
		}
		got, err := r.Get(t.Context(), o.Name, metav1.GetOptions{})
		if apierrors.IsNotFound(err) {
			continue // a hook
		}
		if err != nil {
			t.Fatal(err)
		}
		versions[o.Kind+" "+o.Name] = got.GetResourceVersion()
	}
	return versions
}
