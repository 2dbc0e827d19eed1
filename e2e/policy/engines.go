package policy

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	admissionv1 "k8s.io/api/admissionregistration/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"

	"github.com/mintwright/mintwright/e2e/objects"
)

// FromKyverno returns a ValidatingPolicy of Kyverno as the policy of Kubernetes that says the
// same, with its binding. The two have their fields in common (kyverno.io, docs/policy-types/validating-policy).
func FromKyverno(o objects.Object) ([]runtime.Object, error) {
	spec, _ := o.At("spec").(map[string]any)
	var s struct {
		admissionv1.ValidatingAdmissionPolicySpec
		ValidationActions []admissionv1.ValidationAction `json:"validationActions"`
	}
	if err := transfer(spec, &s); err != nil {
		return nil, fmt.Errorf("%s: %w", o, err)
	}
	return bound(o.Name, s.ValidatingAdmissionPolicySpec, s.ValidationActions...), nil
}

// FromGatekeeper returns a constraint of Gatekeeper with its template as the policy of Kubernetes
// that Gatekeeper makes of them for its engine K8sNativeValidation
// (open-policy-agent.github.io/gatekeeper, docs/validating-admission-policy).
func FromGatekeeper(template, constraint objects.Object) ([]runtime.Object, error) {
	var t struct {
		Targets []struct {
			Code []struct {
				Engine string `json:"engine"`
				Source struct {
					FailurePolicy   *admissionv1.FailurePolicyType `json:"failurePolicy"`
					MatchConditions []admissionv1.MatchCondition   `json:"matchCondition"`
					Variables       []admissionv1.Variable         `json:"variables"`
					Validations     []admissionv1.Validation       `json:"validations"`
				} `json:"source"`
			} `json:"code"`
		} `json:"targets"`
	}
	var c struct {
		EnforcementAction string `json:"enforcementAction"`
		Match             struct {
			Kinds []struct {
				APIGroups []string `json:"apiGroups"`
				Kinds     []string `json:"kinds"`
			} `json:"kinds"`
			Namespaces []string `json:"namespaces"`
		} `json:"match"`
		Parameters map[string]any `json:"parameters"`
	}
	if err := transfer(template.Value["spec"], &t); err != nil {
		return nil, fmt.Errorf("%s: %w", template, err)
	}
	if err := transfer(constraint.Value["spec"], &c); err != nil {
		return nil, fmt.Errorf("%s: %w", constraint, err)
	}
	if len(t.Targets) != 1 || len(t.Targets[0].Code) != 1 || t.Targets[0].Code[0].Engine != "K8sNativeValidation" {
		return nil, fmt.Errorf("%s: not one target with one source in CEL", template)
	}
	source := t.Targets[0].Code[0].Source
	parameters, err := literal(c.Parameters)
	if err != nil {
		return nil, err
	}
	spec := admissionv1.ValidatingAdmissionPolicySpec{
		FailurePolicy: source.FailurePolicy, MatchConditions: source.MatchConditions, Validations: source.Validations,
		Variables: append([]admissionv1.Variable{
			{Name: "anyObject", Expression: `has(request.operation) && request.operation == "DELETE" && object == null ? oldObject : object`},
			{Name: "params", Expression: parameters},
		}, source.Variables...),
		MatchConstraints: &admissionv1.MatchResources{NamespaceSelector: &metav1.LabelSelector{MatchExpressions: []metav1.LabelSelectorRequirement{
			{Key: "kubernetes.io/metadata.name", Operator: metav1.LabelSelectorOpIn, Values: c.Match.Namespaces},
		}}},
	}
	for _, k := range c.Match.Kinds {
		var resources []string
		for _, kind := range k.Kinds {
			resources = append(resources, strings.ToLower(kind)+"s")
		}
		spec.MatchConstraints.ResourceRules = append(spec.MatchConstraints.ResourceRules, admissionv1.NamedRuleWithOperations{
			RuleWithOperations: admissionv1.RuleWithOperations{
				Operations: []admissionv1.OperationType{admissionv1.Create, admissionv1.Update},
				Rule:       admissionv1.Rule{APIGroups: k.APIGroups, APIVersions: []string{"*"}, Resources: resources},
			},
		})
	}
	action := admissionv1.Deny
	if c.EnforcementAction == "warn" {
		action = admissionv1.Warn
	}
	return bound(constraint.Name, spec, action), nil
}

// literal is a mapping in CEL. JSON is a literal of CEL, but a mapping of CEL has values of one type.
func literal(fields map[string]any) (string, error) {
	var parts []string
	for _, key := range slices.Sorted(maps.Keys(fields)) {
		value, err := json.Marshal(fields[key])
		if err != nil {
			return "", err
		}
		parts = append(parts, fmt.Sprintf("%q: dyn(%s)", key, value))
	}
	return "{" + strings.Join(parts, ", ") + "}", nil
}

// bound is a policy, and a binding that holds wherever the policy does and tells the audit log.
func bound(name string, spec admissionv1.ValidatingAdmissionPolicySpec, actions ...admissionv1.ValidationAction) []runtime.Object {
	held := []admissionv1.ValidationAction{admissionv1.Audit}
	for _, a := range actions {
		if a != admissionv1.Audit {
			held = append(held, a)
		}
	}
	return []runtime.Object{
		&admissionv1.ValidatingAdmissionPolicy{ObjectMeta: metav1.ObjectMeta{Name: name}, Spec: spec},
		&admissionv1.ValidatingAdmissionPolicyBinding{
			ObjectMeta: metav1.ObjectMeta{Name: name},
			Spec:       admissionv1.ValidatingAdmissionPolicyBindingSpec{PolicyName: name, ValidationActions: held},
		},
	}
}

func transfer(from, to any) error {
	data, err := json.Marshal(from)
	if err != nil {
		return err
	}
	return json.Unmarshal(data, to)
}
