package source

import (
	"os"
	"path/filepath"
	"slices"
	"testing"
)

// What lies over the disk is read instead of it, also where the disk has nothing.
func TestLoadOver(t *testing.T) {
	dir := t.TempDir()
	for name, content := range map[string]string{
		"go.mod":   "module example.com/m\n\ngo 1.25\n",
		"a/a.go":   "package a\n\nimport \"example.com/m/b\"\n\ntype Store interface{ Put(o b.Order) error }\n",
		"b/doc.go": "package b\n",
	} {
		full := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(full), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(full, []byte(content), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	site := Site{Dir: filepath.Join(dir, "a"), File: "a.go", Package: "a"}
	interfaceIn := func(overlay map[string][]byte) error {
		w, err := LoadOver(t.Context(), append(os.Environ(), "GOWORK=off", "GOFLAGS="), overlay, site)
		if err != nil {
			t.Fatal(err)
		}
		p, err := w.Package(site)
		if err != nil {
			return err
		}
		_, err = p.Interface("Store")
		return err
	}
	if err := interfaceIn(nil); err == nil {
		t.Error("b.Order is there without an overlay")
	}
	if err := interfaceIn(map[string][]byte{filepath.Join(dir, "b", "b.pb.go"): []byte("package b\n\ntype Order struct{ ID string }\n")}); err != nil {
		t.Error(err)
	}
}

// What is not written yet is declared all the same.
func TestDeclaredOver(t *testing.T) {
	dir := t.TempDir()
	write(t, filepath.Join(dir, "go.mod"), "module example.com/m\n\ngo 1.26\n")
	write(t, filepath.Join(dir, "a.go"), "package m\n\ntype A int\n")
	site := Site{Dir: dir, File: "a.go", Package: "m"}
	w, err := LoadOver(t.Context(), nil, map[string][]byte{
		filepath.Join(dir, "made_test.go"):  []byte("package m\n\ntype Made int\n"),
		filepath.Join(dir, "below", "b.go"): []byte("package m\n\ntype Below int\n"),
		filepath.Join(dir, "a.go"):          []byte("package m\n\ntype B int\n"),
	}, site)
	if err != nil {
		t.Fatal(err)
	}
	p, err := w.Package(site)
	if err != nil {
		t.Fatal(err)
	}
	if got := p.Declared(); !slices.Equal(got, []string{"B", "Made"}) {
		t.Errorf("want B and Made, got %q", got)
	}
}
