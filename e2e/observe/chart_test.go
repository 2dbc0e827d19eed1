package observe

import (
	"encoding/json"
	"reflect"
	"slices"
	"strings"
	"testing"

	"sigs.k8s.io/yaml"

	"github.com/mintwright/mintwright/e2e/charts"
	"github.com/mintwright/mintwright/e2e/services"
	"github.com/mintwright/mintwright/internal/chart"
)

// object is what is looked at of a manifest.
type object struct {
	Kind     string
	Metadata struct{ Name string }
	Data     map[string]string
	Spec     struct {
		Groups   []group
		Template struct {
			Spec struct {
				InitContainers []struct{ Name, RestartPolicy string }
			}
		}
	}
}

type group struct {
	Name  string
	Rules []rule
}

type rule struct {
	Alert, Expr, For    string
	Labels, Annotations map[string]string
}

// rendered renders the chart of s, its values over by those of YAML.
func rendered(t *testing.T, s services.Service, over string) []object {
	t.Helper()
	c, err := chart.Load(s.Files, services.ChartFolder)
	if err != nil {
		t.Fatal(err)
	}
	values, err := chart.ReadValues([]byte(over))
	if err != nil {
		t.Fatal(err)
	}
	values = c.Values(values)
	if problems, _, err := c.Validate(values); err != nil || len(problems) > 0 {
		t.Fatal(problems, err)
	}
	r, err := c.Render(t.Context(), values, chart.Release{Name: "r", Namespace: "shop", APIVersions: charts.Monitors()})
	if err != nil {
		t.Fatal(err)
	}
	if len(r.Skipped) > 0 {
		t.Fatal(r.Skipped)
	}
	var all []object
	for _, m := range r.Manifests {
		content, err := json.Marshal(m.Object)
		if err != nil {
			t.Fatal(err)
		}
		var o object
		if err := json.Unmarshal(content, &o); err != nil {
			t.Fatal(err)
		}
		all = append(all, o)
	}
	return all
}

func of(kind, suffix string, all []object) *object {
	i := slices.IndexFunc(all, func(o object) bool { return o.Kind == kind && strings.HasSuffix(o.Metadata.Name, suffix) })
	if i < 0 {
		return nil
	}
	return &all[i]
}

// TestRules: the cluster gets the alerts of the file, of its own Deployment, and no others.
func TestRules(t *testing.T) {
	for _, s := range services.All(t) {
		t.Run(s.Name, func(t *testing.T) {
			var file struct{ Groups []group }
			if err := yaml.Unmarshal(s.Read(t, "deploy/chart/files/alerts.yaml"), &file); err != nil {
				t.Fatal(err)
			}
			const url = `https://wiki.example/run"book&more`
			got := of("PrometheusRule", "", rendered(t, s, "monitoring: {rules: {runbookUrl: '"+url+"'}}\nfullnameOverride: other"))
			if got == nil {
				t.Fatal("no PrometheusRule")
			}
			n := 0
			for _, g := range file.Groups {
				for i := range g.Rules {
					r := &g.Rules[i]
					n += strings.Count(r.Expr, "deployment=~")
					r.Expr = strings.ReplaceAll(r.Expr, `deployment=~"(.*-)?`+s.Answers.Name+`"`, `namespace="shop", deployment="other"`)
					_, section, _ := strings.Cut(r.Annotations["runbook_url"], "#")
					r.Annotations["runbook_url"] = url + "#" + section
				}
			}
			if n == 0 {
				t.Error("no alert is about the Deployment")
			}
			if !reflect.DeepEqual(got.Spec.Groups, file.Groups) {
				t.Errorf("want %+v\ngot  %+v", file.Groups, got.Spec.Groups)
			}
		})
	}
}

// TestDashboardObject: Grafana gets the dashboard of the file.
func TestDashboardObject(t *testing.T) {
	for _, s := range services.All(t) {
		got := of("ConfigMap", "-dashboard", rendered(t, s, ""))
		if !slices.Contains(s.Below("deploy/chart/files"), "deploy/chart/files/dashboard.json") {
			if got != nil {
				t.Errorf("%s: a dashboard without metrics", s.Name)
			}
			continue
		}
		if got == nil {
			t.Errorf("%s: no dashboard", s.Name)
			continue
		}
		var want, have any
		if err := json.Unmarshal(s.Read(t, "deploy/chart/files/dashboard.json"), &want); err != nil {
			t.Fatal(err)
		}
		if err := json.Unmarshal([]byte(got.Data[s.Answers.Name+".json"]), &have); err != nil {
			t.Errorf("%s: %v", s.Name, err)
		}
		if !reflect.DeepEqual(have, want) {
			t.Errorf("%s: the dashboard is another", s.Name)
		}
	}
}

// TestSidecar: the chart takes the values that put a collector beside the service.
func TestSidecar(t *testing.T) {
	n := 0
	for _, s := range services.All(t) {
		const name = "deploy/collector/sidecar-values.yaml"
		if !slices.Contains(s.Below("deploy/collector"), name) {
			continue
		}
		n++
		d := of("Deployment", "", rendered(t, s, string(s.Read(t, name))))
		if d == nil || len(d.Spec.Template.Spec.InitContainers) != 1 || d.Spec.Template.Spec.InitContainers[0].RestartPolicy != "Always" {
			t.Errorf("%s: no collector in %+v", s.Name, d)
		}
	}
	if n == 0 {
		t.Error("no service has a collector beside it")
	}
}
