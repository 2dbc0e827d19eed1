// Package policy runs admission policies as the API server does, with its own plugins, and
// without a server.
package policy

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/go-logr/logr"
	admissionv1 "k8s.io/api/admissionregistration/v1"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apiserver/pkg/admission"
	"k8s.io/apiserver/pkg/admission/initializer"
	"k8s.io/apiserver/pkg/admission/plugin/policy/generic"
	"k8s.io/apiserver/pkg/admission/plugin/policy/mutating"
	"k8s.io/apiserver/pkg/admission/plugin/policy/validating"
	"k8s.io/apiserver/pkg/authentication/user"
	"k8s.io/apiserver/pkg/authorization/authorizer"
	"k8s.io/apiserver/pkg/util/compatibility"
	utilfeature "k8s.io/apiserver/pkg/util/feature"
	"k8s.io/client-go/discovery"
	dynamicfake "k8s.io/client-go/dynamic/fake"
	"k8s.io/client-go/informers"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/kubernetes/fake"
	"k8s.io/client-go/kubernetes/scheme"
	"k8s.io/client-go/openapi"
	"k8s.io/client-go/openapi/openapitest"
	"k8s.io/klog/v2"
)

// Failure is a rule of a policy that says no.
type Failure struct {
	Policy  string
	Rule    int // of its validations
	Message string
	Denies  bool // and does not only warn
}

// Judges are the admission plugins with policies and bindings.
type Judges struct {
	validating *validating.Plugin
	mutating   *mutating.Plugin
}

// Start runs the plugins with policies and bindings in a cluster that has the namespaces.
func Start(t testing.TB, namespaces []*corev1.Namespace, policies ...runtime.Object) *Judges {
	t.Helper()
	klog.SetLogger(logr.Discard())
	defer generic.SetPolicyRefreshIntervalForTests(10 * time.Millisecond)()
	var known []runtime.Object
	for _, n := range namespaces {
		known = append(known, n)
	}
	for _, p := range policies {
		setDefaults(p)
	}
	cluster := fake.NewSimpleClientset(append(known, policies...)...)
	factory := informers.NewSharedInformerFactory(cluster, 0)
	client := described{cluster}
	v, err := validating.NewPlugin(nil)
	if err != nil {
		t.Fatal(err)
	}
	m, err := mutating.NewPlugin(nil)
	if err != nil {
		t.Fatal(err)
	}
	gate := utilfeature.DefaultFeatureGate
	anyone := authorizer.AuthorizerFunc(func(context.Context, authorizer.Attributes) (authorizer.Decision, string, error) {
		return authorizer.DecisionAllow, "", nil
	})
	for _, p := range []admission.Interface{v, m} {
		initializer.New(client, dynamicfake.NewSimpleDynamicClient(scheme.Scheme), factory, anyone, gate,
			compatibility.DefaultBuildEffectiveVersion(), t.Context().Done(), meta.NewDefaultRESTMapper(nil)).Initialize(p)
		if err := p.(admission.InitializationValidator).ValidateInitialization(); err != nil {
			t.Fatal(err)
		}
	}
	factory.Start(t.Context().Done())
	factory.WaitForCacheSync(t.Context().Done())
	if !v.WaitForReady() || !m.WaitForReady() {
		t.Fatal("the policies are not ready")
	}
	return &Judges{v, m}
}

// setDefaults does what the API server does before it stores a policy or a binding
// (pkg/apis/admissionregistration/v1/defaults.go).
func setDefaults(o runtime.Object) {
	fail := admissionv1.Fail
	switch o := o.(type) {
	case *admissionv1.ValidatingAdmissionPolicy:
		o.Spec.FailurePolicy = cmp.Or(o.Spec.FailurePolicy, &fail)
		setMatch(o.Spec.MatchConstraints)
	case *admissionv1.MutatingAdmissionPolicy:
		o.Spec.FailurePolicy = cmp.Or(o.Spec.FailurePolicy, &fail)
		setMatch(o.Spec.MatchConstraints)
	case *admissionv1.ValidatingAdmissionPolicyBinding:
		setMatch(o.Spec.MatchResources)
	case *admissionv1.MutatingAdmissionPolicyBinding:
		setMatch(o.Spec.MatchResources)
	}
}

func setMatch(m *admissionv1.MatchResources) {
	if m == nil {
		return
	}
	equivalent, anywhere := admissionv1.Equivalent, admissionv1.AllScopes
	m.MatchPolicy = cmp.Or(m.MatchPolicy, &equivalent)
	m.NamespaceSelector = cmp.Or(m.NamespaceSelector, &metav1.LabelSelector{})
	m.ObjectSelector = cmp.Or(m.ObjectSelector, &metav1.LabelSelector{})
	for i := range m.ResourceRules {
		m.ResourceRules[i].Scope = cmp.Or(m.ResourceRules[i].Scope, &anywhere)
	}
	for i := range m.ExcludeResourceRules {
		m.ExcludeResourceRules[i].Scope = cmp.Or(m.ExcludeResourceRules[i].Scope, &anywhere)
	}
}

// described is a client of a cluster that describes its types, as Server-Side Apply needs them.
type described struct{ kubernetes.Interface }

func (d described) Discovery() discovery.DiscoveryInterfaces {
	return typed{d.Interface.Discovery()}
}

type typed struct{ discovery.DiscoveryInterfaces }

func (typed) OpenAPIV3() openapi.Client { return openapitest.NewEmbeddedFileClient() }

// Request is an object on its way into the cluster, and what it replaces.
type Request struct {
	Object, Old runtime.Object
	Kind        schema.GroupVersionKind
	Resource    string
	Subresource string
	Namespace   string
	Name        string
}

func (r Request) attributes() *noting {
	operation := admission.Create
	var options runtime.Object = &metav1.CreateOptions{}
	if r.Old != nil {
		operation, options = admission.Update, &metav1.UpdateOptions{}
	}
	who := &user.DefaultInfo{Name: "deployer", Groups: []string{"system:authenticated"}}
	return &noting{Attributes: admission.NewAttributesRecord(r.Object, r.Old, r.Kind, r.Namespace, r.Name,
		r.Kind.GroupVersion().WithResource(r.Resource), r.Subresource, operation, options, false, who)}
}

// noting keeps what a plugin writes into the audit log: every rule that fails, not only the
// first one that denies.
type noting struct {
	admission.Attributes
	notes map[string]string
}

func (n *noting) AddAnnotation(key, value string) error {
	if n.notes == nil {
		n.notes = map[string]string{}
	}
	n.notes[key] = value
	return nil
}

// Validate returns every rule that fails for a request, and the refusal if there is one.
func (j *Judges) Validate(ctx context.Context, r Request) ([]Failure, error) {
	a := r.attributes()
	refused := j.validating.Validate(ctx, a, admission.NewObjectInterfacesFromScheme(scheme.Scheme))
	note, found := a.notes["validation.policy.admission.k8s.io/validation_failure"]
	if !found {
		return nil, refused
	}
	var values []validating.ValidationFailureValue
	if err := json.Unmarshal([]byte(note), &values); err != nil {
		return nil, fmt.Errorf("audit annotation: %w", err)
	}
	var failures []Failure
	for _, v := range values {
		failures = append(failures, Failure{v.Policy, v.ExpressionIndex, v.Message, slices.Contains(v.ValidationActions, admissionv1.Deny)})
	}
	return failures, refused
}

// Mutate returns the object of a request as the mutating policies leave it.
func (j *Judges) Mutate(ctx context.Context, r Request) (runtime.Object, error) {
	a := r.attributes()
	err := j.mutating.Admit(ctx, a, admission.NewObjectInterfacesFromScheme(scheme.Scheme))
	return a.GetObject(), err
}

// Theme is what the policy is about: the first part of its name.
func (f Failure) Theme() string {
	theme, _, _ := strings.Cut(f.Policy, ".")
	return theme
}

// names are those of the rules that failed.
func names(failures []Failure) string {
	var all []string
	for _, f := range failures {
		all = append(all, fmt.Sprintf("%s/%d (%s)", f.Policy, f.Rule, f.Message))
	}
	return strings.Join(all, "; ")
}
