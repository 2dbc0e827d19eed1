package golden

import (
	"bytes"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/mintwright/mintwright/blueprints"
	"github.com/mintwright/mintwright/generators/answers"
	"github.com/mintwright/mintwright/generators/plan"
	"github.com/mintwright/mintwright/generators/render"
)

// everything is a service with every feature that one can have, in the module of which the
// blueprint's contracts are. Of features that exclude each other it has one.
func everything(t *testing.T) *answers.Draft {
	t.Helper()
	d := draft(t, "http")
	for _, set := range []string{
		"module=" + blueprints.ServicePath, "serve=http,grpc,worker", "store=postgres", "worker.source=postgres", "telemetry.prometheus=true",
		"calls.0.name=ledger", "calls.0.protocol=grpc", "calls.0.id=spiffe://acme.example/ns/ledger/sa/ledger", "calls.0.address=ledger.ledger.svc:9443",
		"calls.1.name=billing", "calls.1.protocol=http", "calls.1.id=spiffe://acme.example/ns/billing/sa/billing", "calls.1.address=billing.billing.svc:8443",
		"unsafe.0.choice=reflection", "unsafe.0.reason=a blueprint", "unsafe.1.choice=web-pki-ingress", "unsafe.1.reason=a blueprint",
	} {
		path, value, _ := strings.Cut(set, "=")
		if err := d.Set(path, value, answers.SetFlag); err != nil {
			t.Fatal(err)
		}
	}
	return d
}

// TestBlueprintWiring holds the wiring in blueprints/service, without which the blueprint
// would not compile, to what is rendered for a service with every feature.
func TestBlueprintWiring(t *testing.T) {
	files := rendered(t, everything(t))
	for _, f := range files {
		below, isInternal := strings.CutPrefix(f.Path, "internal/")
		isContract := strings.HasPrefix(f.Path, "proto/")
		switch {
		case isContract:
			below = f.Path
		case !isInternal || !isWiring(f.Path):
			continue
		}
		want, err := render.Rewrite(f.Content, render.Move{From: blueprints.ServicePath + "/internal", To: blueprints.ServicePath})
		if strings.HasSuffix(f.Path, ".proto") {
			want, err = f.Content, nil
		}
		if err != nil {
			t.Fatal(err)
		}
		name := filepath.Join("../blueprints/service", filepath.FromSlash(below))
		if update() {
			if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(name, want, 0o644); err != nil {
				t.Fatal(err)
			}
		}
		got, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(got, want) {
			t.Errorf("%s differs; run make golden and read the diff", name)
		}
	}
}

func isWiring(path string) bool {
	return slices.Contains([]string{plan.App, plan.Observer, plan.Database, plan.Peers, plan.Config, plan.Access, plan.AccessTest, plan.AppTest}, path)
}
