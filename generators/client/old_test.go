package client

import (
	"errors"
	"path/filepath"
	"testing"

	"github.com/mintwright/mintwright/generators/source"
	"github.com/mintwright/mintwright/internal/fault"
)

// TestOldModule: what is made would not compile in a module of an older language.
func TestOldModule(t *testing.T) {
	dir := t.TempDir()
	write(t, filepath.Join(dir, "go.mod"), []byte("module example.com/old\n\ngo 1.21\n"))
	write(t, filepath.Join(dir, "in.go"), []byte("package old\n\nimport \"context\"\n\ntype API interface {\n\t//gen:http GET /x\n\tGet(ctx context.Context) error\n}\n"))
	site := source.Site{Dir: dir, File: "in.go", Line: 1}
	world, err := source.Load(t.Context(), environment(), site)
	if err != nil {
		t.Fatal(err)
	}
	p, err := world.Package(site)
	if err != nil {
		t.Fatal(err)
	}
	_, err = Make(p, Options{Types: []string{"API"}, ID: "spiffe://acme.example/x"}, nil)
	if f, ok := errors.AsType[*fault.Fault](err); !ok || f.File != filepath.Join(dir, "go.mod") || f.Problem != "the module is written in Go 1.21, and a client in Go 1.22" {
		t.Errorf("got %v", err)
	}
}

func TestOutput(t *testing.T) {
	for _, test := range []struct {
		o      Options
		isTest bool
		want   string
	}{
		{Options{Types: []string{"PaymentsAPI"}}, false, "payments_api_client.go"},
		{Options{Types: []string{"other.PaymentsAPI"}}, true, "payments_api_client_test.go"},
		{Options{Types: []string{"example.com/v1.LedgerClient", "X"}}, false, "ledger_client.go"},
		{Options{Types: []string{"X"}, Output: "y.go"}, false, "y.go"},
	} {
		if got, err := Output(test.o, test.isTest); err != nil || got != test.want {
			t.Errorf("got %s, %v, want %s", got, err, test.want)
		}
	}
	if _, err := Output(Options{}, false); err == nil {
		t.Error("an output of nothing")
	}
}
