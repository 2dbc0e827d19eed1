//go:build linux

package kube

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	admissionv1 "k8s.io/api/admissionregistration/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/apiserver/pkg/admission/plugin/policy/validating"
	"k8s.io/apiserver/pkg/cel/openapi/resolver"

	"github.com/mintwright/mintwright/e2e/charts"
	"github.com/mintwright/mintwright/e2e/objects"
	"github.com/mintwright/mintwright/e2e/podsecurity"
	"github.com/mintwright/mintwright/e2e/policy"
)

// tried is a pod that Pod Security judges.
type tried struct {
	name string
	objects.Object
}

// podSecurity creates pods where Pod Security holds nothing against them, so that they have
// their defaults, and then in the service's namespace.
func (tr *trial) podSecurity(t *testing.T, pods []tried) {
	t.Helper()
	judge, err := podsecurity.New()
	if err != nil {
		t.Fatal(err)
	}
	refused, letIn, invalid := 0, 0, 0
	for _, p := range pods {
		name, o := p.name, p.Object
		whole := tr.create(t.Context(), moved(t, o, elsewhere), how{dry: true})
		if apierrors.IsInvalid(whole.err) {
			invalid++
			continue
		}
		if whole.err != nil {
			t.Errorf("%s, elsewhere: %v", name, whole.err)
			continue
		}
		wrong, err := judge.Refused(objects.Pods([]objects.Object{policy.AsObject(t, whole.object.Object)})[0])
		if err != nil {
			t.Fatal(err)
		}
		a := tr.create(t.Context(), moved(t, o, tr.ns), how{dry: true})
		says := a.says()
		_, detail, does := strings.Cut(says, `violate PodSecurity "restricted:v1.37": `)
		if !does {
			_, detail, does = strings.Cut(says, `violates PodSecurity "restricted:v1.37": `)
		}
		switch {
		case wrong == "" && (a.err != nil || does):
			t.Errorf("%s breaks nothing, and: %s", name, says)
		case wrong == "":
			letIn++
		case !does || !strings.HasSuffix(wrong, detail):
			t.Errorf("%s: %q is said, not %q", name, says, wrong)
		case !tr.nodes && !apierrors.IsForbidden(a.err):
			t.Errorf("%s is let in", name)
		case tr.nodes && a.err != nil:
			t.Errorf("%s: this namespace only warns, and: %v", name, a.err)
		default:
			refused++
		}
	}
	if refused == 0 {
		t.Error("no pod was refused")
	}
	what := "refused"
	if tr.nodes {
		what = "warned of"
	}
	t.Logf("Pod Security: %d pods are %s in the words of its library, %d are let in; %d are no pods to the server at all", refused, what, letIn, invalid)
}

// admissionPolicies: bound, they refuse each bad pod by the rule that is meant for it, by itself
// and as the template of what makes pods, and let the chart in.
func (tr *trial) admissionPolicies(t *testing.T) {
	all := tr.manifests(t, "deploy/policy/vap")
	if a := tr.create(t.Context(), tr.older(t), how{ns: tr.ns}); a.err != nil {
		t.Fatalf("before there are policies: %v", a.err)
	}
	tr.mustApply(t, all, how{})
	t.Run("types", func(t *testing.T) { tr.checkTypes(t, all) })
	tr.enforce(t, "privileged") // so that the policies are asked
	tr.awaitPolicies(t)

	t.Run("bad pods", tr.badPods)
	t.Run("own pods", func(t *testing.T) {
		judged := 0
		for _, name := range []string{"default", "staging", "prod", "Workload API by csi", "test let in", "istio, exclude"} {
			u := tr.use(t, name)
			made, err := charts.Objects(t, tr.Service, u)
			if err != nil {
				t.Fatal(err)
			}
			for _, p := range objects.Pods(made) {
				one := map[string]any{"apiVersion": "v1", "kind": "Pod", "metadata": map[string]any{"name": "one", "labels": p.Metadata["labels"], "annotations": p.Metadata["annotations"]}, "spec": p.Spec}
				made = append(made, policy.AsObject(t, one))
			}
			for _, o := range made {
				a := tr.apply(t.Context(), o, how{ns: tr.ns, dry: true})
				if a.err != nil || slices.ContainsFunc(a.warnings, func(w string) bool { return !tr.mayWarn(w) }) {
					t.Errorf("%s: %s", o, a.says())
				}
				judged++
			}
		}
		bare := policy.AsObject(t, map[string]any{
			"apiVersion": "v1", "kind": "Pod", "metadata": map[string]any{"name": "bare"},
			"spec": map[string]any{"containers": []any{map[string]any{"name": "a", "image": "a"}}},
		})
		if a := tr.create(t.Context(), bare, how{ns: elsewhere, dry: true}); a.err != nil || len(a.warnings) > 0 {
			t.Errorf("in another namespace: %s", a.says())
		}
		if a := tr.create(t.Context(), bare, how{ns: tr.ns, dry: true}); a.err == nil {
			t.Error("a bare pod is let in")
		}
		t.Logf("%d objects of the chart and pods of theirs are let in without a warning; in another namespace anything is", judged)
	})
	tr.mustApply(t, tr.manifests(t, "deploy/namespace.yaml"), how{force: true})
}

// older is a Deployment that was there before the policies, which refuse it.
func (tr *trial) older(t *testing.T) objects.Object {
	t.Helper()
	pod := tr.good(t, "Workload API by csi")
	container := pod["spec"].(map[string]any)["containers"].([]any)[0].(map[string]any)
	container["image"] = tr.Answers.Deploy.Image + ":1.2.3"
	made := policy.Deployment(pod)
	made["metadata"].(map[string]any)["name"] = "older"
	return maker(t, made)
}

// mayWarn reports whether a warning is the one of a service that mounts the socket's folder from
// the node: Pod Security names that volume, and nothing else.
func (tr *trial) mayWarn(text string) bool {
	return tr.nodes && strings.Contains(text, "restricted volume types (volume ") && strings.Contains(text, "hostPath") &&
		strings.Count(text, "(") == 1
}

// checkTypes does what the controller manager does with a new policy: it checks its expressions
// against the types of the server, which writes what it finds into the policy's status.
func (tr *trial) checkTypes(t *testing.T, all []objects.Object) {
	checker := &validating.TypeChecker{SchemaResolver: &resolver.ClientDiscoveryResolver{Discovery: tr.typed.Discovery()}, RestMapper: tr.mapper}
	policies := 0
	for _, o := range all {
		if o.Kind != "ValidatingAdmissionPolicy" {
			continue
		}
		var p admissionv1.ValidatingAdmissionPolicy
		if err := json.Unmarshal(o.JSON, &p); err != nil {
			t.Fatal(err)
		}
		for _, w := range checker.Check(&p) {
			t.Errorf("%s: %s: %s", o, w.FieldRef, w.Warning)
		}
		policies++
	}
	wrong := &admissionv1.ValidatingAdmissionPolicy{Spec: admissionv1.ValidatingAdmissionPolicySpec{
		MatchConstraints: &admissionv1.MatchResources{ResourceRules: []admissionv1.NamedRuleWithOperations{{RuleWithOperations: admissionv1.RuleWithOperations{
			Rule: admissionv1.Rule{APIGroups: []string{""}, APIVersions: []string{"v1"}, Resources: []string{"pods"}},
		}}}},
		Validations: []admissionv1.Validation{{Expression: "object.spec.containres.size() > 0"}},
	}}
	if len(checker.Check(wrong)) != 1 {
		t.Error("an expression with a field that does not exist is not found")
	}
	t.Logf("the types of the expressions of %d policies are checked: no warning", policies)
}

// enforce sets the level of Pod Security that the namespace enforces.
func (tr *trial) enforce(t *testing.T, level string) {
	t.Helper()
	patch := fmt.Appendf(nil, `{"metadata":{"labels":{"pod-security.kubernetes.io/enforce":%q}}}`, level)
	if _, err := tr.typed.CoreV1().Namespaces().Patch(t.Context(), tr.ns, types.MergePatchType, patch, metav1.PatchOptions{FieldManager: "trial"}); err != nil {
		t.Fatal(err)
	}
}

// maker is an object that makes the pod of a fault; the server wants more of it than a policy does.
func maker(t *testing.T, made map[string]any) objects.Object {
	t.Helper()
	u := &unstructured.Unstructured{Object: made}
	var err error
	if made["kind"] == "CronJob" {
		err = unstructured.SetNestedField(u.Object, "Never", "spec", "jobTemplate", "spec", "template", "spec", "restartPolicy")
	} else {
		err = unstructured.SetNestedField(u.Object, "b", "spec", "template", "metadata", "labels", "a")
	}
	if err != nil {
		t.Fatal(err)
	}
	return policy.AsObject(t, u.Object)
}

// asked is a pod with a fault, and what makes such pods.
func (tr *trial) asked(t *testing.T, b policy.Bad) []objects.Object {
	t.Helper()
	pod := tr.good(t, "Workload API by csi")
	b.Change(pod)
	all := []objects.Object{maker(t, policy.Deployment(pod)), maker(t, policy.CronJob(pod))}
	if !b.HasNoPod() {
		all = append(all, policy.AsObject(t, pod))
	}
	return all
}

// speaks returns an error when an answer is not that of the rule which is meant for a fault.
func speaks(b policy.Bad, a answer) error {
	says := a.says()
	warns := b.Policy == "identity" // bound to warn
	switch {
	case !strings.Contains(says, "ValidatingAdmissionPolicy '"+b.Policy+".") || !strings.Contains(says, b.Says):
		return fmt.Errorf("meant for %s (%s), but: %q", b.Policy, b.Says, says)
	case warns && a.err != nil:
		return fmt.Errorf("is refused, not warned of: %w", a.err)
	case !warns && !apierrors.IsForbidden(a.err) && !apierrors.IsInvalid(a.err): // as its reason is
		return fmt.Errorf("is not refused: %q", says)
	}
	return nil
}

// awaitPolicies waits until each policy speaks: the server hears of each by itself, and a pod is
// asked for at the level of Pod Security at which it was created.
func (tr *trial) awaitPolicies(t *testing.T) {
	t.Helper()
	seen := map[string]bool{}
	for _, b := range policy.BadPods() {
		if seen[b.Policy] {
			continue
		}
		seen[b.Policy] = true
		all := tr.asked(t, b)
		eventually(t, "the policy "+b.Policy, func() error {
			return speaks(b, tr.create(t.Context(), all[len(all)-1], how{ns: tr.ns, dry: true}))
		})
	}
}

func (tr *trial) badPods(t *testing.T) {
	asked, pods := 0, 0
	invalid := map[string]bool{}
	for _, b := range policy.BadPods() {
		// What such a service says of folders of the node is the other way round for one of them.
		mayMount := tr.nodes && b.Name == "the agent's sockets from the node"
		met := false
		for _, o := range tr.asked(t, b) {
			a := tr.create(t.Context(), o, how{ns: tr.ns, dry: true})
			if apierrors.IsInvalid(a.err) && !strings.Contains(a.says(), "ValidatingAdmissionPolicy") {
				invalid[b.Name] = true // the server's own validation comes before the policies
				continue
			}
			met = true
			err := speaks(b, a)
			if mayMount && a.err == nil {
				err = nil
			}
			if err != nil {
				t.Errorf("%s, as %s: %v", b.Name, o.Kind, err)
			}
			asked++
		}
		if met {
			pods++
		}
	}
	var never []string
	for name := range invalid {
		never = append(never, name)
	}
	slices.Sort(never)
	t.Logf("%d faults in %d pods, Deployments and CronJobs are refused by the rule that is meant for them; no such pods to the server at all: %q", pods, asked, never)
	if pods < 25 {
		t.Error("too few")
	}
}

// injection: the mutating policy gives a pod that asks for it the Workload API, so that Pod
// Security and the policies let it in, and leaves others alone.
func (tr *trial) injection(t *testing.T) {
	all := tr.manifests(t, "deploy/extras/workload-api-injection.yaml")
	tr.mustApply(t, all, how{})
	asks := movedTo(t, tr.good(t, "Workload API injected"), tr.ns)
	var made *unstructured.Unstructured
	eventually(t, "the injection", func() error {
		a := tr.create(t.Context(), asks, how{dry: true})
		if a.err != nil {
			return a.err
		}
		made = a.object
		return complete(made)
	})
	volumes, _, _ := unstructured.NestedSlice(made.Object, "spec", "volumes")
	before, _ := asks.At("spec", "volumes").([]any)
	if len(volumes) != len(before)+1 {
		t.Errorf("%d volumes have become %d", len(before), len(volumes))
	}
	for _, name := range []string{"Workload API by csi", "default"} {
		o := movedTo(t, tr.good(t, name), tr.ns)
		inside, outside := tr.create(t.Context(), o, how{dry: true}), tr.create(t.Context(), moved(t, o, elsewhere), how{dry: true})
		if inside.err != nil || outside.err != nil {
			t.Errorf("%s: %v", name, errors.Join(inside.err, outside.err))
			continue
		}
		if fmt.Sprint(inside.object.Object["spec"]) != fmt.Sprint(outside.object.Object["spec"]) {
			t.Errorf("%s: a pod that does not ask is changed: %v", name, inside.object.Object["spec"])
		}
	}
	tr.remove(t, all, "")
	t.Log("a pod that asks for it gets volume, mounts and address of the Workload API, and is let in; others are left alone")
}

// complete says what a pod lacks of the Workload API.
func complete(pod *unstructured.Unstructured) error {
	volumes, _, _ := unstructured.NestedSlice(pod.Object, "spec", "volumes")
	if !slices.ContainsFunc(volumes, func(v any) bool {
		return objects.At(v, "csi", "driver") == "csi.spiffe.io" && objects.At(v, "csi", "readOnly") == true
	}) {
		return errors.New("no volume of the CSI driver")
	}
	containers, _, _ := unstructured.NestedSlice(pod.Object, "spec", "containers")
	first, _, _ := unstructured.NestedSlice(pod.Object, "spec", "initContainers")
	for _, c := range slices.Concat(containers, first) {
		env, _ := objects.At(c, "env").([]any)
		mounts, _ := objects.At(c, "volumeMounts").([]any)
		if !slices.ContainsFunc(env, func(e any) bool { return objects.At(e, "name") == "SPIFFE_ENDPOINT_SOCKET" }) {
			return fmt.Errorf("container %v has no address", objects.At(c, "name"))
		}
		if !slices.ContainsFunc(mounts, func(m any) bool {
			return objects.At(m, "mountPath") == "/spiffe-workload-api" && objects.At(m, "readOnly") == true
		}) {
			return fmt.Errorf("container %v has no mount", objects.At(c, "name"))
		}
	}
	return nil
}
