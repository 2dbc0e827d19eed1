package stamp

import (
	"go/ast"
	"go/importer"
	"go/parser"
	"go/token"
	"go/types"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// checker type-checks files, and what they import once.
type checker struct {
	fset *token.FileSet
	from types.Importer
}

func newChecker() checker {
	fset := token.NewFileSet()
	return checker{fset, importer.ForCompiler(fset, "source", nil)}
}

func (c checker) check(t *testing.T, src string) (*types.Package, []*ast.File) {
	t.Helper()
	f, err := parser.ParseFile(c.fset, "a.go", src, parser.ParseComments)
	if err != nil {
		t.Fatal(err)
	}
	config := types.Config{Importer: c.from, IgnoreFuncBodies: true}
	pkg, err := config.Check("example.com/m/a", c.fset, []*ast.File{f}, nil)
	if err != nil {
		t.Fatal(err)
	}
	return pkg, []*ast.File{f}
}

// described returns what Describe says of the type Store in a file.
func (c checker) described(t *testing.T, src string) string {
	t.Helper()
	pkg, files := c.check(t, src)
	return Describe(pkg, files, pkg.Scope().Lookup("Store").Type())
}

const store = `package a

import (
	"context"
	"io"
	"time"
)

type (
	Order  struct { Customer *Customer; Note string }
	Customer struct { ID CustomerID; Age int }
	CustomerID string
)

func (c CustomerID) Mask() string { return "" }

type Base interface {
	// Ping pings.
	Ping(ctx context.Context) error
}

// Store keeps orders.
//
//gen:span kind=client
type Store interface {
	// Get gets.
	//gen:attr order.id=id
	Get(ctx context.Context, id string) (*Order, error)
	//gen:attr customer.id=order.Customer.ID
	Put(
		ctx context.Context,
		order Order, //gen:attr order
		ttl time.Duration,
	) error
	Base
	io.Closer
	List(ctx context.Context) Stream
}

type Stream interface { Recv() (Order, error) }

type Other interface { X() }
`

// Each edit of the file changes the description, or does not.
func TestDescribeChanges(t *testing.T) {
	types := newChecker()
	want := types.described(t, store)
	if again := types.described(t, store); again != want {
		t.Fatal("two descriptions of one file differ")
	}
	for _, c := range []struct {
		old, new string
		same     bool
	}{
		{"id string) (*Order", "key string) (*Order", false},
		{"id string) (*Order", "id []byte) (*Order", false},
		{"id string) (*Order", "id string, more ...int) (*Order", false},
		{"(*Order, error)", "(o *Order, err error)", false},
		{"(*Order, error)", "(Order, error)", false},
		{"type Store interface", "type Store interface { Added() }; type Gone interface", false},
		{"type Store interface {", "type Store interface {\n\tAdded()", false},
		{"\tio.Closer\n", "", false},
		{"\tio.Closer\n", "\tClose() error\n", false},
		{"Ping(ctx context.Context) error", "Pong(ctx context.Context) error", false},
		{"// Ping pings.", "//gen:span skip=\"noise\"", false},
		{"//gen:span kind=client", "//gen:span kind=server", false},
		{"//gen:attr order.id=id", "//gen:attr order.key=id", false},
		{"\t//gen:attr order.id=id\n", "", false},
		{"order Order, //gen:attr order\n", "order Order,\n", false},
		{"order Order, //gen:attr order\n\t\tttl time.Duration,", "order Order,\n\t\tttl time.Duration, //gen:attr order", false},
		{"CustomerID string", "CustomerID int", false},
		{"{ ID CustomerID;", "{ ID string;", false},
		{"Customer *Customer;", "Customer Customer;", false},
		{"Recv() (Order, error)", "Recv() (*Order, error)", false},
		{"type Stream interface", "type Stream interface { Close() error }; type Stream2 interface", false},
		{"(c CustomerID) Mask()", "(c CustomerID) String()", false},
		{"\tList(ctx context.Context) Stream\n", "", false},
		{"\tBase\n\tio.Closer\n", "\tio.Closer\n\tBase\n", false},

		{"// Store keeps orders.", "// Store holds orders.", true},
		{"// Get gets.", "// Get returns.", true},
		{"Note string", "Note []byte; More int", true},
		{"Age int", "Age string", true},
		{"X()", "Y()", true},
		{"type (\n", "var x = 1\n\ntype (\n", true},
		{"type Base interface", "type Added int\n\ntype Base interface", true},
	} {
		changed := strings.Replace(store, c.old, c.new, 1)
		if changed == store {
			t.Fatalf("%q is not there", c.old)
		}
		if got := types.described(t, changed); (got == want) != c.same {
			t.Errorf("%q for %q: same is %v\n%s", c.new, c.old, got == want, cmp.Diff(want, got))
		}
	}
}

// Vet sees export data of the packages that an interface comes from; there the description
// has to be the same.
func TestDescribeExportData(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, "go.mod", "module example.com/m\n\ngo 1.24\n")
	write(t, dir, "a/a.go", everything)
	write(t, dir, "b/b.go", "package b\n\nimport \"example.com/m/a\"\n\ntype Alias = a.Store[string, int]\n")
	list := exec.Command("go", "list", "-export", "-deps", "-f", "{{.ImportPath}} {{.Export}}", "./b")
	list.Dir, list.Env = dir, append(os.Environ(), "GOFLAGS=", "GOWORK=off", "GOPROXY=off")
	out, err := list.CombinedOutput()
	if err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	exports := map[string]string{}
	for line := range strings.Lines(string(out)) {
		name, file, _ := strings.Cut(strings.TrimSpace(line), " ")
		exports[name] = file
	}
	fromSource, _ := newChecker().check(t, everything)
	open := func(path string) (io.ReadCloser, error) { return os.Open(exports[path]) }
	fromExport, err := importer.ForCompiler(token.NewFileSet(), "gc", open).Import("example.com/m/a")
	if err != nil {
		t.Fatal(err)
	}
	other := types.NewPackage("example.com/m/b", "b")
	for _, name := range []string{"Store", "Alias", "Generic", "Plain"} {
		want := Describe(other, nil, fromSource.Scope().Lookup(name).Type())
		got := Describe(other, nil, fromExport.Scope().Lookup(name).Type())
		if diff := cmp.Diff(want, got); diff != "" || want == "" {
			t.Errorf("%s: -source +export data:\n%s", name, diff)
		}
	}
}

const everything = `package a

import (
	"cmp"
	"context"
	"io"
	"iter"
	"net/http"
	"time"
	"unsafe"
)

type Number interface { ~int | ~float64 }

type Point struct { X, Y int }

func (p *Point) String() string { return "" }

type Generic[T any] = Store[string, int]

type Plain interface { http.Handler; error }

type Alias = Plain

type Store[K cmp.Ordered, V Number] interface {
	Get(context.Context, K) (V, error)
	All(ctx context.Context, _ string, rest ...any) iter.Seq2[K, V]
	Strange(a [4]chan<- (<-chan int), b func(x int, _ ...string) (y, z error), c struct { io.Reader; Tag string ` + "`json:\"x\"`" + ` }, d interface { io.Writer; Do(n int) }, e unsafe.Pointer)
	Aliased(a Alias, b any, c interface{}, d []*Point, e map[string]time.Duration)
	io.ReadCloser
	Time() (at time.Time)
}
`

func write(t *testing.T, dir, name, content string) {
	t.Helper()
	full := filepath.Join(dir, filepath.FromSlash(name))
	if err := os.MkdirAll(filepath.Dir(full), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(full, []byte(content), 0o644); err != nil {
		t.Fatal(err)
	}
}
