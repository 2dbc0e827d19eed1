package observe

import (
	"encoding/json"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/promql/parser"
	"sigs.k8s.io/yaml"

	"github.com/mintwright/mintwright/e2e/services"
)

// emitted are the metrics that a service may have, as Prometheus names them, without the parts
// of a histogram. What brings each, and that it does, the tests of the service say.
func emitted() []string {
	return []string{
		"authorization_decisions_total",
		"connections_refused_total",
		"db_client_connection_count",
		"db_client_connection_max",
		"db_client_connection_timeouts_total",
		"db_client_operation_duration_seconds",
		"db_client_operation_errors_total", // of otelpgx
		"go_goroutine_count",
		"go_memory_allocated_bytes_total",
		"go_memory_limit_bytes",
		"go_memory_used_bytes",
		"go_processor_limit",
		"http_client_request_duration_seconds",
		"http_server_request_duration_seconds",
		"kube_deployment_spec_replicas", // these two of kube-state-metrics
		"kube_deployment_status_replicas_available",
		"messaging_process_duration_seconds",
		"rpc_client_call_duration_seconds",
		"rpc_server_call_duration_seconds",
		"spiffe_svid_time_left_seconds",
		"telemetry_dropped_total",
		"worker_jobs_total",
		"worker_lag",
		"worker_oldest_job_age_seconds",
	}
}

// query is one of a service's, and where it stands.
type query struct{ where, text string }

// TestQueries: each query parses, and asks for metrics that there are, of this service alone.
func TestQueries(t *testing.T) {
	for _, s := range services.All(t) {
		t.Run(s.Name, func(t *testing.T) {
			all := slices.Concat(alerts(t, s), dashboard(t, s), runbook(t, s))
			if len(all) < 3 {
				t.Errorf("only %d queries", len(all))
			}
			for _, q := range all {
				judge(t, s, q)
			}
		})
	}
}

func judge(t *testing.T, s services.Service, q query) {
	t.Helper()
	expr, err := parser.NewParser(parser.Options{}).ParseExpr(q.text)
	if err != nil {
		t.Errorf("%s: %v in\n%s", q.where, err, q.text)
		return
	}
	parser.Inspect(expr, func(n parser.Node, _ []parser.Node) error {
		v, ok := n.(*parser.VectorSelector)
		if !ok {
			return nil
		}
		name := v.Name
		for _, part := range []string{"_bucket", "_count", "_sum"} {
			if whole, ok := strings.CutSuffix(name, part); ok && slices.Contains(emitted(), whole) {
				name = whole
			}
		}
		if !slices.Contains(emitted(), name) {
			t.Errorf("%s: no service has a metric %q", q.where, v.Name)
		}
		ours := slices.ContainsFunc(v.LabelMatchers, func(m *labels.Matcher) bool {
			return (m.Name == "job" || m.Name == "deployment") && (m.Matches(s.Answers.Name) || m.Matches("a/"+s.Answers.Name))
		})
		if !ours {
			t.Errorf("%s: %s asks for those of other services", q.where, v)
		}
		return nil
	})
}

func alerts(t *testing.T, s services.Service) []query {
	t.Helper()
	var file struct {
		Groups []struct {
			Rules []struct{ Alert, Expr string }
		}
	}
	if err := yaml.Unmarshal(s.Read(t, "deploy/chart/files/alerts.yaml"), &file); err != nil {
		t.Fatal(err)
	}
	var all []query
	for _, g := range file.Groups {
		for _, r := range g.Rules {
			all = append(all, query{"alert " + r.Alert, r.Expr})
		}
	}
	return all
}

// dashboard returns the queries of the dashboard, with something for Grafana's variables.
func dashboard(t *testing.T, s services.Service) []query {
	t.Helper()
	const name = "deploy/chart/files/dashboard.json"
	if !slices.Contains(s.Below("deploy/chart/files"), name) {
		return nil // it has no metrics
	}
	var file struct {
		Panels []struct {
			Title   string
			Targets []struct{ Expr string }
		}
	}
	if err := json.Unmarshal(s.Read(t, name), &file); err != nil {
		t.Fatal(err)
	}
	variables := strings.NewReplacer("$__rate_interval", "5m", "$job", s.Answers.Name, "$instance", ".*")
	var all []query
	for _, p := range file.Panels {
		for _, target := range p.Targets {
			all = append(all, query{"panel " + p.Title, variables.Replace(target.Expr)})
		}
	}
	return all
}

// runbook returns the queries of the runbook: one a line, what is indented belongs to the line above.
func runbook(t *testing.T, s services.Service) []query {
	t.Helper()
	var all []query
	for _, block := range regexp.MustCompile("(?s)```promql\n(.*?)```").FindAllSubmatch(s.Read(t, "docs/runbook.md"), -1) {
		for line := range strings.Lines(string(block[1])) {
			if strings.HasPrefix(line, " ") {
				all[len(all)-1].text += line
				continue
			}
			all = append(all, query{"runbook", line})
		}
	}
	return all
}
