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
	"github.com/mintwright/mintwright/e2e/podsecurity"
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

// TestBad: each bad pod is refused by the rule that is meant for it and by no other, by itself
// and as the template of a Deployment; and there is a bad pod for every rule. The packs for
// Kyverno and Gatekeeper say the same as that of Kubernetes itself.
func TestBad(t *testing.T) {
	s := services.Named(t, "golden/full")
	if !slices.Equal(s.Answers.Deploy.Policy, []string{"vap", "kyverno", "gatekeeper"}) {
		t.Fatalf("%s has only the policies %v", s.Name, s.Answers.Deploy.Policy)
	}
	for engine, all := range map[string][]runtime.Object{"vap": policies(t, s), "kyverno": kyverno(t, s), "gatekeeper": gatekeeper(t, s)} {
		t.Run(engine, func(t *testing.T) { refusesBad(t, s, all) })
	}
}

func refusesBad(t *testing.T, s services.Service, all []runtime.Object) {
	ns := s.Answers.Deploy.Namespace
	judges := Start(t, []*corev1.Namespace{namespace(ns)}, all...)
	met := map[string]bool{}
	cases := BadPods()
	for _, o := range []map[string]any{GoodPod(t, s, "default"), Deployment(GoodPod(t, s, "default"))} {
		r, _ := request(t, AsObject(t, o), ns)
		if failures, refused := judges.Validate(t.Context(), r); len(failures) > 0 || refused != nil {
			t.Errorf("a good %s: %s %v", o["kind"], names(failures), refused)
		}
	}
	for _, b := range cases {
		pod := GoodPod(t, s, "default")
		b.Change(pod)
		for _, o := range []map[string]any{pod, Deployment(pod), CronJob(pod)} {
			if b.HasNoPod() && o["kind"] == "Pod" {
				continue
			}
			r, _ := request(t, AsObject(t, o), ns)
			failures, refused := judges.Validate(t.Context(), r)
			if len(failures) != 1 || failures[0].Theme() != b.Policy || !strings.Contains(failures[0].Message, b.Says) {
				t.Errorf("%s, as %s: meant for %s (%s), but it is: %s %v", b.Name, o["kind"], b.Policy, b.Says, names(failures), refused)
				continue
			}
			if failures[0].Denies != (refused != nil) {
				t.Errorf("%s: a rule that denies has let it in, or one that warns has not: %v", b.Name, refused)
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

// read returns the objects in a folder of a service.
func read(t *testing.T, s services.Service, folder string) []objects.Object {
	t.Helper()
	var all []objects.Object
	for _, name := range s.Below(folder) {
		if path.Ext(name) != ".yaml" || path.Base(path.Dir(name)) == "tests" {
			continue
		}
		found, err := objects.Read(s.Name+", "+name, s.Files[name].Data)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, found...)
	}
	return all
}

func kyverno(t *testing.T, s services.Service) []runtime.Object {
	t.Helper()
	var all []runtime.Object
	for _, o := range read(t, s, "deploy/policy/kyverno") {
		if o.Kind != "ValidatingPolicy" {
			continue
		}
		made, err := FromKyverno(o)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, made...)
	}
	return all
}

func gatekeeper(t *testing.T, s services.Service) []runtime.Object {
	t.Helper()
	templates := map[string]objects.Object{}
	for _, o := range read(t, s, "deploy/policy/gatekeeper/templates") {
		kind, _ := o.At("spec", "crd", "spec", "names", "kind").(string)
		templates[kind] = o
	}
	var all []runtime.Object
	for _, o := range read(t, s, "deploy/policy/gatekeeper/constraints") {
		made, err := FromGatekeeper(templates[o.Kind], o)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, made...)
	}
	return all
}

// TestSamples: what the packs for Kyverno and Gatekeeper are tried with is good or bad as its
// name says, by the policy of its name.
func TestSamples(t *testing.T) {
	tried := 0
	for _, s := range services.All(t) {
		for engine, c := range map[string]struct {
			folder string
			all    func(*testing.T, services.Service) []runtime.Object
		}{
			"kyverno":    {"deploy/policy/kyverno/tests", kyverno},
			"gatekeeper": {"deploy/policy/gatekeeper/samples", gatekeeper},
		} {
			if !slices.Contains(s.Answers.Deploy.Policy, engine) || s.Pair && tried > 200 {
				continue
			}
			ns := s.Answers.Deploy.Namespace
			judges := Start(t, []*corev1.Namespace{namespace(ns)}, c.all(t, s)...)
			for _, name := range s.Below(c.folder) {
				if path.Ext(name) != ".yaml" || path.Base(name) == "kyverno-test.yaml" {
					continue
				}
				found, err := objects.Read(s.Name+", "+name, s.Files[name].Data)
				if err != nil {
					t.Fatal(err)
				}
				for _, o := range found {
					r, is := request(t, o, ns)
					if !is {
						t.Errorf("%s: is no workload", o)
						continue
					}
					failures, _ := judges.Validate(t.Context(), r)
					theme, bad := strings.CutPrefix(o.Name, "bad-")
					switch {
					case !bad && len(failures) > 0:
						t.Errorf("%s: %s", o, names(failures))
					case bad && !slices.ContainsFunc(failures, func(f Failure) bool { return f.Theme() == theme }):
						t.Errorf("%s: %s says nothing: %s", o, theme, names(failures))
					}
					tried++
				}
			}
		}
	}
	t.Logf("%d samples are good or bad as their names say", tried)
	if tried < 50 {
		t.Error("too few")
	}
}

// TestSignatures: what the policies on images ask is CEL that Kyverno takes: its functions, and
// the names that the policy gives to attestors and attestations.
func TestSignatures(t *testing.T) {
	compiled := 0
	for _, s := range services.All(t) {
		if !slices.Contains(s.Answers.Deploy.Policy, "kyverno") {
			continue
		}
		for _, o := range read(t, s, "deploy/policy/kyverno") {
			if o.Kind != "ImageValidatingPolicy" {
				continue
			}
			n, err := CompileImagePolicy(o)
			if err != nil {
				t.Error(err)
			}
			compiled += n
		}
	}
	t.Logf("%d expressions on signatures and provenance compile", compiled)
	if compiled < 20 {
		t.Error("too few")
	}
}

// TestUpdate: what runs already can be scaled and labelled, but not changed to something bad.
func TestUpdate(t *testing.T) {
	s := services.Named(t, "golden/full")
	ns := s.Answers.Deploy.Namespace
	judges := Start(t, []*corev1.Namespace{namespace(ns)}, policies(t, s)...)
	good := GoodPod(t, s, "default")
	evil := GoodPod(t, s, "default")
	container(evil)["image"] = "evil:1"
	scaled := Deployment(evil)
	field(scaled, "spec")["replicas"] = 0
	for _, c := range []struct {
		name     string
		old, new map[string]any
		refused  bool
	}{
		{"bad before, scaled", Deployment(evil), scaled, false},
		{"good before, bad now", Deployment(good), Deployment(evil), true},
		{"bad before, good now", Deployment(evil), Deployment(good), false},
	} {
		r, _ := request(t, AsObject(t, c.new), ns)
		old, _ := request(t, AsObject(t, c.old), ns)
		r.Old = old.Object
		if failures, refused := judges.Validate(t.Context(), r); (refused != nil) != c.refused {
			t.Errorf("%s: %v %s", c.name, refused, names(failures))
		}
	}
}

// TestInjection: the mutating policy gives a pod that asks for it the Workload API, so that it
// passes Pod Security and the other policies, and leaves every other pod alone.
func TestInjection(t *testing.T) {
	judge, err := podsecurity.New()
	if err != nil {
		t.Fatal(err)
	}
	injected := 0
	for _, s := range services.All(t) {
		if s.Pair {
			continue
		}
		const name = "deploy/extras/workload-api-injection.yaml"
		found, err := objects.Read(s.Name+", "+name, s.Read(t, name))
		if err != nil {
			t.Fatal(err)
		}
		ns := s.Answers.Deploy.Namespace
		var all []runtime.Object
		for _, o := range found {
			all = append(all, decode(t, o))
		}
		if slices.Contains(s.Answers.Deploy.Policy, "vap") {
			all = append(all, policies(t, s)...)
		}
		judges := Start(t, []*corev1.Namespace{namespace(ns)}, all...)
		for use, asks := range map[string]bool{"Workload API injected": true, "Workload API by csi": false} {
			before := GoodPod(t, s, use)
			image := field(before, "spec", "containers", 0)
			image["image"] = s.Answers.Deploy.Image + "@" + charts.Digest
			r, _ := request(t, AsObject(t, before), ns)
			after, err := judges.Mutate(t.Context(), r)
			if err != nil {
				t.Errorf("%s, %s: %v", s.Name, use, err)
				continue
			}
			after.GetObjectKind().SetGroupVersionKind(r.Kind)
			data, err := json.Marshal(after)
			if err != nil {
				t.Fatal(err)
			}
			pod, err := objects.Read("injected", data)
			if err != nil {
				t.Fatal(err)
			}
			sockets := 0
			for _, v := range objects.At(pod[0].Value, "spec", "volumes").([]any) {
				if objects.At(v, "csi", "driver") == "csi.spiffe.io" {
					sockets++
				}
			}
			if sockets != 1 {
				t.Errorf("%s, %s: %d volumes of the Workload API", s.Name, use, sockets)
			}
			if why, err := judge.Refused(objects.Pods(pod)[0]); why != "" || err != nil {
				t.Errorf("%s, %s: %s %v", s.Name, use, why, err)
			}
			r.Object = after
			if failures, refused := judges.Validate(t.Context(), r); refused != nil || len(failures) > 0 {
				t.Errorf("%s, %s: %s", s.Name, use, names(failures))
			}
			if asks {
				injected++
			}
		}
	}
	t.Logf("%d pods were given the Workload API by the mutating policy, and pass", injected)
	if injected == 0 {
		t.Error("none was judged")
	}
}
