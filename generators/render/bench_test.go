package render_test

import (
	"testing"

	"github.com/mintwright/mintwright/generators/answers"
	"github.com/mintwright/mintwright/generators/plan"
	"github.com/mintwright/mintwright/generators/render"
)

// BenchmarkTree is what gen new does between the answers and the disk.
func BenchmarkTree(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		p, err := plan.Make(answers.Defaults("orders", "example.com/acme/orders"))
		if err != nil {
			b.Fatal(err)
		}
		if _, err := render.Tree(p, "devel"); err != nil {
			b.Fatal(err)
		}
	}
}
