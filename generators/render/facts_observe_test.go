package render

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io/fs"
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"

	"github.com/mintwright/mintwright/blueprints"
	"github.com/mintwright/mintwright/generators/answers"
)

// everyService calls see with the facts of every service that has other alerts than the next.
func everyService(t *testing.T, see func(t *testing.T, f facts)) {
	t.Helper()
	n := 0
	for _, serve := range []string{"http", "grpc", "worker", "http,grpc", "http,worker", "grpc,worker", "http,grpc,worker"} {
		for _, work := range []string{"none schedule", "none nats", "postgres schedule", "postgres nats", "postgres postgres"} {
			store, source, _ := strings.Cut(work, " ")
			if source != "schedule" && !strings.Contains(serve, "worker") {
				continue
			}
			for _, middleware := range []string{"lean", "contrib"} {
				for _, signals := range []string{"metrics", "traces,metrics,logs", "traces", "logs"} {
					for _, prometheus := range []string{"false", "true"} {
						sets := [][2]string{
							{"name", "orders"},
							{"module", "github.com/acme/orders"},
							{"serve", serve},
							{"store", store},
							{"worker.source", source},
							{"telemetry.middleware", middleware},
							{"telemetry.signals", signals},
							{"telemetry.prometheus", prometheus},
							{"owner", []string{"", "team-orders"}[n%2]},
						}
						for i, protocol := range [][]string{nil, {"http"}, {"grpc"}, {"http", "grpc"}}[n%4] {
							at := fmt.Sprintf("calls.%d.", i)
							sets = append(sets,
								[2]string{at + "name", "by-" + protocol},
								[2]string{at + "protocol", protocol},
								[2]string{at + "id", "spiffe://example.org/ledger"},
								[2]string{at + "address", "ledger:8443"})
						}
						n++
						f := factsOf(t, sets...)
						t.Run(strings.Join([]string{serve, store, source, middleware, signals, prometheus}, "_"), func(t *testing.T) { see(t, f) })
					}
				}
			}
		}
	}
}

func factsOf(t *testing.T, sets ...[2]string) facts {
	t.Helper()
	d := answers.NewDraft()
	for _, s := range sets {
		if err := d.Set(s[0], s[1], answers.SetFlag); err != nil {
			t.Fatal(err)
		}
	}
	a, err := d.Answers()
	if err != nil {
		t.Fatal(err)
	}
	return newFacts(a, "v1.2.3")
}

func filled(t *testing.T, name string, f facts) []byte {
	t.Helper()
	source, err := fs.ReadFile(blueprints.FS(), "files/"+name+".tmpl")
	if err != nil {
		t.Fatal(err)
	}
	b, err := text(name, source, f)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// strictly decodes YAML that has no field but those of its type.
func strictly[T any](t *testing.T, b []byte) T {
	t.Helper()
	var v T
	d := yaml.NewDecoder(bytes.NewReader(b))
	d.KnownFields(true)
	if err := d.Decode(&v); err != nil {
		t.Fatalf("%v in\n%s", err, b)
	}
	return v
}

type alert struct {
	Alert               string
	Expr                string
	For                 string
	Labels, Annotations map[string]string
}

type alertFile struct {
	Groups []struct {
		Name  string
		Rules []alert
	}
}

type alertTests struct {
	RuleFiles          []string `yaml:"rule_files"`
	EvaluationInterval string   `yaml:"evaluation_interval"`
	Tests              []struct {
		Name, Interval string
		InputSeries    []struct{ Series, Values string } `yaml:"input_series"`
		AlertRuleTest  []struct {
			EvalTime  string `yaml:"eval_time"`
			Alertname string
			ExpAlerts []struct {
				ExpLabels      map[string]string `yaml:"exp_labels"`
				ExpAnnotations map[string]string `yaml:"exp_annotations"`
			} `yaml:"exp_alerts"`
		} `yaml:"alert_rule_test"`
	}
}

// TestAlerts: each alert says what it is and where to read on, has its section in the runbook,
// and a test of what it sees and of what it leaves alone; no section is without its alert.
func TestAlerts(t *testing.T) {
	everyService(t, func(t *testing.T, f facts) {
		alerts := strictly[alertFile](t, filled(t, "deploy/chart/files/alerts.yaml", f))
		tests := strictly[alertTests](t, filled(t, "deploy/chart/files/alerts_test.yaml", f))
		fires, silent, groups := map[string]bool{}, map[string]bool{}, map[string]bool{}
		for _, test := range tests.Tests {
			for _, at := range test.AlertRuleTest {
				for _, expected := range at.ExpAlerts {
					fires[at.Alertname+" "+expected.ExpLabels["severity"]+" "+expected.ExpLabels["protocol"]] = true
				}
				silent[at.Alertname] = silent[at.Alertname] || len(at.ExpAlerts) == 0
			}
		}
		names := map[string]bool{}
		for _, group := range alerts.Groups {
			if groups[group.Name] || len(group.Rules) == 0 {
				t.Errorf("group %q is there twice, or empty", group.Name)
			}
			groups[group.Name] = true
			for _, a := range group.Rules {
				names[a.Alert] = true
				if s := a.Labels["severity"]; s != "critical" && s != "warning" {
					t.Errorf("%s: severity %q", a.Alert, s)
				}
				if a.Labels["owner"] != f.Owner {
					t.Errorf("%s: owner %q, want %q", a.Alert, a.Labels["owner"], f.Owner)
				}
				if a.Annotations["summary"] == "" || a.Annotations["description"] == "" {
					t.Errorf("%s has no summary or no description", a.Alert)
				}
				if want := "https://github.com/acme/orders/blob/HEAD/docs/runbook.md#" + strings.ToLower(a.Alert); a.Annotations["runbook_url"] != want {
					t.Errorf("%s: runbook_url %q, want %q", a.Alert, a.Annotations["runbook_url"], want)
				}
				if kind := a.Alert + " " + a.Labels["severity"] + " " + a.Labels["protocol"]; !fires[kind] {
					t.Errorf("no test sees %q", kind)
				}
				if !silent[a.Alert] {
					t.Errorf("no test has %s silent", a.Alert)
				}
			}
		}
		want := slices.Sorted(maps.Keys(names))
		var sections []string
		for _, heading := range regexp.MustCompile(`(?m)^## (.*)$`).FindAllSubmatch(filled(t, "docs/runbook.md", f), -1) {
			sections = append(sections, string(heading[1]))
		}
		slices.Sort(sections)
		if !f.Telemetry.HasMetrics() { // its logs have sections, too
			if !slices.Equal(want, []string{"NotReady"}) || !slices.Contains(sections, "NotReady") {
				t.Errorf("without metrics: alerts %v, sections %v", want, sections)
			}
			return
		}
		if !slices.Equal(sections, want) {
			t.Errorf("alerts %v\nsections %v", want, sections)
		}
	})
}

// TestDashboard: no panel lies on another (Grafana closes gaps by itself), and in every service an
// id is that of the same panel.
func TestDashboard(t *testing.T) {
	titles := map[int]string{}
	everyService(t, func(t *testing.T, f facts) {
		if !f.Telemetry.HasMetrics() {
			return
		}
		var d struct {
			UID, Title string
			Panels     []struct {
				ID          int
				Type, Title string
				GridPos     struct{ H, W, X, Y int }
				Targets     []struct{ Expr, RefID string }
			}
		}
		if err := json.Unmarshal(filled(t, "deploy/chart/files/dashboard.json", f), &d); err != nil {
			t.Fatal(err)
		}
		if d.UID != f.DashboardUID() || len(d.UID) > 40 {
			t.Errorf("uid %q", d.UID)
		}
		taken, seen := map[[2]int]bool{}, map[int]bool{}
		for _, p := range d.Panels {
			if p.ID == 0 || seen[p.ID] {
				t.Errorf("%q: id %d", p.Title, p.ID)
			}
			seen[p.ID] = true
			if title, ok := titles[p.ID]; ok && title != p.Title {
				t.Errorf("%d is %q, and %q elsewhere", p.ID, p.Title, title)
			}
			titles[p.ID] = p.Title
			if p.Type != "row" && len(p.Targets) == 0 {
				t.Errorf("%q asks nothing", p.Title)
			}
			refs := map[string]bool{}
			for _, target := range p.Targets {
				if refs[target.RefID] || target.Expr == "" {
					t.Errorf("%q: target %q", p.Title, target.RefID)
				}
				refs[target.RefID] = true
			}
			for x := range p.GridPos.W {
				for y := range p.GridPos.H {
					at := [2]int{p.GridPos.X + x, p.GridPos.Y + y}
					if taken[at] || at[0] >= 24 {
						t.Fatalf("%q lies on another panel, or beside the grid", p.Title)
					}
					taken[at] = true
				}
			}
		}
	})
}

func TestRunbookLinks(t *testing.T) {
	for module, want := range map[string]string{
		"github.com/acme/orders":                 "https://github.com/acme/orders/blob/HEAD/docs/runbook.md",
		"github.com/acme/orders/v2":              "https://github.com/acme/orders/blob/HEAD/docs/runbook.md",
		"github.com/acme/shop/services/order/v3": "https://github.com/acme/shop/blob/HEAD/services/order/docs/runbook.md",
		"gitlab.com/acme/shop/orders":            "https://gitlab.com/acme/shop/orders/-/blob/HEAD/docs/runbook.md",
		"bitbucket.org/acme/orders":              "https://bitbucket.org/acme/orders/src/HEAD/docs/runbook.md",
		"github.com/acme":                        "docs/runbook.md",
		"example.com/acme/orders":                "docs/runbook.md",
		"orders.example":                         "docs/runbook.md",
	} {
		if got := factsOf(t, [2]string{"name", "orders"}, [2]string{"module", module}, [2]string{"deploy.image", "ghcr.io/acme/orders"}).Runbook(); got != want {
			t.Errorf("%s: want %s, got %s", module, want, got)
		}
	}
}

func TestDashboardUID(t *testing.T) {
	long := strings.Repeat("a", 63)
	one := factsOf(t, [2]string{"name", long}, [2]string{"module", "example.com/a/orders"}).DashboardUID()
	two := factsOf(t, [2]string{"name", long}, [2]string{"module", "example.com/b/orders"}).DashboardUID()
	if one == two || len(one) > 40 || len(two) > 40 {
		t.Errorf("got %q and %q", one, two)
	}
}
