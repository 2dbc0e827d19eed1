package policy

import (
	"flag"
	"go/ast"
	"go/parser"
	"go/token"
	"io"
	"slices"
	"strings"
	"testing"

	"github.com/mintwright/mintwright/analyzers/rule"
)

func TestSeverity(t *testing.T) {
	var (
		leak  = rule.Rule{ID: "spanend.leak", Severity: rule.Error}
		stale = rule.Rule{ID: "spanctx.stale", Severity: rule.Warning, Off: true}
		plain = rule.Rule{ID: "plaintext.server", Severity: rule.Warning, Strict: rule.Error}
	)
	for _, tc := range []struct {
		config string
		rule   rule.Rule
		want   rule.Severity
	}{
		{`{}`, leak, rule.Error},
		{`{}`, stale, rule.Unset},
		{`{}`, plain, rule.Warning},
		{`{"strict":true}`, plain, rule.Error},
		{`{"strict":true}`, leak, rule.Error},
		{`{"rules":{"spanend":"off"}}`, leak, rule.Unset},
		{`{"rules":{"spanend":"off","spanend.leak":"on"}}`, leak, rule.Error},
		{`{"rules":{"spanend":"info"}}`, leak, rule.Info},
		{`{"rules":{"spanend.leak":"warning"}}`, leak, rule.Warning},
		{`{"rules":{"spanctx.stale":"error"}}`, stale, rule.Error},
		{`{"rules":{"spanctx.stale":"on"}}`, stale, rule.Warning},
		{`{"rules":{"spanctx":"error"}}`, stale, rule.Unset}, // a severity is for what is on
		{`{"rules":{"spanctx":"on"}}`, stale, rule.Warning},
		{`{"strict":true,"rules":{"plaintext":"info"}}`, plain, rule.Info},
		{`{"strict":true,"rules":{"plaintext":"on"}}`, plain, rule.Error},
	} {
		var s settings
		if err := s.read(tc.config); err != nil {
			t.Fatal(err)
		}
		if got := s.config.Severity(&tc.rule); got != tc.want {
			t.Errorf("%s: %s is %q, want %q", tc.config, tc.rule.ID, got, tc.want)
		}
	}
}

func TestConfigFlag(t *testing.T) {
	for text, want := range map[string]string{
		`{"strict":true} {}`:             "more than one JSON value",
		`{"strickt":true}`:               `unknown field "strickt"`,
		`{"rules":{"spanend":"loud"}}`:   `"loud" is none of off, on, info, warning, error`,
		`{"rules":{"spanend":"warning"}`: "unexpected EOF",
		``:                               "EOF",
	} {
		f := newFlags()
		f.Init("", flag.ContinueOnError)
		f.SetOutput(io.Discard)
		if err := f.Parse([]string{"-config=" + text}); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", text, err)
		}
	}
	f := newFlags()
	if err := f.Parse([]string{`-config={"woven":true}`, "-all", "-coverage"}); err != nil {
		t.Fatal(err)
	}
	if s := given(&f); !s.config.Woven || !s.all || !s.coverage || s.write {
		t.Errorf("got %+v", s)
	}
}

func TestExcludes(t *testing.T) {
	for _, tc := range []struct {
		pattern, file string
		want          bool
	}{
		{"third_party", "third_party/a/b.go", true},
		{"third_party", "x/third_party/b.go", false},
		{"**/third_party", "x/third_party/b.go", true},
		{"**/*.pb.go", "a.pb.go", true},
		{"**/*.pb.go", "x/y/a.pb.go", true},
		{"**/*.pb.go", "x/y/a.go", false},
		{"*.go", "a.go", true},
		{"*.go", "x/a.go", false},
		{"x/**/z", "x/z/a.go", true},
		{"x/**/z", "x/1/2/z/a.go", true},
		{"x/**/z", "x/1/2/a.go", false},
		{"x/a.go", "x/a.go", true},
		{"x/a.go/b", "x/a.go", false},
		{"[", "[", false}, // no pattern: it matches nothing
	} {
		c := Config{Exclude: []string{tc.pattern}}
		if got := c.excludes(tc.file); got != tc.want {
			t.Errorf("%s on %s: got %v", tc.pattern, tc.file, got)
		}
	}
}

func TestIsSupport(t *testing.T) {
	for pkg, want := range map[string]bool{
		"example.com/shop/orders":            false,
		"example.com/shop/internal/testutil": true,
		"example.com/shop/storetest":         true,
		"example.com/shop/tests/e2e":         true,
		"example.com/shop/mocks":             true,
		"example.com/shop/latest":            false,
		"example.com/shop/attest":            false,
		"example.com/shop/contest":           true, // a name that ends so is taken for one
	} {
		if got := isSupport(pkg); got != want {
			t.Errorf("%s: got %v", pkg, got)
		}
	}
}

func TestParseComment(t *testing.T) {
	for text, want := range map[string]string{
		"//lint:ignore spanend.leak because":       "lint:ignore|spanend.leak|because",
		"//lint:ignore spanend,SA1019 two of them": "lint:ignore|spanend SA1019|two of them",
		"//lint:file-ignore tlsconfig old":         "lint:file-ignore|tlsconfig|old",
		"//lint:ignore spanend":                    "lint:ignore|spanend|",
		"//lint:ignore":                            "",
		"//lint:other spanend x":                   "",
		"// lint:ignore spanend x":                 "", // no directive
		"//nolint":                                 "nolint||",
		"//nolint:all":                             "nolint||",
		"//nolint // why":                          "nolint||why",
		"//nolint:spanend,errcheck // why":         "nolint|spanend errcheck|why",
		"// nolint: spanend , tlsconfig //why":     "nolint|spanend tlsconfig|why",
		"//nolint:spanend.leak":                    "nolint|spanend.leak|",
		"//nolintlint":                             "",
		"// nothing of the kind":                   "",
		"//":                                       "",
	} {
		got := ""
		if s := parse(text); s != nil {
			got = s.Kind + "|" + strings.Join(s.Names, " ") + "|" + s.Reason
		}
		if got != want {
			t.Errorf("%s: got %q, want %q", text, got, want)
		}
	}
}

func FuzzComments(f *testing.F) {
	for _, seed := range []string{"//lint:ignore a b", "//nolint:a,b // c", "//nolint:", "//lint:file-ignore a,, x", "/*nolint*/", "//nolint://"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, comment string) {
		src := "package p\n\nfunc f() {\n\t" + comment + "\n\tf()\n}\n"
		fset := token.NewFileSet()
		file, err := parser.ParseFile(fset, "a.go", src, parser.ParseComments)
		if err != nil {
			return
		}
		for _, s := range suppressions(fset, file) {
			if s.first > s.last || s.Pos >= s.End || slices.Contains(s.Names, "all") && s.Kind == "nolint" {
				t.Errorf("%q: %+v", comment, s)
			}
		}
	})
}

func TestFuncName(t *testing.T) {
	src := "package p\nfunc F() {}\nfunc (T) A() {}\nfunc (t *T) B() {}\nfunc (g *G[K, V]) C() {}\nfunc (g G[K]) D() {}\nfunc (*(T)) E() {}\n"
	file, err := parser.ParseFile(token.NewFileSet(), "a.go", src, parser.SkipObjectResolution)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, d := range file.Decls {
		got = append(got, FuncName(d.(*ast.FuncDecl)))
	}
	if want := []string{"F", "T.A", "(*T).B", "(*G).C", "G.D", "(*T).E"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}
