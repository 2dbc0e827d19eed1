// Package manifests lets Kubernetes' own libraries judge every object that a service brings:
// strict decoding into its types, its schemas in four minors, Pod Security, and for custom
// resources the definitions of package crds.
package manifests

import (
	"crypto/sha256"
	"fmt"
	"maps"
	"path"
	"slices"
	"strings"
	"sync"
	"testing"

	"k8s.io/apimachinery/pkg/runtime/schema"
	serializer "k8s.io/apimachinery/pkg/runtime/serializer/json"
	"k8s.io/client-go/kubernetes/scheme"

	"github.com/mintwright/mintwright/e2e/charts"
	"github.com/mintwright/mintwright/e2e/crds"
	"github.com/mintwright/mintwright/e2e/kubernetes"
	"github.com/mintwright/mintwright/e2e/objects"
	"github.com/mintwright/mintwright/e2e/podsecurity"
	"github.com/mintwright/mintwright/e2e/services"
)

// judge counts what it has judged, and judges the same object once.
type judge struct {
	versions []*kubernetes.Version
	crds     map[string][]*crds.Judge
	mu       sync.Mutex
	seen     map[[sha256.Size]byte]bool
	objects  int
	distinct int
	decoded  int
	schemas  int
	custom   map[string]int // by kind
	kinds    map[string]int
}

func newJudge(t *testing.T) *judge {
	return &judge{
		versions: kubernetes.Versions(t), crds: maps.Clone(crds.All(t)), seen: map[[sha256.Size]byte]bool{},
		custom: map[string]int{}, kinds: map[string]int{},
	}
}

// later are kinds that Kubernetes serves only from a minor on, each in a file that says so.
func later(gvk string) string {
	switch gvk {
	case "admissionregistration.k8s.io/v1 MutatingAdmissionPolicy", "admissionregistration.k8s.io/v1 MutatingAdmissionPolicyBinding":
		return "v1.36"
	}
	return ""
}

// object returns what is wrong with an object.
func (j *judge) object(o objects.Object) []error {
	sum := sha256.Sum256(o.JSON)
	j.mu.Lock()
	j.objects++
	j.kinds[o.GVK()]++
	isNew := !j.seen[sum]
	j.seen[sum] = true
	if isNew {
		j.distinct++
	}
	j.mu.Unlock()
	if !isNew {
		return nil
	}
	var faults []error
	fault := func(err error) {
		if err != nil {
			faults = append(faults, fmt.Errorf("%s: %w", o, err))
		}
	}
	group, version, _ := strings.Cut(o.APIVersion, "/")
	if version == "" {
		group, version = "", group
	}
	gvk := schema.GroupVersionKind{Group: group, Version: version, Kind: o.Kind}
	if !scheme.Scheme.Recognizes(gvk) {
		judges := j.crds[o.GVK()]
		if len(judges) == 0 {
			fault(fmt.Errorf("nobody here knows this kind; give e2e/crds/fields a list of its fields"))
		}
		for _, by := range judges {
			fault(by.Check(o))
		}
		j.mu.Lock()
		j.custom[o.GVK()] += len(judges)
		j.mu.Unlock()
		return faults
	}
	strict := serializer.NewSerializerWithOptions(serializer.DefaultMetaFactory, scheme.Scheme, scheme.Scheme, serializer.SerializerOptions{Strict: true})
	_, _, err := strict.Decode(o.JSON, nil, nil)
	fault(err)
	schemas := 0
	for _, v := range j.versions {
		if from := later(o.GVK()); from != "" && !v.Has(o) && v.Name < from {
			continue
		}
		if err := v.Check(o); err != nil {
			fault(fmt.Errorf("Kubernetes %s: %w", v.Name, err))
		}
		schemas++
	}
	j.mu.Lock()
	j.decoded++
	j.schemas += schemas
	j.mu.Unlock()
	return faults
}

func (j *judge) report(t *testing.T, what string) {
	t.Helper()
	t.Logf("%s: %d objects, %d of them distinct: %d decoded strictly, %d checks by the schemas of %d minors of Kubernetes", what, j.objects, j.distinct, j.decoded, j.schemas, len(j.versions))
	t.Logf("%s: checks of custom resources: %s", what, counted(j.custom))
}

// counted lists how many there are of each.
func counted(m map[string]int) string {
	var parts []string
	for _, name := range slices.Sorted(maps.Keys(m)) {
		parts = append(parts, fmt.Sprintf("%s %d", name[strings.LastIndexByte(name, ' ')+1:], m[name]))
	}
	return strings.Join(parts, ", ")
}

// TestCharts judges what Helm makes of each chart.
func TestCharts(t *testing.T) {
	all := charts.All(t)
	j := newJudge(t)
	security, err := podsecurity.New()
	if err != nil {
		t.Fatal(err)
	}
	passed, hostPaths := 0, 0
	charts.Each(all, func(r *charts.Rendering) {
		for _, err := range faultsOf(j, r.Objects) {
			t.Error(err)
		}
	})
	for _, r := range all {
		values, err := charts.AllValues(r.Service, r.Use)
		if err != nil {
			t.Error(err)
		}
		byHostPath := objects.At(values, "workloadApi", "mode") == "hostPath"
		pods := objects.Pods(r.Objects)
		if len(pods) == 0 {
			t.Errorf("%s, %s: no pod", r.Service.Name, r.Use.Name)
		}
		for _, p := range pods {
			why, err := security.Refused(p)
			switch {
			case err != nil:
				t.Errorf("%s: %v", p.Of, err)
			case why == "":
				passed++
			// The one way to the socket that Pod Security refuses, which the chart says where it is chosen.
			case byHostPath && isForHostPathAlone(why):
				hostPaths++
			default:
				t.Errorf("%s: Pod Security restricted: %s", p.Of, why)
			}
		}
	}
	j.report(t, fmt.Sprintf("%d renderings", len(all)))
	t.Logf("Pod Security restricted: %d pods pass, %d are refused for the hostPath that was asked for and nothing else", passed, hostPaths)
	if passed < len(all)/2 || hostPaths == 0 {
		t.Error("too few pods were judged")
	}
	for _, kind := range []string{
		"apps/v1 Deployment", "v1 Service", "v1 ServiceAccount", "networking.k8s.io/v1 NetworkPolicy", "policy/v1 PodDisruptionBudget",
		"autoscaling/v2 HorizontalPodAutoscaler", "keda.sh/v1alpha1 ScaledObject", "spire.spiffe.io/v1alpha1 ClusterSPIFFEID", "batch/v1 Job",
		"v1 Pod", "v1 ConfigMap", "monitoring.coreos.com/v1 ServiceMonitor", "monitoring.coreos.com/v1 PodMonitor",
		"monitoring.coreos.com/v1 PrometheusRule", "gateway.networking.k8s.io/v1 TLSRoute",
	} {
		if j.kinds[kind] == 0 {
			t.Errorf("no %s was rendered", kind)
		}
	}
}

func isForHostPathAlone(why string) bool {
	for part := range strings.SplitSeq(strings.SplitN(why, ": ", 2)[0], ", ") {
		if part != "hostPath volumes" && part != "restricted volume types" {
			return false
		}
	}
	return true
}

func faultsOf(j *judge, all []objects.Object) []error {
	var faults []error
	seen := map[string]bool{}
	for _, o := range all {
		faults = append(faults, j.object(o)...)
		key := o.GVK() + " " + o.Namespace + "/" + o.Name
		if seen[key] {
			faults = append(faults, fmt.Errorf("%s is there twice", o))
		}
		seen[key] = true
	}
	return faults
}

// kindOf says what a YAML file below deploy/ is, by its path: every file is something.
func kindOf(name string) string {
	base := path.Base(name)
	switch {
	case strings.HasPrefix(name, services.ChartFolder+"/"):
		return "chart"
	case strings.HasPrefix(name, "deploy/collector/"):
		return "collector" // judged by e2e/collector
	case strings.HasPrefix(name, "deploy/spire/") && strings.Contains(base, "values"):
		return "values"
	case strings.HasPrefix(base, "falco"):
		return "falco"
	case base == "suite.yaml":
		return "gator"
	case base == "kyverno-test.yaml":
		return "kyverno"
	case base == "kustomization.yaml":
		return "kustomize"
	default:
		return "manifest"
	}
}

// learn has the judge know the constraints of a service's templates for Gatekeeper.
func (j *judge) learn(t *testing.T, s services.Service) {
	t.Helper()
	for _, name := range s.Below("deploy/policy/gatekeeper") {
		if path.Ext(name) != ".yaml" {
			continue
		}
		found, err := objects.Read(s.Name+", "+name, s.Files[name].Data)
		if err != nil {
			t.Error(err)
		}
		for _, o := range found {
			if o.Kind != "ConstraintTemplate" {
				continue
			}
			by, err := crds.Constraint(o)
			if err != nil {
				t.Error(err)
				continue
			}
			j.crds[by.GVK] = []*crds.Judge{by}
		}
	}
}

// TestFiles judges every manifest outside of the chart.
func TestFiles(t *testing.T) {
	j := newJudge(t)
	files := map[string]int{}
	for _, s := range services.All(t) {
		j.learn(t, s)
		for _, name := range s.Below("deploy") {
			if path.Ext(name) != ".yaml" && path.Ext(name) != ".yml" {
				continue
			}
			kind := kindOf(name)
			files[kind]++
			if kind != "manifest" {
				continue
			}
			found, err := objects.Read(s.Name+", "+name, s.Files[name].Data)
			if err != nil {
				t.Error(err)
			}
			if len(found) == 0 {
				t.Errorf("%s: %s holds no object", s.Name, name)
			}
			for _, err := range faultsOf(j, found) {
				t.Error(err)
			}
		}
	}
	j.report(t, "files")
	t.Logf("files: by kind: %s", counted(files))
	for _, kind := range []string{
		"v1 Namespace", "admissionregistration.k8s.io/v1 ValidatingAdmissionPolicy", "admissionregistration.k8s.io/v1 ValidatingAdmissionPolicyBinding",
		"admissionregistration.k8s.io/v1 MutatingAdmissionPolicy", "policies.kyverno.io/v1 ValidatingPolicy", "policies.kyverno.io/v1 ImageValidatingPolicy",
		"templates.gatekeeper.sh/v1 ConstraintTemplate", "argoproj.io/v1alpha1 Application", "argoproj.io/v1alpha1 AppProject",
		"source.toolkit.fluxcd.io/v1 OCIRepository", "helm.toolkit.fluxcd.io/v2 HelmRelease", "chaos-mesh.org/v1alpha1 StressChaos",
		"spire.spiffe.io/v1alpha1 ClusterFederatedTrustDomain",
	} {
		if j.kinds[kind] == 0 {
			t.Errorf("no %s was found", kind)
		}
	}
}
