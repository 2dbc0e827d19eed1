package proto

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// The module cache is where the go command would look for it.
func TestModuleCache(t *testing.T) {
	home := t.TempDir()
	settings := filepath.Join(home, "settings")
	put(t, settings, []byte("# a comment\nGOPATH=/by/file\nGOFLAGS=-mod=mod\n"))
	for _, c := range []struct{ about, want string }{
		{"HOME=" + home, filepath.Join(home, "go/pkg/mod")},
		{"HOME=" + home + " GOPATH=/a:/b", "/a/pkg/mod"},
		{"GOPATH=/a GOMODCACHE=/c", "/c"},
		{"HOME=" + home + " GOENV=" + settings, "/by/file/pkg/mod"},
		{"GOENV=" + settings + " GOPATH=/a", "/a/pkg/mod"},
		{"GOENV=off HOME=" + home, filepath.Join(home, "go/pkg/mod")},
		{"", ""},
	} {
		if got := (Site{Environ: strings.Fields(c.about)}).moduleCache(); got != c.want {
			t.Errorf("%s: want %s, got %s", c.about, c.want, got)
		}
	}
	s := Site{Environ: []string{"GOFLAGS=-v -mod=vendor --modfile=x.mod -mod=mod"}}
	if got := []string{s.goFlag("-mod"), s.goFlag("-modfile"), s.goFlag("-tags")}; !cmp.Equal(got, []string{"mod", "x.mod", ""}) {
		t.Errorf("flags: %q", got)
	}
}

// Whatever a go.mod holds, there are modules or a fault, and an import is found, or is not.
func FuzzModules(f *testing.F) {
	f.Add("module example.com/m\n\ngo 1.26\n\nrequire example.com/a v1.0.0\n\nreplace example.com/a => ../a\n", "a/v1/a.proto")
	f.Add("module example.com/m\nrequire (\n\texample.com/a v1.0.0 // indirect\n\tgithub.com/B/C v0.0.0-20200101000000-000000000000\n)\nreplace github.com/B/C v0.0.0-20200101000000-000000000000 => example.com/c v1.0.0\n", "github.com/B/C/c.proto")
	f.Add("module \"\n", "../../etc/passwd")
	f.Add("module example.com/m\nreplace example.com/m => /\nrequire example.com/m v1.0.0\ntool example.com/m/x\n", "etc/passwd")
	dir := f.TempDir()
	f.Fuzz(func(t *testing.T, gomod, name string) {
		if err := os.WriteFile(filepath.Join(dir, "go.mod"), []byte(gomod), 0o644); err != nil {
			t.Fatal(err)
		}
		site := Site{Dir: dir, Environ: []string{"GOMODCACHE=" + filepath.Join(dir, "cache"), "GOENV=off", "GOWORK=off"}}
		l := newLibrary(folder{site: site, module: dir, path: "example.com/m", root: "."})
		list, err := l.modules()
		if err != nil && (Faults(err) == nil || len(list) > 0) {
			t.Errorf("%d modules, %v", len(list), err)
		}
		for _, m := range list {
			for _, found := range m.find(name) {
				if !strings.HasPrefix(found.place, dir) && !strings.Contains(gomod, "=>") {
					t.Errorf("%s is outside", found.place)
				}
			}
		}
	})
}
