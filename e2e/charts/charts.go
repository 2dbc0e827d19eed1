// Package charts renders the chart of a service as Helm does, in every way in which it is
// meant to be used.
package charts

import (
	"errors"
	"fmt"
	"maps"
	"path"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"helm.sh/helm/v4/pkg/chart/common"
	"helm.sh/helm/v4/pkg/chart/common/util"
	"helm.sh/helm/v4/pkg/chart/loader/archive"
	chart "helm.sh/helm/v4/pkg/chart/v2"
	"helm.sh/helm/v4/pkg/chart/v2/loader"
	chartutil "helm.sh/helm/v4/pkg/chart/v2/util"
	"helm.sh/helm/v4/pkg/engine"
	"sigs.k8s.io/yaml"

	"github.com/mintwright/mintwright/e2e/objects"
	"github.com/mintwright/mintwright/e2e/services"
)

// Use is one way to use a chart.
type Use struct {
	Name      string
	Files     []string // of the chart's folder, over values.yaml
	Values    map[string]any
	APIs      []string // that the cluster has beside its own
	Release   string
	Namespace string
}

// Digest is one of an image that nobody built.
const Digest = "sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

// Monitors are the APIs that the chart looks for in a cluster.
func Monitors() []string {
	return []string{
		"monitoring.coreos.com/v1", "monitoring.coreos.com/v1/ServiceMonitor", "monitoring.coreos.com/v1/PodMonitor", "monitoring.coreos.com/v1/PrometheusRule",
	}
}

// Map is a value of a chart with a dotted path.
func Map(path string, value any) map[string]any {
	keys := strings.Split(path, ".")
	for i := len(keys) - 1; i >= 0; i-- {
		value = map[string]any{keys[i]: value}
	}
	return value.(map[string]any)
}

// Merge is one map with the values of all.
func Merge(all ...map[string]any) map[string]any {
	out := map[string]any{}
	for _, m := range all {
		out = loader.MergeMaps(out, m)
	}
	return out
}

// Uses returns the ways in which the chart of s is used, and is rendered for every service.
func Uses(s services.Service) []Use {
	namespace := s.Answers.Deploy.Namespace
	digest := Map("image.digest", Digest)
	uses := []Use{
		{Name: "default", Values: digest},
		{Name: "dev", Files: []string{"values-dev.yaml"}},
		{Name: "staging", Files: []string{"values-staging.yaml"}, Values: digest},
		{Name: "prod", Files: []string{"values-prod.yaml"}, Values: digest, APIs: Monitors()},
		{Name: "no autoscaling", Values: Map("autoscaling.mode", "none")},
		{Name: "hpa", Values: Map("autoscaling.mode", "hpa")},
		{Name: "keda", Values: Map("autoscaling.mode", "keda")},
		{Name: "istio, out", Values: Merge(Map("mesh.kind", "istio"), Map("mesh.mode", "out"))},
		{Name: "istio, exclude", Values: Merge(Map("mesh.kind", "istio"), Map("mesh.mode", "exclude"))},
		{Name: "linkerd, out", Values: Merge(Map("mesh.kind", "linkerd"), Map("mesh.mode", "out"))},
		{Name: "linkerd, exclude", Values: Merge(Map("mesh.kind", "linkerd"), Map("mesh.mode", "exclude"))},
		{Name: "Workload API by csi", Values: Map("workloadApi.mode", "csi")},
		{Name: "Workload API by hostPath", Values: Map("workloadApi.mode", "hostPath")},
		{Name: "Workload API injected", Values: Map("workloadApi.mode", "injected")},
		{Name: "bare", Values: Merge(
			Map("identity.enabled", false), Map("networkPolicy.enabled", false), Map("podDisruptionBudget.enabled", false),
			Map("topologySpread.enabled", false), Map("serviceAccount.create", false),
		)},
		{Name: "everything set", Values: everything(s), APIs: Monitors()},
		{Name: "long names", Values: digest, Release: "r" + strings.Repeat("2345678-", 6) + "last", Namespace: "1-345678901234567890-b2345678901234567890-c23456789012345678900"},
		{Name: "release on", Release: "on", Namespace: "1e3"},
		{Name: "release null", Release: "null", Namespace: "0x1"},
		{Name: "release y", Release: "y", Namespace: "2026-11-25"},
	}
	for _, name := range s.Below(services.ChartFolder + "/ci") {
		name = strings.TrimPrefix(name, services.ChartFolder+"/")
		uses = append(uses, Use{Name: name, Files: []string{name}, APIs: Monitors()})
	}
	if s.Answers.Answering() {
		uses = append(uses, Use{Name: "route", Values: Merge(
			Map("route.enabled", true), Map("route.hostnames", []any{"orders.example.com"}),
			Map("route.parentRefs", []any{map[string]any{"name": "gateway", "namespace": "gateways", "sectionName": "tls"}}),
		)}, Use{Name: "test let in", Values: Map("tests.allowed", true)})
	}
	if s.Answers.Telemetry.Prometheus {
		uses = append(uses, Use{Name: "pod monitor", APIs: Monitors(), Values: Merge(
			Map("monitoring.serviceMonitor.enabled", false), Map("monitoring.podMonitor.enabled", true),
		)})
	}
	for i := range uses {
		u := &uses[i]
		if u.Release == "" {
			u.Release = s.Answers.Name
			if len(u.Release) > 53 {
				u.Release = "orders"
			}
		}
		if u.Namespace == "" {
			u.Namespace = namespace
		}
	}
	return uses
}

// everything sets what a value can be set to, with characters that YAML and templates care for.
func everything(s services.Service) map[string]any {
	odd := `a "quoted" {{ .Values }} 100% 'of' #1: [x], & *y`
	values := Merge(
		Map("commonLabels", map[string]any{"team": "on", "cost-centre": "1e3"}),
		Map("commonAnnotations", map[string]any{"note": odd, "acme.example/lines": "one\ntwo: three\n"}),
		Map("podLabels", map[string]any{"example.com/tier": "0x1"}),
		Map("podAnnotations", map[string]any{"example.com/note": odd}),
		Map("environment", "1e3"),
		Map("image.digest", Digest),
		Map("image.pullSecrets", []any{map[string]any{"name": "regcred"}}),
		Map("nodeSelector", map[string]any{"kubernetes.io/arch": "amd64"}),
		Map("tolerations", []any{map[string]any{"key": "dedicated", "operator": "Exists", "effect": "NoSchedule"}}),
		Map("priorityClassName", "high"),
		Map("runtimeClassName", "gvisor"),
		Map("hostUsers", false),
		Map("dnsConfig", map[string]any{"options": []any{map[string]any{"name": "ndots", "value": "2"}}}),
		Map("seccompProfile", map[string]any{"type": "Localhost", "localhostProfile": "profiles/go.json"}),
		Map("affinity", map[string]any{"nodeAffinity": map[string]any{"requiredDuringSchedulingIgnoredDuringExecution": map[string]any{
			"nodeSelectorTerms": []any{map[string]any{"matchExpressions": []any{map[string]any{"key": "kubernetes.io/os", "operator": "In", "values": []any{"linux"}}}}},
		}}}),
		Map("identity.ttl", "1h"), Map("identity.jwtTtl", "5m"),
		Map("identity.federatesWith", []any{"partner.example", "a_b.example"}),
		Map("serviceAccount.annotations", map[string]any{"example.com/role": odd}),
		Map("extraEnv", []any{map[string]any{"name": "ODD", "value": odd}, map[string]any{"name": "FROM", "valueFrom": map[string]any{"fieldRef": map[string]any{"fieldPath": "metadata.uid"}}}}),
		Map("extraEnvFrom", []any{map[string]any{"configMapRef": map[string]any{"name": "flags"}}}),
		Map("extraVolumes", []any{map[string]any{"name": "scratch", "emptyDir": map[string]any{"sizeLimit": "64Mi"}}}),
		Map("extraVolumeMounts", []any{map[string]any{"name": "scratch", "mountPath": "/scratch"}}),
		Map("extraContainers", []any{helper("side", nil)}),
		Map("extraInitContainers", []any{helper("before", map[string]any{"restartPolicy": "Always"})}),
		Map("extraObjects", []any{
			map[string]any{"apiVersion": "v1", "kind": "ConfigMap", "metadata": map[string]any{"name": "{{ .Release.Name }}-extra"}, "data": map[string]any{"a": "1"}},
			"apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: {{ .Release.Name }}-text\ndata:\n  b: \"2\"\n",
		}),
		Map("networkPolicy.extraIngress", []any{map[string]any{"from": []any{map[string]any{"ipBlock": map[string]any{"cidr": "10.0.0.0/8"}}}, "ports": []any{map[string]any{"port": 8081, "protocol": "TCP"}}}}),
		Map("networkPolicy.extraEgress", []any{map[string]any{"to": []any{map[string]any{"namespaceSelector": map[string]any{}}}}}),
		Map("networkPolicy.probes.peers", []any{map[string]any{"ipBlock": map[string]any{"cidr": "10.1.0.0/16"}}}),
	)
	if s.Answers.Store != "none" {
		values = Merge(values, Map("database.peers", []any{map[string]any{"ipBlock": map[string]any{"cidr": "10.20.0.0/24"}}}))
	}
	return values
}

// helper is a container that somebody runs beside the service.
func helper(name string, more map[string]any) map[string]any {
	c := map[string]any{
		"name": name, "image": "registry.example/tools/" + name + "@" + Digest,
		"resources": map[string]any{
			"requests": map[string]any{"cpu": "10m", "memory": "16Mi", "ephemeral-storage": "16Mi"},
			"limits":   map[string]any{"memory": "32Mi", "ephemeral-storage": "16Mi"},
		},
		"securityContext": map[string]any{
			"allowPrivilegeEscalation": false, "readOnlyRootFilesystem": true, "runAsNonRoot": true,
			"capabilities": map[string]any{"drop": []any{"ALL"}},
		},
	}
	maps.Copy(c, more)
	return c
}

// Files returns the files of a service's chart, by their path in it.
func Files(s services.Service) []*archive.BufferedFile {
	var files []*archive.BufferedFile
	for _, name := range s.Below(services.ChartFolder) {
		files = append(files, &archive.BufferedFile{Name: strings.TrimPrefix(name, services.ChartFolder+"/"), Data: s.Files[name].Data})
	}
	return files
}

// Load reads the chart of a service.
func Load(t testing.TB, s services.Service) *chart.Chart {
	t.Helper()
	c, err := loader.LoadFiles(Files(s))
	if err != nil {
		t.Fatalf("%s: %v", s.Name, err)
	}
	return c
}

// ValuesOf are the values of a use, over those of values.yaml.
func ValuesOf(s services.Service, u Use) (map[string]any, error) {
	values := map[string]any{}
	for _, name := range u.Files {
		f, found := s.Files[path.Join(services.ChartFolder, name)]
		if !found {
			return nil, fmt.Errorf("%s: the chart has no %s", s.Name, name)
		}
		more := map[string]any{}
		if err := yaml.Unmarshal(f.Data, &more); err != nil {
			return nil, fmt.Errorf("%s: %s: %w", s.Name, name, err)
		}
		values = Merge(values, more)
	}
	return Merge(values, u.Values), nil
}

// AllValues are the values of a use with those of values.yaml.
func AllValues(s services.Service, u Use) (map[string]any, error) {
	own := map[string]any{}
	if err := yaml.Unmarshal(s.Files[services.ChartFolder+"/values.yaml"].Data, &own); err != nil {
		return nil, err
	}
	values, err := ValuesOf(s, u)
	return Merge(own, values), err
}

// Render returns what Helm 4 makes of the chart, by the name of the template.
func Render(t testing.TB, s services.Service, u Use) (map[string]string, error) {
	t.Helper()
	c := Load(t, s) // anew each time: Helm changes what it renders
	values, err := ValuesOf(s, u)
	if err != nil {
		return nil, err
	}
	if err := chartutil.ProcessDependencies(c, values); err != nil {
		return nil, err
	}
	capabilities := common.DefaultCapabilities.Copy()
	capabilities.APIVersions = append(slices.Clone(capabilities.APIVersions), u.APIs...)
	options := common.ReleaseOptions{Name: u.Release, Namespace: u.Namespace, Revision: 1, IsInstall: true}
	top, err := util.ToRenderValues(c, values, options, capabilities)
	if err != nil {
		return nil, err
	}
	return engine.Render(c, top)
}

// Objects returns the objects that Helm makes of the chart in this use, hooks too, with the
// namespace that Helm would give them.
func Objects(t testing.TB, s services.Service, u Use) ([]objects.Object, error) {
	t.Helper()
	rendered, err := Render(t, s, u)
	if err != nil {
		return nil, fmt.Errorf("%s, %s: %w", s.Name, u.Name, err)
	}
	var all []objects.Object
	var faults []error
	for _, name := range slices.Sorted(maps.Keys(rendered)) {
		if path.Ext(name) != ".yaml" {
			continue
		}
		read, err := objects.Read(s.Name+", "+u.Name+", "+path.Base(name), []byte(rendered[name]))
		if err != nil {
			faults = append(faults, err)
		}
		all = append(all, read...)
	}
	return all, errors.Join(faults...)
}

// Rendering is a chart in one use.
type Rendering struct {
	Service services.Service
	Use     Use
	Objects []objects.Object
}

// All renders the charts: those of the gallery and of awkward answers in every use, those of
// the pairs by default, as in production, and in four more uses by turns.
func All(t testing.TB) []Rendering {
	t.Helper()
	all := renderings(t)
	if len(all) < 400 {
		t.Fatalf("%d charts rendered; there should be hundreds", len(all))
	}
	return all
}

func renderings(t testing.TB) []Rendering {
	var all []Rendering
	for i, s := range services.All(t) {
		for j, u := range Uses(s) {
			usual := u.Name == "default" || u.Name == "prod"
			if s.Pair && !usual && (i+j)%4 != 0 {
				continue
			}
			all = append(all, Rendering{Service: s, Use: u})
		}
	}
	Each(all, func(r *Rendering) {
		found, err := Objects(t, r.Service, r.Use)
		if err != nil {
			t.Error(err)
		}
		r.Objects = found
	})
	return all
}

// Each does something with every item, on all processors.
func Each[T any](items []T, do func(*T)) {
	var wg sync.WaitGroup
	var next atomic.Int64
	for range runtime.GOMAXPROCS(0) {
		wg.Go(func() {
			for i := next.Add(1) - 1; i < int64(len(items)); i = next.Add(1) - 1 {
				do(&items[i])
			}
		})
	}
	wg.Wait()
}
