package plan_test

import (
	"io/fs"
	"path"
	"slices"
	"strings"
	"testing"

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

// What is not chosen is not there, and its tests neither.
func TestMakeLeavesOut(t *testing.T) {
	whole := made(t, func(a *answers.Answers) {
		a.Owner, a.Telemetry.Collector.TLS = "team-orders", "system"
		a.Calls = []answers.Call{{Name: "ledger", Protocol: "http", ID: "spiffe://example.org/l", Address: "l:1"}}
	})
	tests := []struct {
		name   string
		change func(*answers.Answers)
		gone   []string // beginnings of paths
	}{
		{"no owner", func(a *answers.Answers) { a.Owner = "" }, []string{"CODEOWNERS"}},
		{"no calls", func(a *answers.Answers) { a.Calls = nil }, []string{"internal/httpclient/", "internal/api/peers"}},
		{"no secret", func(a *answers.Answers) { a.Telemetry.Collector.TLS = "" }, []string{"internal/env/secret"}},
		{"no logs", func(a *answers.Answers) { a.Telemetry.Signals = []string{"traces", "metrics"} }, []string{"internal/telemetry/logs"}},
		{"no metrics", func(a *answers.Answers) { a.Telemetry.Signals = []string{"traces", "logs"} }, []string{"internal/telemetry/metrics"}},
		{"only metrics", func(a *answers.Answers) { a.Telemetry.Signals = []string{"metrics"} }, []string{"internal/telemetry/traces", "internal/telemetry/logs", "internal/telemetry/queue"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := made(t, func(a *answers.Answers) {
				a.Owner, a.Telemetry.Collector.TLS = "team-orders", "system"
				a.Calls = []answers.Call{{Name: "ledger", Protocol: "http", ID: "spiffe://example.org/l", Address: "l:1"}}
				tt.change(a)
			})
			want := slices.DeleteFunc(slices.Clone(whole), func(p string) bool {
				return slices.ContainsFunc(tt.gone, func(g string) bool { return strings.HasPrefix(p, g) })
			})
			if len(want) == len(whole) || !slices.Equal(want, got) {
				t.Errorf("want %q\ngot  %q", want, got)
			}
		})
	}
	for protocol, other := range map[string]string{"grpc": "_http", "http/protobuf": "_grpc"} {
		for _, p := range made(t, func(a *answers.Answers) { a.Telemetry.Protocol = protocol }) {
			if strings.Contains(path.Base(p), other+".go") || strings.Contains(path.Base(p), other+"_test.go") {
				t.Errorf("%s: %s is not linked, but there", protocol, p)
			}
		}
	}
}

// Every file of the blueprints comes into some service, or is the source of what is wired:
// one that no choice brings is forgotten.
func TestEveryBlueprintIsUsed(t *testing.T) {
	used := map[string]bool{}
	for _, protocol := range []string{"grpc", "http/protobuf"} {
		a := answers.Defaults("orders", "example.com/acme/orders")
		a.Owner, a.Telemetry.Protocol, a.Telemetry.Collector.TLS = "team-orders", protocol, "system"
		a.Calls = []answers.Call{{Name: "ledger", Protocol: "http", ID: "spiffe://example.org/l", Address: "l:1"}}
		p, err := plan.Make(a)
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range p.Files {
			used[f.Source] = true
			if f.Origin == plan.Wired || f.Origin == plan.Derived {
				used["service/"+strings.TrimPrefix(f.Path, "internal/")] = true
			}
		}
	}
	err := fs.WalkDir(blueprints.FS(), ".", func(p string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() && !used[p] {
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
		"internal/api/greetings.go": tree.Yours, "internal/identity/tls.go": tree.Managed, "internal/telemetry/telemetry.go": tree.Managed,
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
