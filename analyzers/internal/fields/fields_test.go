package fields_test

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/analysis/analysistest"

	"github.com/mintwright/mintwright/analyzers/internal/fields"
	"github.com/mintwright/mintwright/analyzers/internal/fixtest"
)

// show reports the fields of every object.
var show = &analysis.Analyzer{
	Name: "show", Doc: "show the objects", Requires: []*analysis.Analyzer{fields.Analyzer},
	Run: func(pass *analysis.Pass) (any, error) {
		for _, o := range fields.Of(pass).Objects {
			var list []string
			for _, name := range o.Written() {
				var values []string
				for _, v := range o.Field(name) {
					values = append(values, text(v))
				}
				slices.Sort(values)
				list = append(list, name+"="+strings.Join(slices.Compact(values), "|"))
			}
			if len(list) > 0 {
				pass.Reportf(o.Pos, "%s", strings.Join(list, " "))
			}
		}
		return nil, nil
	},
}

func text(v *fields.Value) string {
	switch v.Kind {
	case fields.Const:
		return v.Const.ExactString()
	case fields.Unset:
		return "unset"
	case fields.Unknown:
		return "unknown"
	}
	return fmt.Sprint("kind ", v.Kind)
}

func TestObjects(t *testing.T) {
	analysistest.Run(t, analysistest.TestData(), show, "a")
}

// TestOdd only wants the analyzer to come to an end.
func TestOdd(t *testing.T) {
	objects := 0
	silent := &analysis.Analyzer{
		Name: "silent", Doc: "say nothing", Requires: []*analysis.Analyzer{fields.Analyzer},
		Run: func(pass *analysis.Pass) (any, error) {
			objects = len(fields.Of(pass).Objects)
			return nil, nil
		},
	}
	analysistest.Run(t, analysistest.TestData(), silent, "odd")
	if objects < 40 {
		t.Errorf("there are %d objects", objects)
	}
}

func TestFacts(t *testing.T) {
	analysistest.Run(t, analysistest.TestData(), fields.Analyzer, "b")
}

// origin reports whether an object has to do with go-spiffe.
var origin = &analysis.Analyzer{
	Name: "origin", Doc: "show where objects come from", Requires: []*analysis.Analyzer{fields.Analyzer},
	Run: func(pass *analysis.Pass) (any, error) {
		for _, o := range fields.Of(pass).Objects {
			from := "nobody"
			o.Comes(func(name string) bool {
				if path, ok := strings.CutPrefix(name, "github.com/spiffe/go-spiffe/v2/spiffetls/tlsconfig."); ok {
					from = path
				}
				return false
			})
			if o.Func != nil && pass.Pkg.Name() == "sources" {
				pass.Reportf(o.Pos, "from %s", from)
			}
		}
		return nil, nil
	},
}

func TestSources(t *testing.T) { fixtest.Run(t, origin, fixtest.Options{}, "sources") }

// TestLinear doubles a function, and the work with it: no more than that.
func TestLinear(t *testing.T) {
	const n = 500
	files := map[string]string{}
	var packages []string
	for i, shape := range shapes {
		for _, times := range []int{1, 2} {
			name := fmt.Sprintf("p%d_%d", i, times)
			packages = append(packages, name)
			files[name+"/a.go"] = "package " + name + "\n\nimport (\"crypto/tls\"; \"net/http\")\n\nvar _ http.Server\n\nfunc use(...any) {}\n\nfunc f(x bool) {\n" + shape.body(times*n) + "}\n"
		}
	}
	dir, cleanup, err := analysistest.WriteFiles(files)
	if err != nil {
		t.Fatal(err)
	}
	defer cleanup()
	var mu sync.Mutex
	count := map[string]int{}
	counter := &analysis.Analyzer{
		Name: "counter", Doc: "count", Requires: []*analysis.Analyzer{fields.Analyzer},
		Run: func(pass *analysis.Pass) (any, error) {
			mu.Lock()
			defer mu.Unlock()
			count[pass.Pkg.Path()] = fields.Of(pass).Visits()
			return nil, nil
		},
	}
	analysistest.Run(t, dir, counter, packages...)
	for i, shape := range shapes {
		small, large := count[fmt.Sprintf("p%d_1", i)], count[fmt.Sprintf("p%d_2", i)]
		if small < n || large > 2*small+small/10 {
			t.Errorf("%s: %d steps, and %d in a function of twice the size", shape.name, small, large)
		}
	}
}

var shapes = []struct {
	name string
	body func(n int) string
}{
	{"one object, many branches", func(n int) string {
		return "c := &tls.Config{}\n" + strings.Repeat("if x { c.MinVersion = 1 } else { c.MinVersion = 2 }\n", n) + "use(c)\n"
	}},
	{"many objects, each in branches of its own", func(n int) string {
		return strings.Repeat("{ c := &tls.Config{}\n if x { c.MinVersion = 1 }\n use(c) }\n", n)
	}},
	{"loops in a row", func(n int) string {
		return "c := &tls.Config{}\n" + strings.Repeat("for x { if x { break }; c.MinVersion = 1 }\n", n) + "use(c)\n"
	}},
	{"a copy of a copy", func(n int) string {
		var b strings.Builder
		b.WriteString("c0 := &tls.Config{}\n")
		for i := range n {
			fmt.Fprintf(&b, "c%d := c%d.Clone()\nif x { c%d.MinVersion = 1 }\n", i+1, i, i+1)
		}
		fmt.Fprintf(&b, "use(c%d)\n", n)
		return b.String()
	}},
	{"a server that is used again and again", func(n int) string {
		return "s := &http.Server{TLSConfig: &tls.Config{}}\n" + strings.Repeat("if x { s.TLSConfig.MinVersion = 1 }\n use(s)\n", n)
	}},
	{"many servers", func(n int) string {
		return strings.Repeat("{ s := &http.Server{TLSConfig: &tls.Config{}}\n if x { s.TLSConfig.MinVersion = 1 }\n use(s) }\n", n)
	}},
	{"labels", func(n int) string {
		var b strings.Builder
		b.WriteString("c := &tls.Config{}\n")
		for i := range n {
			fmt.Fprintf(&b, "l%d: if x { c.MinVersion = 1; goto l%d }\n", i, i)
		}
		return b.String() + "use(c)\n"
	}},
}
