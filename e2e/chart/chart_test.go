// Package chart lets Helm judge the charts, in the two lines that are in use: 4 and 3.
package chart

import (
	"bytes"
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	chart3 "helm.sh/helm/v3/pkg/chart"
	loader3 "helm.sh/helm/v3/pkg/chart/loader"
	chartutil3 "helm.sh/helm/v3/pkg/chartutil"
	engine3 "helm.sh/helm/v3/pkg/engine"
	lint3 "helm.sh/helm/v3/pkg/lint"
	"helm.sh/helm/v4/pkg/chart/common"
	"helm.sh/helm/v4/pkg/chart/v2/lint"
	"helm.sh/helm/v4/pkg/chart/v2/lint/support"

	"github.com/mintwright/mintwright/e2e/charts"
	"github.com/mintwright/mintwright/e2e/services"
)

// written puts the chart of a service into a folder.
func written(t *testing.T, s services.Service) string {
	t.Helper()
	folder := filepath.Join(t.TempDir(), "chart")
	for _, f := range charts.Files(s) {
		name := filepath.Join(folder, filepath.FromSlash(f.Name))
		if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, f.Data, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return folder
}

// TestLint: helm lint --strict has nothing to say, for the oldest and the newest Kubernetes
// that the chart is for. What is less than a warning (that an icon is recommended) does not
// count in strict mode.
func TestLint(t *testing.T) {
	versions := make([]*common.KubeVersion, 2)
	for i, name := range []string{"v1.34.0", "v1.37.0"} {
		v, err := common.ParseKubeVersion(name)
		if err != nil {
			t.Fatal(err)
		}
		versions[i] = v
	}
	type one struct {
		folder string
		s      services.Service
		u      charts.Use
		kube   *common.KubeVersion
	}
	var all []one
	for i, s := range services.All(t) {
		folder := written(t, s)
		for j, u := range charts.Uses(s) {
			if !s.Pair || j == i%2*3 { // by default, and as in production
				all = append(all, one{folder, s, u, versions[(i+j)%2]})
			}
		}
	}
	charts.Each(all, func(o *one) {
		values, err := charts.ValuesOf(o.s, o.u)
		if err != nil {
			t.Error(err)
			return
		}
		for _, m := range lint.RunAll(o.folder, charts.Merge(values), o.u.Namespace, lint.WithKubeVersion(o.kube)).Messages {
			if m.Severity > support.InfoSev {
				t.Errorf("%s, %s: helm 4, Kubernetes %s: %s", o.s.Name, o.u.Name, o.kube, m)
			}
		}
		kube3 := &chartutil3.KubeVersion{Version: o.kube.Version, Major: o.kube.Major, Minor: o.kube.Minor}
		for _, m := range lint3.AllWithKubeVersion(o.folder, charts.Merge(values), o.u.Namespace, kube3).Messages {
			if m.Severity > support.InfoSev {
				t.Errorf("%s, %s: helm 3, Kubernetes %s: %s", o.s.Name, o.u.Name, o.kube, m)
			}
		}
	})
	t.Logf("%d lints by Helm 4, and as many by Helm 3", len(all))
	if len(all) < 200 {
		t.Error("too few were made")
	}
}

// load3 reads a chart as Helm 3 does.
func load3(s services.Service) (*chart3.Chart, error) {
	var files []*loader3.BufferedFile
	for _, f := range charts.Files(s) {
		files = append(files, &loader3.BufferedFile{Name: f.Name, Data: f.Data})
	}
	return loader3.LoadFiles(files)
}

func render3(s services.Service, u charts.Use) (map[string]string, error) {
	c, err := load3(s)
	if err != nil {
		return nil, err
	}
	values, err := charts.ValuesOf(s, u)
	if err != nil {
		return nil, err
	}
	if err := chartutil3.ProcessDependencies(c, values); err != nil {
		return nil, err
	}
	capabilities := chartutil3.DefaultCapabilities.Copy()
	capabilities.APIVersions = append(slices.Clone(capabilities.APIVersions), u.APIs...)
	top, err := chartutil3.ToRenderValues(c, values, chartutil3.ReleaseOptions{Name: u.Release, Namespace: u.Namespace, Revision: 1, IsInstall: true}, capabilities)
	if err != nil {
		return nil, err
	}
	return engine3.Render(c, top)
}

// TestRender: two renderings by Helm 4 are the same byte by byte, and so is one by Helm 3.
func TestRender(t *testing.T) {
	type one struct {
		s services.Service
		u charts.Use
	}
	var all []one
	for _, s := range services.All(t) {
		for _, u := range charts.Uses(s) {
			if !s.Pair || u.Name == "prod" || u.Name == "everything set" {
				all = append(all, one{s, u})
			}
		}
	}
	var mu sync.Mutex
	files := 0
	charts.Each(all, func(o *one) {
		first, err := charts.Render(t, o.s, o.u)
		if err != nil {
			t.Errorf("%s, %s: %v", o.s.Name, o.u.Name, err)
			return
		}
		second, err := charts.Render(t, o.s, o.u)
		if err != nil {
			t.Error(err)
		}
		third, err := render3(o.s, o.u)
		if err != nil {
			t.Errorf("%s, %s: helm 3: %v", o.s.Name, o.u.Name, err)
		}
		for _, name := range slices.Sorted(maps.Keys(first)) {
			if first[name] != second[name] {
				t.Errorf("%s, %s: %s comes out in two ways", o.s.Name, o.u.Name, name)
			}
			if first[name] != third[name] {
				t.Errorf("%s, %s: %s is not what Helm 3 makes of it", o.s.Name, o.u.Name, name)
			}
		}
		mu.Lock()
		files += len(first)
		mu.Unlock()
	})
	t.Logf("%d renderings of %d files, twice by Helm 4 and once by Helm 3: the same bytes", len(all), files)
}

// TestNotes: the notes that a person reads after an install hold no gap of a template.
func TestNotes(t *testing.T) {
	for _, s := range services.All(t) {
		if s.Pair {
			continue
		}
		for _, u := range charts.Uses(s) {
			rendered, err := charts.Render(t, s, u)
			if err != nil {
				t.Error(err)
				continue
			}
			for name, content := range rendered {
				for _, gap := range []string{"<no value>", "<nil>", "%!", "map["} {
					if strings.Contains(content, gap) {
						t.Errorf("%s, %s: %s holds %q", s.Name, u.Name, name, gap)
					}
				}
				if path.Base(name) == "NOTES.txt" && len(strings.TrimSpace(content)) == 0 {
					t.Errorf("%s, %s: no notes", s.Name, u.Name)
				}
			}
		}
	}
}

// TestBadValues: the schema refuses what would have no effect, or a bad one.
func TestBadValues(t *testing.T) {
	s := services.Named(t, "golden/full")
	cases := []struct {
		name   string
		files  []string
		values map[string]any
		want   string
	}{
		{"a typo", nil, charts.Map("replcas", 3), "replcas"},
		{"a typo below", nil, charts.Map("image.tagg", "1"), "tagg"},
		{"a number for a string", nil, charts.Map("image.tag", 1), "/image/tag"},
		{"a string for a number", nil, charts.Map("replicas", "3"), "/replicas"},
		{"a string for a bool", nil, charts.Map("networkPolicy.enabled", "false"), "/networkPolicy/enabled"},
		{"replicas below zero", nil, charts.Map("replicas", -1), "/replicas"},
		{"two scalers", nil, charts.Map("autoscaling.mode", []any{"hpa", "keda"}), "/autoscaling/mode"},
		{"a scaler that nobody knows", nil, charts.Map("autoscaling.mode", "vpa"), "/autoscaling/mode"},
		{"a privileged port", nil, charts.Map("listeners.http.port", 80), "/listeners/http/port"},
		{"a port beyond", nil, charts.Map("listeners.http.port", 65536), "/listeners/http/port"},
		{"production without a digest", []string{"values-prod.yaml"}, nil, "/image"},
		{"production with a short digest", []string{"values-prod.yaml"}, charts.Map("image.digest", "sha256:12"), "/image/digest"},
		{"a tag in the repository", nil, charts.Map("image.repository", "ghcr.io/acme/payments:1"), "/image/repository"},
		{"a release name of 60", nil, charts.Map("fullnameOverride", strings.Repeat("a", 60)), "/fullnameOverride"},
		{"a mesh that nobody knows", nil, charts.Map("mesh.kind", "consul"), "/mesh/kind"},
		{"a trust domain in upper case", nil, charts.Map("identity.trustDomain", "Acme.example"), "/identity/trustDomain"},
		{"a label of the chart's own", nil, charts.Map("commonLabels", map[string]any{"app.kubernetes.io/name": "x"}), "'app.kubernetes.io/name'"},
		{"a label that is a number", nil, charts.Map("commonLabels", map[string]any{"team": 1}), "/commonLabels"},
		{"an empty peer", nil, charts.Map("networkPolicy.dns.peers", []any{map[string]any{}}), "/networkPolicy/dns/peers"},
		{"null for a section", nil, charts.Map("image.repository", 1), "/image/repository"},
		{"a socket by a way that nobody knows", nil, charts.Map("workloadApi.mode", "tcp"), "/workloadApi/mode"},
		{"a newline", nil, charts.Map("environment", "a\nb"), "/environment"},
		{"both monitors", nil, charts.Merge(charts.Map("monitoring.serviceMonitor.enabled", true), charts.Map("monitoring.podMonitor.enabled", true)), "/monitoring/podMonitor"},
	}
	for _, c := range cases {
		u := charts.Use{Name: c.name, Files: c.files, Values: c.values, Release: "payments", Namespace: "shop"}
		_, err4 := charts.Render(t, s, u)
		_, err3 := render3(s, u)
		for helm, err := range map[string]error{"4": err4, "3": err3} {
			switch {
			case err == nil:
				t.Errorf("%s: Helm %s lets it in", c.name, helm)
			case !strings.Contains(err.Error(), c.want):
				t.Errorf("%s: Helm %s does not say %q: %v", c.name, helm, c.want, err)
			}
		}
	}
	t.Logf("%d bad values are refused by Helm 4 and 3", len(cases))
}

// TestNames: names that YAML takes for something else stay names, and long ones fit.
func TestNames(t *testing.T) {
	judged := 0
	for i, s := range services.All(t) {
		for j, u := range charts.Uses(s) {
			if !strings.HasPrefix(u.Name, "release ") && u.Name != "long names" || s.Pair && (i+j)%4 != 0 {
				continue
			}
			found, err := charts.Objects(t, s, u)
			if err != nil {
				t.Error(err)
				continue
			}
			for _, o := range found {
				judged++
				if instance := o.At("metadata", "labels", "app.kubernetes.io/instance"); instance != u.Release && instance != nil {
					t.Errorf("%s: is of the release %v", o, instance)
				}
				most := 63 // what others name it by is a label, often
				if o.Kind == "ClusterSPIFFEID" {
					most = 253
				}
				if len(o.Name) > most {
					t.Errorf("%s: a name of %d characters", o, len(o.Name))
				}
				if o.Namespace != "" && o.Namespace != u.Namespace {
					t.Errorf("%s: goes into the namespace %q", o, o.Namespace)
				}
			}
		}
	}
	t.Logf("%d objects of releases and in namespaces with awkward names", judged)
}

// TestMonitors: what the cluster does not know is not made there.
func TestMonitors(t *testing.T) {
	s := services.Named(t, "golden/full")
	for _, u := range charts.Uses(s) {
		if u.Name != "prod" {
			continue
		}
		with, err := charts.Render(t, s, u)
		if err != nil {
			t.Fatal(err)
		}
		u.APIs = nil
		without, err := charts.Render(t, s, u)
		if err != nil {
			t.Fatal(err)
		}
		for _, kind := range []string{"ServiceMonitor", "PrometheusRule"} {
			has := func(rendered map[string]string) bool {
				for _, content := range rendered {
					if bytes.Contains([]byte(content), []byte("kind: "+kind+"\n")) {
						return true
					}
				}
				return false
			}
			if !has(with) || has(without) {
				t.Errorf("%s: made with its definition: %v, without: %v", kind, has(with), has(without))
			}
		}
	}
}
