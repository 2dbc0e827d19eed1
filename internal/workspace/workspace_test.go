package workspace

import (
	"os"
	"path/filepath"
	"slices"
	"testing"

	"golang.org/x/mod/modfile"
)

func TestFind(t *testing.T) {
	top := t.TempDir()
	module, below := filepath.Join(top, "m"), filepath.Join(top, "m", "a", "b")
	if err := os.MkdirAll(filepath.Join(below, "go.mod"), 0o755); err != nil { // a folder is no file
		t.Fatal(err)
	}
	for _, name := range []string{filepath.Join(module, "go.mod"), filepath.Join(top, "go.work")} {
		if err := os.WriteFile(name, []byte("go 1.26\n"), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	file, content := Read(below, "go.mod")
	missing, _ := Read(below, "nowhere.mod")
	for _, c := range [][2]string{
		{Above(below, "go.mod"), filepath.Join(module, "go.mod")},
		{Above(below, "nowhere.mod"), ""},
		{file, filepath.Join(module, "go.mod")},
		{string(content), "go 1.26\n"},
		{missing, ""},
		{Module(below), module},
		{Module(module), module},
		{File("", below), filepath.Join(top, "go.work")},
		{File("off", below), ""},
		{File("/x/go.work", below), "/x/go.work"},
	} {
		if c[0] != c[1] {
			t.Errorf("want %q, got %q", c[1], c[0])
		}
	}
}

func TestFolders(t *testing.T) {
	name := filepath.Join(t.TempDir(), "go.work")
	elsewhere := t.TempDir()
	work, err := modfile.ParseWork(name, []byte("go 1.26\n\nuse (\n\t./b/../a\n\t.\n\t"+modfile.AutoQuote(filepath.ToSlash(elsewhere))+"\n)\n"), nil)
	if err != nil {
		t.Fatal(err)
	}
	dir := filepath.Dir(name)
	if got, want := Folders(name, work), []string{filepath.Join(dir, "a"), dir, elsewhere}; !slices.Equal(got, want) {
		t.Errorf("want %q, got %q", want, got)
	}
}
