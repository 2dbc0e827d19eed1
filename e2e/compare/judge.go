package compare

import (
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	k8slabels "k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/runtime/schema"
	serializer "k8s.io/apimachinery/pkg/runtime/serializer/json"
	"k8s.io/client-go/kubernetes/scheme"

	"github.com/mintwright/mintwright/e2e/crds"
	"github.com/mintwright/mintwright/e2e/kubernetes"
	"github.com/mintwright/mintwright/e2e/objects"
	"github.com/mintwright/mintwright/e2e/podsecurity"
)

// tools are what judges objects.
type tools struct {
	versions []*kubernetes.Version
	crds     map[string][]*crds.Judge
	security *podsecurity.Judge
}

func newTools(t testing.TB) *tools {
	t.Helper()
	security, err := podsecurity.New()
	if err != nil {
		t.Fatal(err)
	}
	return &tools{versions: kubernetes.Versions(t), crds: crds.All(t), security: security}
}

// decode returns what is wrong with an object as its type in Go; known is false for one that
// client-go has no type for.
func decode(o objects.Object) (known bool, err error) {
	gvk := schema.FromAPIVersionAndKind(o.APIVersion, o.Kind)
	if !scheme.Scheme.Recognizes(gvk) {
		return false, nil
	}
	strict := serializer.NewSerializerWithOptions(serializer.DefaultMetaFactory, scheme.Scheme, scheme.Scheme, serializer.SerializerOptions{Strict: true})
	_, _, err = strict.Decode(o.JSON, nil, nil)
	return true, err
}

// schemas returns what the schemas of the minors of Kubernetes, or the definitions of custom
// resources, say against an object; known is false where there is none.
func (t *tools) schemas(o objects.Object) (known bool, err error) {
	o.Value, _ = withoutNulls(o.Value).(map[string]any)
	var faults []error
	for _, v := range t.versions {
		if v.Has(o) {
			known = true
			faults = append(faults, v.Check(o))
		}
	}
	for _, j := range t.crds[o.GVK()] {
		known = true
		faults = append(faults, j.Check(o))
	}
	return known, errors.Join(faults...)
}

// withoutNulls takes out what the API server takes for absent.
func withoutNulls(value any) any {
	switch value := value.(type) {
	case map[string]any:
		out := map[string]any{}
		for key, field := range value {
			if field != nil {
				out[key] = withoutNulls(field)
			}
		}
		return out
	case []any:
		out := make([]any, len(value))
		for i, item := range value {
			out[i] = withoutNulls(item)
		}
		return out
	}
	return value
}

// named returns what is wrong with the names and labels of objects: too long for what they
// are used for, or there twice.
func named(all []objects.Object) error {
	var faults []error
	seen := map[string]bool{}
	for _, o := range all {
		limit := 253
		switch o.Kind {
		case "Service", "Job", "Pod", "Namespace":
			limit = 63
		case "StatefulSet", "CronJob":
			limit = 52 // what the controller appends must fit into a label
		}
		if len(o.Name) > limit {
			faults = append(faults, fmt.Errorf("%s has a name of %d characters", o, len(o.Name)))
		}
		key := o.GVK() + " " + o.Namespace + "/" + o.Name
		if seen[key] {
			faults = append(faults, fmt.Errorf("%s is there twice", o))
		}
		seen[key] = true
		faults = append(faults, labelled(o.String(), o.At("metadata", "labels")))
	}
	for _, p := range objects.Pods(all) {
		faults = append(faults, labelled(p.Of.String(), p.Metadata["labels"]))
	}
	return errors.Join(faults...)
}

func labelled(what string, all any) error {
	value := regexp.MustCompile(`^(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?$`)
	var faults []error
	fields, _ := all.(map[string]any)
	for key, v := range fields {
		if text := fmt.Sprint(v); len(text) > 63 || !value.MatchString(text) {
			faults = append(faults, fmt.Errorf("%s has the label %s=%q", what, key, text))
		}
	}
	return errors.Join(faults...)
}

// selects reports whether a label selector in a manifest matches the labels.
func selects(selector any, of map[string]any) bool {
	var s metav1.LabelSelector
	data, err := json.Marshal(selector)
	if err != nil || json.Unmarshal(data, &s) != nil {
		return false
	}
	matcher, err := metav1.LabelSelectorAsSelector(&s)
	if err != nil {
		return false
	}
	set := k8slabels.Set{}
	for key, value := range of {
		set[key] = fmt.Sprint(value)
	}
	return matcher.Matches(set)
}

func labelsOf(p objects.PodTemplate) map[string]any {
	of, _ := p.Metadata["labels"].(map[string]any)
	return of
}

// denied says in which directions network policies deny a pod what they do not name.
func (v view) denied(p objects.PodTemplate) (ingress, egress bool) {
	open := map[string]bool{}
	closed := map[string]bool{}
	for _, o := range v.objects {
		if o.Kind != "NetworkPolicy" || !v.together(o, p.Of) || !selects(o.At("spec", "podSelector"), labelsOf(p)) {
			continue
		}
		types, _ := o.At("spec", "policyTypes").([]any)
		for direction, key := range map[string]string{"Ingress": "ingress", "Egress": "egress"} {
			rules, given := o.At("spec", key).([]any)
			if !slices.Contains(types, any(direction)) && (len(types) > 0 || direction == "Egress" && !given) {
				continue
			}
			closed[direction] = true
			for _, rule := range mappings(any(rules)) {
				if len(rule) == 0 {
					open[direction] = true
				}
			}
		}
	}
	return closed["Ingress"] && !open["Ingress"], closed["Egress"] && !open["Egress"]
}

// together reports whether two objects are in one namespace.
func (v view) together(a, b objects.Object) bool {
	in := func(o objects.Object) string {
		if o.Namespace == "" {
			return v.namespace
		}
		return o.Namespace
	}
	return in(a) == in(b)
}

// callsAPI reports whether the ServiceAccount of a pod is given rights at the API server.
func (v view) callsAPI(p objects.PodTemplate) bool {
	name := accountOf(p)
	for _, o := range v.objects {
		if o.Kind != "RoleBinding" && o.Kind != "ClusterRoleBinding" {
			continue
		}
		for _, s := range mappings(o.At("subjects")) {
			if s["kind"] == "ServiceAccount" && s["name"] == name {
				return true
			}
		}
	}
	return false
}

func accountOf(p objects.PodTemplate) string {
	if name, _ := p.Spec["serviceAccountName"].(string); name != "" {
		return name
	}
	return "default"
}

// hasToken reports whether the pod is given a token of its ServiceAccount.
func (v view) hasToken(p objects.PodTemplate) bool {
	if own, set := p.Spec["automountServiceAccountToken"].(bool); set {
		return own
	}
	for _, o := range v.objects {
		if o.Kind == "ServiceAccount" && o.Name == accountOf(p) && v.together(o, p.Of) {
			if own, set := o.At("automountServiceAccountToken").(bool); set {
				return own
			}
		}
	}
	return true
}

// usesSPIFFE reports whether a pod has the volume of the SPIFFE CSI driver.
func usesSPIFFE(p objects.PodTemplate) bool {
	return slices.ContainsFunc(mappings(p.Spec["volumes"]), func(volume map[string]any) bool {
		driver, _ := objects.At(volume, "csi", "driver").(string)
		return strings.Contains(driver, "spiffe.io")
	})
}
