// Package rules lets promtool check and test the alerts of each service. What the dashboard and
// the runbook ask is read in package observe.
package rules

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"sigs.k8s.io/yaml"

	"github.com/mintwright/mintwright/e2e/charts"
	"github.com/mintwright/mintwright/e2e/services"
)

const folder = services.ChartFolder + "/files/"

// promtool runs the promtool of promtool.mod, without most ways to discover targets.
func promtool(t *testing.T, args ...string) (string, bool) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "go", append([]string{
		"run", "-modfile=../promtool.mod", "-tags=remove_all_sd", "github.com/prometheus/prometheus/cmd/promtool",
	}, args...)...)
	cmd.Env = append(os.Environ(), "GOFLAGS=", "GOWORK=off")
	out, err := cmd.CombinedOutput()
	return string(out), err == nil
}

// TestRules: promtool finds nothing in the rules, and each alert does what its tests say.
func TestRules(t *testing.T) {
	var files, tests []string
	dir, cases := t.TempDir(), 0
	for i, s := range services.All(t) {
		for _, name := range []string{"alerts.yaml", "alerts_test.yaml"} {
			at := filepath.Join(dir, strconv.Itoa(i), name)
			if err := os.MkdirAll(filepath.Dir(at), 0o755); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(at, s.Read(t, folder+name), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		files = append(files, filepath.Join(dir, strconv.Itoa(i), "alerts.yaml"))
		n := untested(t, s)
		if !s.Pair || i%5 == 0 { // a test takes long: each case is hours of samples
			tests = append(tests, filepath.Join(dir, strconv.Itoa(i), "alerts_test.yaml"))
			cases += n
		}
	}
	if out, ok := promtool(t, append([]string{"check", "rules", "--lint=all", "--lint-fatal"}, files...)...); !ok {
		t.Errorf("promtool check rules:\n%s", failed(out))
	}
	if out, ok := promtool(t, append([]string{"test", "rules"}, tests...)...); !ok {
		t.Errorf("promtool test rules:\n%s", failed(out))
	}
	t.Logf("promtool: %d files of rules checked, and the %d cases of %d of them tested", len(files), cases, len(tests))
	if cases < 200 {
		t.Error("too few cases")
	}
}

// failed leaves out what promtool says of files that are right.
func failed(out string) string {
	var b strings.Builder
	for part := range strings.SplitSeq(out, "\n\n") {
		if !strings.Contains(part, "SUCCESS") {
			b.WriteString(part + "\n\n")
		}
	}
	const most = 8000
	if b.Len() > most {
		return b.String()[:most]
	}
	return b.String()
}

// untested reports alerts that no test has seen firing, and returns how many cases there are.
func untested(t *testing.T, s services.Service) int {
	t.Helper()
	var rules struct {
		Groups []struct {
			Rules []struct {
				Alert       string            `json:"alert"`
				Annotations map[string]string `json:"annotations"`
			} `json:"rules"`
		} `json:"groups"`
	}
	var tests struct {
		Tests []struct {
			Alerts []struct {
				Name     string `json:"alertname"`
				Expected []any  `json:"exp_alerts"`
			} `json:"alert_rule_test"`
		} `json:"tests"`
	}
	for name, to := range map[string]any{"alerts.yaml": &rules, "alerts_test.yaml": &tests} {
		if err := yaml.Unmarshal(s.Read(t, folder+name), to); err != nil {
			t.Fatalf("%s: %s: %v", s.Name, name, err)
		}
	}
	fires, cases := map[string]bool{}, 0
	for _, test := range tests.Tests {
		for _, a := range test.Alerts {
			cases++
			fires[a.Name] = fires[a.Name] || len(a.Expected) > 0
		}
	}
	runbook := string(s.Read(t, "docs/runbook.md"))
	for _, g := range rules.Groups {
		for _, r := range g.Rules {
			if r.Alert == "" {
				continue
			}
			if !fires[r.Alert] {
				t.Errorf("%s: no test has %s fire", s.Name, r.Alert)
			}
			_, anchor, _ := strings.Cut(r.Annotations["runbook_url"], "#")
			if !hasSection(runbook, anchor) {
				t.Errorf("%s: %s links to the section %q, which the runbook does not have", s.Name, r.Alert, anchor)
			}
		}
	}
	return cases
}

// hasSection reports whether a page of Markdown has a heading with that anchor.
func hasSection(page, anchor string) bool {
	for line := range strings.Lines(page) {
		heading, found := strings.CutPrefix(strings.TrimSpace(line), "#")
		if !found {
			continue
		}
		heading = strings.ToLower(strings.TrimSpace(strings.TrimLeft(heading, "#")))
		heading = regexp.MustCompile(`[^\p{L}\p{N} _-]`).ReplaceAllString(heading, "")
		if anchor != "" && strings.ReplaceAll(heading, " ", "-") == anchor {
			return true
		}
	}
	return false
}

// TestObject: the PrometheusRule of the chart holds the groups of the file that was tested, with
// the namespace and the Deployment of the release where the file takes any.
func TestObject(t *testing.T) {
	compared := 0
	for _, s := range services.All(t) {
		for _, u := range charts.Uses(s) {
			if u.Name != "prod" {
				continue
			}
			anyOne, own := fmt.Sprintf(`deployment=~"(.*-)?%s"`, s.Answers.Name), fmt.Sprintf(`namespace=%q, deployment=%q`, u.Namespace, u.Release)
			if !strings.Contains(u.Release, s.Answers.Name) {
				continue // its full name is both, and shortened
			}
			var file map[string]any
			if err := yaml.Unmarshal(bytes.ReplaceAll(s.Read(t, folder+"alerts.yaml"), []byte(anyOne), []byte(own)), &file); err != nil {
				t.Fatal(err)
			}
			found, err := charts.Objects(t, s, u)
			if err != nil {
				t.Error(err)
			}
			for _, o := range found {
				if o.Kind != "PrometheusRule" {
					continue
				}
				var object map[string]any
				if err := json.Unmarshal(o.JSON, &object); err != nil {
					t.Fatal(err)
				}
				if got := object["spec"].(map[string]any)["groups"]; !reflect.DeepEqual(got, file["groups"]) {
					t.Errorf("%s: its groups are not those of files/alerts.yaml", o)
				}
				compared++
			}
		}
	}
	t.Logf("%d PrometheusRules hold what was tested", compared)
	if compared < 40 {
		t.Error("too few")
	}
}
