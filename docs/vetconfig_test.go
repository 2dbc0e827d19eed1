package docs

import (
	"os"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/mintwright/mintwright/analyzers"
	"github.com/mintwright/mintwright/internal/vetconfig"
)

// The schema of mintwright-vet.yaml is made from the reader's table and the list of rules.
// UPDATE=1 writes it.
func TestVetSchema(t *testing.T) {
	const file = "mintwright-vet.schema.json"
	var ids []string
	for _, r := range analyzers.Rules() {
		ids = append(ids, r.ID)
	}
	want := vetconfig.Schema(ids)
	if os.Getenv("UPDATE") == "1" {
		if err := os.WriteFile(file, want, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), string(got)); diff != "" {
		t.Errorf("%s (-want +got):\n%s", file, diff)
	}
}
