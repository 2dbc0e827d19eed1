package client

import (
	"path/filepath"
	"testing"

	"golang.org/x/tools/txtar"

	"github.com/mintwright/mintwright/generators/source"
)

// BenchmarkMake makes a client of six methods and its double from a package that is loaded.
func BenchmarkMake(b *testing.B) {
	archive, err := txtar.ParseFile("testdata/cases/payments.txtar")
	if err != nil {
		b.Fatal(err)
	}
	dir := b.TempDir()
	write(b, filepath.Join(dir, "go.mod"), []byte("module example.com/cases\n\ngo 1.26\n"))
	write(b, filepath.Join(dir, "in.go"), archive.Files[0].Data)
	site := source.Site{Dir: dir, File: "in.go", Line: 11}
	world, err := source.Load(b.Context(), environment(), site)
	if err != nil {
		b.Fatal(err)
	}
	p, err := world.Package(site)
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if _, err := Make(p, Options{Types: []string{"PaymentsAPI"}, ID: "spiffe://acme.example/x"}, nil); err != nil {
			b.Fatal(err)
		}
	}
}
