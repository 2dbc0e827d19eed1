package source

import (
	"fmt"
	"go/ast"
	"go/format"
	"go/importer"
	"go/parser"
	"go/token"
	"go/types"
	"strings"
	"testing"

	"github.com/dave/jennifer/jen"

	"github.com/mintwright/mintwright/internal/names"
)

// kinds is a type of each kind that the language has, as the type of a variable in a file that
// declares what they mention.
var kinds = [...]string{
	"bool", "string", "int", "int8", "uint64", "uintptr", "float32", "complex128", "byte", "rune", "error", "any",
	"unsafe.Pointer", "*int", "**T", "[]byte", "[3]int", "[0]struct{}", "[1 << 40]byte", "[size][]string", "map[string]int", "map[[2]int]map[T]any",
	"chan int", "chan<- int", "<-chan int", "chan (<-chan int)", "chan<- (<-chan int)", "<-chan (<-chan int)", "chan (chan<- int)",
	"(<-chan (chan int))", "chan func()", "chan<- func() (<-chan int)", "[]chan (<-chan T)", "chan chan<- chan (<-chan int)",
	"func()", "func(int)", "func(int) string", "func(a, b string, c ...string)", "func(s []string, t ...string)", "func(a byte, b uint8) (n int)", "func(a, b int) (c string, err error)", "func(...int)", "func(string, ...func(...T)) func() func()",
	"func(func(int) (int, error)) (func(), error)", "func() (<-chan int)",
	"struct{}", "struct{ A, B int; c *T }", "struct { T; *io.SectionReader; io.Reader }", "struct{ G[int]; error }",
	"struct{ A int `json:\"a,omitempty\"`; B int \"raw` \\\"quoted\\\"\" }", "struct{ _ int; F func(struct{ X int }) }",
	"interface{}", "interface{ Get() int }", "interface{ io.Reader; Get(T) error; interface{ Put() } }", "interface{ private(int) }",
	"T", "io.Reader", "*fs.PathError", "fs.WalkDirFunc", "context.Context", "time.Duration", "other.Value",
	"G[int]", "G[G[string]]", "P[string, []T]", "*P[chan (<-chan int), func(...int)]", "atomic.Pointer[T]", "iter.Seq2[string, error]",
	"Alias", "StructAlias", "GenericAlias[int]", "GenericAlias[GenericAlias[T]]", "[]Alias", "Set[string]",
	"func(yield func(K) bool)", "P[K, V]", "map[K]V", "Constrained[K]", "func(K) interface{ M(V) }",
}

const kindsFile = `package p

import (
	"context"
	"io"
	"io/fs"
	"iter"
	"sync/atomic"
	"time"
	"unsafe"

	other "reflect"
)

const size = 2

type T int

type G[A any] struct{ a A }

type P[A comparable, B any] struct { a A; b B }

type Alias = map[string]T

type StructAlias = struct{ hidden int }

type GenericAlias[A any] = []A

type Set[A comparable] = map[A]struct{}

type Bound[A any] interface{ ~*A }

type Constrained[A ~string | ~int] struct{}

var (
	_ context.Context
	_ io.Reader
	_ iter.Seq[int]
	_ fs.FS
	_ atomic.Bool
	_ time.Time
	_ unsafe.Pointer
	_ other.Value
)

func f[K ~string | ~int, V any](at %s) {}

func g[K %s, V any]() {}
`

// constraints are what can stand for a constraint besides.
var constraints = [...]string{
	"any", "comparable", "io.Reader", "~int", "int | ~string", "~[]V | ~map[string]V", "interface{ ~int; String() string }",
	"interface{ comparable; ~int | ~string }", "chan<- (<-chan V) | func(V)", "Bound[V]", "interface{ Bound[V] }",
}

// What Code prints for a type is read as the identical type again.
func TestCode(t *testing.T) {
	fset := token.NewFileSet()
	conf := types.Config{Importer: importer.ForCompiler(fset, "source", nil)}
	for _, kind := range kinds {
		t.Run(kind, func(t *testing.T) {
			want, _ := check(t, fset, conf, kind, "any")
			code := written(t, want, false)
			if got, _ := check(t, fset, conf, code, "any"); describe(want) != describe(got) {
				t.Errorf("written as %s\nwant %s\ngot  %s", code, describe(want), describe(got))
			}
		})
	}
	for _, constraint := range constraints {
		t.Run(constraint, func(t *testing.T) {
			_, want := check(t, fset, conf, "int", constraint)
			code := written(t, want, true)
			if _, got := check(t, fset, conf, "int", code); describe(want) != describe(got) {
				t.Errorf("written as %s\nwant %s\ngot  %s", code, describe(want), describe(got))
			}
			if strings.HasPrefix(code, "interface") != strings.HasPrefix(constraint, "interface") {
				t.Errorf("want it as it was, got %s", code)
			}
		})
	}
}

// What is short stays on its line, as its author would have written it.
func TestCodeIsShort(t *testing.T) {
	fset := token.NewFileSet()
	conf := types.Config{Importer: importer.ForCompiler(fset, "source", nil)}
	for _, kind := range []string{
		"struct{}", "struct{ X, Y float64 }", "interface{}", "interface{ Next() T }", "struct{ io.Reader }", "map[string]struct{ N int }",
		"func(a, b int) (c string, err error)", "interface {\n\tio.Closer\n\tRead(p []byte) (n int, err error)\n\tAll()\n}",
		"struct {\n\tA int `json:\"a\"`\n\tB int\n}",
	} {
		typ, _ := check(t, fset, conf, kind, "any")
		if got := written(t, typ, false); got != kind {
			t.Errorf("want %s, got %s", kind, got)
		}
	}
}

// check returns the type of the parameter of f, and the constraint of the first type parameter of g.
func check(t *testing.T, fset *token.FileSet, conf types.Config, kind, constraint string) (parameter, bound types.Type) {
	t.Helper()
	content := fmt.Sprintf(kindsFile, kind, constraint)
	syntax, err := parser.ParseFile(fset, "p.go", content, parser.SkipObjectResolution)
	if err != nil {
		t.Fatalf("%v\n%s", err, content)
	}
	pkg, err := conf.Check("p", fset, []*ast.File{syntax}, nil)
	if err != nil {
		t.Fatal(err)
	}
	signature := func(name string) *types.Signature { return pkg.Scope().Lookup(name).Type().(*types.Signature) }
	return signature("f").Params().At(0).Type(), signature("g").TypeParams().At(0).Constraint()
}

// written is a type as it is printed in a file of its package.
func written(t *testing.T, typ types.Type, asConstraint bool) string {
	t.Helper()
	f := jen.NewFilePathName("p", "p")
	scope := names.NewScope("reflect")
	imports := NewImports(f, scope)
	imports.AddTypes("p", typ)
	if asConstraint {
		f.Func().Id("f").Types(jen.Id("at").Add(Code(typ))).Params().Block()
	} else {
		f.Var().Id("at").Add(Code(typ))
	}
	var b strings.Builder
	if err := f.Render(&b); err != nil {
		t.Fatal(err)
	}
	_, code, _ := strings.Cut(b.String(), "at ")
	code, _, _ = strings.Cut(code, "]() {")
	code = strings.TrimSuffix(strings.TrimSpace(code), ",")
	formatted, err := format.Source([]byte(b.String()))
	if err != nil || string(formatted) != b.String() {
		t.Errorf("not formatted: %v\n%s", err, b.String())
	}
	return strings.ReplaceAll(strings.TrimSpace(code), "reflect2.", "other.")
}

// describe writes a type with everything that identity looks at; aliases by name.
func describe(t types.Type) string {
	return types.TypeString(t, func(p *types.Package) string { return p.Path() })
}
