package plan_test

import (
	"io/fs"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/mintwright/mintwright/blueprints"
	"github.com/mintwright/mintwright/generators/answers"
	"github.com/mintwright/mintwright/generators/plan"
	"github.com/mintwright/mintwright/internal/tree"
)

func made(t *testing.T, change func(*answers.Answers)) []string {
	t.Helper()
	a := answers.Defaults("orders", "example.com/acme/orders")
	change(&a)
	p, err := plan.Make(a)
	if err != nil {
		t.Fatal(err)
	}
	var paths []string
	for _, f := range p.Files {
		paths = append(paths, f.Path)
	}
	if !slices.IsSorted(paths) || len(slices.Compact(slices.Clone(paths))) != len(paths) {
		t.Errorf("not sorted, or not unique: %q", paths)
	}
	return paths
}

// everything is a service with all that one can have.
func everything(a *answers.Answers) {
	a.Owner, a.Telemetry.Collector.TLS = "team-orders", "system"
	a.Serve, a.Store, a.Worker.Source = []string{"http", "grpc", "worker"}, "postgres", "postgres"
	a.Calls = []answers.Call{
		{Name: "ledger", Protocol: "http", ID: "spiffe://example.org/l", Address: "l:1"},
		{Name: "stock", Protocol: "grpc", ID: "spiffe://example.org/s", Address: "s:1"},
	}
	a.Telemetry.Prometheus = true
	a.Identity.Federates = []string{"partner.example"}
	a.Deploy.Policy, a.Deploy.GitOps = []string{"vap", "kyverno", "gatekeeper"}, "argocd"
	for _, choice := range []string{"reflection", "web-pki-ingress", "any-caller"} {
		a.Unsafe = append(a.Unsafe, answers.Unsafe{Choice: choice, Reason: "a test"})
	}
}

// What is not chosen is not there, and its tests neither.
func TestMakeLeavesOut(t *testing.T) {
	whole := made(t, everything)
	without := func(choice string) func(*answers.Answers) {
		return func(a *answers.Answers) {
			a.Unsafe = slices.DeleteFunc(a.Unsafe, func(u answers.Unsafe) bool { return u.Choice == choice })
		}
	}
	tests := []struct {
		name   string
		change func(*answers.Answers)
		gone   string // what the paths match
	}{
		{"no owner", func(a *answers.Answers) { a.Owner = "" }, `^CODEOWNERS$`},
		{"no calls over http", func(a *answers.Answers) { a.Calls = a.Calls[1:] }, `/httpclient/|/http_client|/peer_http|/identity/dial`},
		{"no calls over grpc", func(a *answers.Answers) { a.Calls = a.Calls[:1] }, `/grpcclient/|/grpc_client|^proto/stock/|/app/peers.go`},
		{"no secret", func(a *answers.Answers) { a.Telemetry.Collector.TLS = "" }, `/env/secret(_test)?.go`},
		{"no logs", func(a *answers.Answers) { a.Telemetry.Signals = []string{"traces", "metrics"} }, `/telemetry/logs`},
		{"no metrics over OTLP", func(a *answers.Answers) { a.Telemetry.Signals = []string{"traces", "logs"} }, `/telemetry/metrics_(export|grpc)`},
		{"only metrics", func(a *answers.Answers) { a.Telemetry.Signals = []string{"metrics"} }, `/telemetry/(traces|logs|queue)|/tail-sampling`},
		{"no prometheus", func(a *answers.Answers) { a.Telemetry.Prometheus = false }, `/telemetry/prometheus|/(pod|service)monitor|/tests/monitors_test`},
		{"no reflection", without("reflection"), `/reflection`},
		{"no ingress", without("web-pki-ingress"), `public`},
		{"callers by name", without("any-caller"), `/anyone`},
		{"no worker", func(a *answers.Answers) { a.Serve, a.Worker.Source = a.Serve[:2], "schedule" }, `/worker/|/jobs/|_jobs.sql|/env/int`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := made(t, func(a *answers.Answers) {
				everything(a)
				tt.change(a)
			})
			gone := regexp.MustCompile(tt.gone)
			want := slices.DeleteFunc(slices.Clone(whole), gone.MatchString)
			if len(want) == len(whole) {
				t.Fatal("nothing is to be gone")
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
		})
	}
	for protocol, other := range map[string]string{"grpc": "_http", "http/protobuf": "_grpc"} {
		for _, p := range made(t, func(a *answers.Answers) { a.Telemetry.Protocol = protocol }) {
			if strings.HasPrefix(p, "internal/telemetry/") && (strings.HasSuffix(p, other+".go") || strings.HasSuffix(p, other+"_test.go")) {
				t.Errorf("%s: %s is not linked, but there", protocol, p)
			}
		}
	}
}

// Every file of the blueprints comes into some service, or is the source of what is wired:
// one that no choice brings is forgotten.
func TestEveryBlueprintIsUsed(t *testing.T) {
	used := map[string]bool{}
	for _, change := range []func(*answers.Answers){
		func(*answers.Answers) {},
		func(a *answers.Answers) { a.Telemetry.Protocol, a.Telemetry.Middleware = "http/protobuf", "contrib" },
		func(a *answers.Answers) { a.Serve, a.Worker.Source = []string{"worker"}, "schedule" },
		func(a *answers.Answers) { a.Worker.Source = "nats" },
		func(a *answers.Answers) { a.Deploy.GitOps, a.CI = "flux", "gitlab" },
		func(a *answers.Answers) {
			a.Telemetry.Collector = answers.Collector{Address: "otel-collector.observability.svc:4317", ID: "spiffe://example.org/c"}
		},
	} {
		a := answers.Defaults("orders", "example.com/acme/orders")
		everything(&a)
		change(&a)
		p, err := plan.Make(a)
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range p.Files {
			used[f.Source] = true
			if f.Origin == plan.Proto {
				used["service/"+f.Path] = true
			}
			if f.Origin == plan.Wired || f.Origin == plan.Derived {
				used["service/"+strings.TrimPrefix(f.Path, "internal/")] = true
			}
		}
	}
	err := fs.WalkDir(blueprints.FS(), ".", func(p string, d fs.DirEntry, err error) error {
		isExample := strings.HasPrefix(p, "service/proto/ledger/") // what the blueprint's own wiring calls
		if err == nil && !d.IsDir() && !used[p] && !isExample {
			t.Errorf("%s comes into no service", p)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// The owners by which a later release updates a service.
func TestOwners(t *testing.T) {
	p, err := plan.Make(answers.Defaults("orders", "example.com/acme/orders"))
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]tree.Owner{
		"README.md": tree.Yours, "Makefile": tree.Yours, plan.Answers: tree.Yours, plan.Access: tree.Yours, plan.AccessTest: tree.Yours,
		"internal/api/http.go": tree.Yours, "internal/greetings/greetings.go": tree.Yours, "internal/identity/tls.go": tree.Managed, "internal/telemetry/telemetry.go": tree.Managed,
		plan.App: tree.Managed, plan.Config: tree.Managed, plan.Command("orders"): tree.Managed,
		plan.Lock: tree.Generated, plan.Snapshot: tree.Generated, plan.Schema: tree.Generated,
	}
	for _, f := range p.Files {
		if owner, ok := want[f.Path]; ok && f.Owner != owner {
			t.Errorf("%s: want %s, got %s", f.Path, owner, f.Owner)
		}
		delete(want, f.Path)
		if f.Mode != 0o644 {
			t.Errorf("%s has mode %o", f.Path, f.Mode)
		}
	}
	if len(want) > 0 {
		t.Errorf("not planned: %v", want)
	}
}
