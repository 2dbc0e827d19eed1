// Package podsecurity judges pods by the library behind Kubernetes' own Pod Security admission.
package podsecurity

import (
	"encoding/json"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/pod-security-admission/api"
	"k8s.io/pod-security-admission/policy"

	"github.com/mintwright/mintwright/e2e/objects"
)

// Judge knows the level restricted, in its latest version.
type Judge struct{ evaluator policy.Evaluator }

// New returns a judge with all checks.
func New() (*Judge, error) {
	e, err := policy.NewEvaluator(policy.DefaultChecks(), nil)
	if err != nil {
		return nil, err
	}
	return &Judge{e}, nil
}

// Refused says what restricted says against a pod, "" for nothing.
func (j *Judge) Refused(p objects.PodTemplate) (string, error) {
	var meta metav1.ObjectMeta
	var spec corev1.PodSpec
	if err := convert(p.Metadata, &meta); err != nil {
		return "", err
	}
	if err := convert(p.Spec, &spec); err != nil {
		return "", err
	}
	restricted := api.LevelVersion{Level: api.LevelRestricted, Version: api.LatestVersion()}
	result := policy.AggregateCheckResults(j.evaluator.EvaluatePod(restricted, &meta, &spec))
	if result.Allowed {
		return "", nil
	}
	return result.ForbiddenReason() + ": " + result.ForbiddenDetail(), nil
}

func convert(from map[string]any, to any) error {
	data, err := json.Marshal(from)
	if err != nil {
		return err
	}
	return json.Unmarshal(data, to)
}
