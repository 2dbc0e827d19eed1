package cluster

import (
	"strings"
	"testing"
	"testing/fstest"

	"github.com/mintwright/mintwright/internal/check"
	"github.com/mintwright/mintwright/internal/check/checktest"
)

// Whatever stands in the files, they are judged without a panic, and the same each time.
func FuzzFiles(f *testing.F) {
	names := [...]string{
		"deploy/chart/Chart.yaml", "deploy/chart/values.yaml", "deploy/chart/values-prod.yaml", "deploy/chart/values.schema.json",
		"deploy/chart/templates/x.yaml", "deploy/namespace.yaml", "deploy/policy/vap/x.yaml", "deploy/argocd/x.yaml", "docs/runbook.md",
	}
	for _, seed := range []string{
		"apiVersion: v1\nkind: Pod\nmetadata: {name: x}\nspec: {containers: [{name: a, image: x}], volumes: [{name: a, csi: {driver: csi.spiffe.io}}]}\n",
		"apiVersion: admissionregistration.k8s.io/v1\nkind: ValidatingAdmissionPolicyBinding\nmetadata: {name: x}\nspec: {policyName: y, validationActions: Deny}\n",
		"apiVersion: argoproj.io/v1alpha1\nkind: Application\nspec: {source: {targetRevision: 1}, syncPolicy: {syncOptions: {a: b}}}\n",
		"apiVersion: monitoring.coreos.com/v1\nkind: PrometheusRule\nspec: {groups: [{rules: [{alert: A, expr: 1, annotations: {runbook_url: docs/runbook.md#a}}]}]}\n",
		"apiVersion: spire.spiffe.io/v1alpha1\nkind: ClusterSPIFFEID\nspec: {spiffeIDTemplate: '{{ range .PodMeta.Labels }}{{ . }}{{ end }}', podSelector: {}}\n",
		"kind: List\napiVersion: v1\nitems: [1, {kind: Service, spec: {ports: [{port: x}]}}]\n",
		"name: c\nversion: [1]\n", "image: {digest: 1, requireDigest: true}\n", `{"properties":{"a":{"items":[{"properties":3}]}}}`, "```\n# a\n",
	} {
		for i := range names {
			f.Add(i, seed)
		}
	}
	a := checktest.Answers(f, checktest.Full()...)
	f.Fuzz(func(t *testing.T, which int, content string) {
		src := fstest.MapFS{"deploy/chart/Chart.yaml": {Data: []byte("name: payments\nversion: 1.0.0\n")}}
		src[names[uint(which)%uint(len(names))]] = &fstest.MapFile{Data: []byte(content)}
		s := &check.Service{FS: src, Answers: a}
		first, unchecked, err := Area().Check(t.Context(), s)
		if err != nil {
			return
		}
		for _, r := range first {
			if r.Message == "" || strings.ContainsAny(r.Message, "\n\r") || r.Remedy == "" || r.File == "" {
				t.Errorf("%#v", r)
			}
		}
		again, told, _ := Area().Check(t.Context(), s)
		if len(again) != len(first) || len(told) != len(unchecked) {
			t.Errorf("another time it finds something else")
		}
		for i := range first {
			if again[i] != first[i] {
				t.Errorf("want %v, got %v", first[i], again[i])
			}
		}
	})
}
