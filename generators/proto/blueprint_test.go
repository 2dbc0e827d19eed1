package proto

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/mintwright/mintwright/blueprints"
)

// The Go beside the blueprint's .proto files is what is made of them. UPDATE=1 writes it.
func TestBlueprint(t *testing.T) {
	const root = "../../blueprints/service/proto"
	o := Options{Base: blueprints.ServicePath + "/proto", Package: "ordersv1"}
	files, err := Generate(os.DirFS(root), o, "orders/v1/greetings.proto", "orders/v1/peers.proto", "orders/v1/archive.proto")
	if err != nil {
		t.Fatal(err)
	}
	if len(files) != 6 {
		t.Fatalf("want 6 files, got %d", len(files))
	}
	for _, f := range files {
		name := filepath.Join(root, filepath.FromSlash(f.Path))
		if os.Getenv("UPDATE") != "" {
			if err := os.WriteFile(name, f.Content, f.Mode); err != nil {
				t.Fatal(err)
			}
		}
		got, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(string(f.Content), string(got)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}
