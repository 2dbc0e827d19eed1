package golden

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"github.com/mintwright/mintwright/blueprints"
	"github.com/mintwright/mintwright/generators/answers"
	"github.com/mintwright/mintwright/generators/plan"
	"github.com/mintwright/mintwright/generators/render"
)

// TestBlueprintWiring holds the wiring in blueprints/service, without which the blueprint
// would not compile, to what is rendered for a service with every feature.
func TestBlueprintWiring(t *testing.T) {
	const module = "example.com/everything"
	d := draft(t, "http")
	for path, value := range map[string]string{
		"module":           module,
		"calls.0.name":     "ledger",
		"calls.0.protocol": "http",
		"calls.0.id":       "spiffe://acme.example/ns/ledger/sa/ledger",
		"calls.0.address":  "ledger.ledger.svc:8443",
	} {
		if err := d.Set(path, value, answers.SetFlag); err != nil {
			t.Fatal(err)
		}
	}
	files := rendered(t, d)
	for _, path := range []string{plan.App, plan.Config, plan.Access, plan.AccessTest} {
		f, ok := files.Lookup(path)
		if !ok {
			t.Fatalf("%s is not rendered", path)
		}
		want, err := render.Rewrite(f.Content, module+"/internal", blueprints.ServicePath)
		if err != nil {
			t.Fatal(err)
		}
		name := filepath.Join("../blueprints/service", filepath.FromSlash(path[len("internal/"):]))
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
