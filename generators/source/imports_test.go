package source

import (
	"strings"
	"testing"

	"github.com/dave/jennifer/jen"

	"github.com/mintwright/mintwright/internal/names"
)

// A package is imported under its own name, which is written where goimports would write it, or
// under another when that is taken.
func TestImports(t *testing.T) {
	f := jen.NewFilePathName("example.com/m", "m")
	imports := NewImports(f, names.NewScope("time"))
	for _, c := range []struct{ path, name, want string }{
		{"context", "context", "context"},
		{"time", "time", "time2"},
		{"example.com/time", "time", "time3"},
		{"time", "time", "time2"},
		{"gopkg.in/yaml.v3", "yaml", "yaml"},
		{"example.com/go-dep", "dep", "dep"},
		{"example.com/dep/v2", "dep", "dep2"},
		{"example.com/other/v3", "other", "other"},
		{"example.com/path", "name", "name"},
		{"example.com/v2", "v2", "v2"},
	} {
		if got := imports.Add(c.path, c.name); got != c.want {
			t.Errorf("%s: want %s, got %s", c.path, c.want, got)
		}
		f.Var().Id("_").Qual(c.path, "T")
	}
	var b strings.Builder
	if err := f.Render(&b); err != nil {
		t.Fatal(err)
	}
	for _, line := range []string{
		"\t\"context\"\n", "\ttime2 \"time\"\n", "\ttime3 \"example.com/time\"\n", "\t\"gopkg.in/yaml.v3\"\n", "\t\"example.com/go-dep\"\n",
		"\tdep2 \"example.com/dep/v2\"\n", "\t\"example.com/other/v3\"\n", "\tname \"example.com/path\"\n", "\tv2 \"example.com/v2\"\n", "time2.T", "yaml.T", "name.T",
	} {
		if !strings.Contains(b.String(), line) {
			t.Errorf("want %q in\n%s", line, b.String())
		}
	}
}
