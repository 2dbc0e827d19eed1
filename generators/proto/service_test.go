package proto

import (
	"go/parser"
	"go/token"
	"io/fs"
	"path"
	"reflect"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/mintwright/mintwright/blueprints"
	"github.com/mintwright/mintwright/internal/names"
	"github.com/mintwright/mintwright/internal/tree"
)

const ordersModule = "example.com/acme/orders"

func TestService(t *testing.T) {
	for _, c := range []struct {
		more []string
		want []string
	}{
		{nil, []string{"generate.go", "greetings.pb.go", "greetings.proto", "greetings_grpc.pb.go"}},
		{[]string{"peers"}, []string{
			"generate.go", "greetings.pb.go", "greetings.proto", "greetings_grpc.pb.go",
			"peers.pb.go", "peers.proto", "peers_grpc.pb.go",
		}},
	} {
		files, err := Service(ordersModule, "order-book", c.more...)
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, f := range checkTree(t, files) {
			dir, name := path.Split(f.Path)
			if dir != "proto/order_book/v1/" {
				t.Errorf("folder of %s", f.Path)
			}
			got = append(got, name)
		}
		if diff := cmp.Diff(c.want, got); diff != "" {
			t.Errorf("-want +got:\n%s", diff)
		}
	}
}

// checkTree refuses files that cannot stand in a service, and traces of the blueprint.
func checkTree(t *testing.T, files []tree.File) tree.Tree {
	t.Helper()
	made, err := tree.New(files...)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range made {
		for _, trace := range []string{"ordersv1", "orders.v1", "orders/v1", "mintwright"} {
			if strings.Contains(string(f.Content), trace) {
				t.Errorf("%s holds %q", f.Path, trace)
			}
		}
		if want := map[bool]tree.Owner{true: tree.Generated, false: tree.Yours}[strings.HasSuffix(f.Path, ".pb.go")]; f.Owner != want {
			t.Errorf("owner of %s: want %s, got %s", f.Path, want, f.Owner)
		}
	}
	return made
}

// The blueprint is the contract of a service called orders in its own module.
func TestServiceIsTheBlueprint(t *testing.T) {
	files, err := Service(blueprints.ServicePath, "orders", "peers", "archive")
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		want, err := fs.ReadFile(blueprints.FS(), "service/"+f.Path)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(string(want), string(f.Content)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", f.Path, diff)
		}
	}
}

// A name may mean something to Go or to the compiler; the contract is made all the same.
func TestServiceNames(t *testing.T) {
	for _, name := range []string{
		"a", "a-1-b", "a--b", "type", "func", "message", "package", "import", "syntax", "option", "service", "rpc",
		"string", "stream", "returns", "enum", "map", "group", "google", "grpc", "context", "greeting", "v1",
		"true", "inf", "nan", "to", "max", "oneof", "reserved", "extend", "edition", "public", "weak", "optional",
		strings.Repeat("a", names.MaxLabel), strings.Repeat("a-", names.MaxLabel/2) + "z",
	} {
		offered, err := Service(ordersModule, name, "peers")
		if err != nil {
			t.Error(err)
			continue
		}
		called, err := Called(ordersModule, name)
		if err != nil {
			t.Error(err)
			continue
		}
		checkTree(t, called)
		for _, f := range checkTree(t, offered) {
			if path.Ext(f.Path) != ".go" {
				continue
			}
			parsed, err := parser.ParseFile(token.NewFileSet(), f.Path, f.Content, parser.PackageClauseOnly)
			if err != nil || parsed.Name.Name != names.ProtoGo(name) {
				t.Errorf("%s: package %v, %v", f.Path, parsed.Name, err)
			}
		}
	}
}

func TestCalled(t *testing.T) {
	files, err := Called(ordersModule, "ledger")
	if err != nil {
		t.Fatal(err)
	}
	made := checkTree(t, files)
	const want = `// What this service uses of the contract of ledger, which that service defines.

syntax = "proto3";

package ledger.v1;

option go_package = "example.com/acme/orders/proto/ledger/v1;ledgerv1";

// GreetingService greets by name.
service GreetingService {
`
	f, _ := made.Lookup("proto/ledger/v1/greetings.proto")
	if got, _, _ := strings.Cut(string(f.Content), "  // GetGreeting"); got != want {
		t.Errorf("-want +got:\n%s", cmp.Diff(want, got))
	}
	f, _ = made.Lookup("proto/ledger/v1/generate.go")
	if !strings.HasPrefix(string(f.Content), "// Package ledgerv1 is the gRPC contract of ledger as Go, made of") {
		t.Errorf("got\n%s", f.Content)
	}
	if _, found := made.Lookup("proto/ledger/v1/peers.proto"); found {
		t.Error("a caller has no use for the peers of another service")
	}
}

func TestSameBytes(t *testing.T) {
	first, err := Service(ordersModule, "orders", "peers", "archive")
	if err != nil {
		t.Fatal(err)
	}
	for range 10 {
		again, err := Service(ordersModule, "orders", "peers", "archive")
		if err != nil {
			t.Fatal(err)
		}
		if !reflect.DeepEqual(first, again) {
			t.Fatal("the files differ from one time to the next")
		}
	}
}

func BenchmarkService(b *testing.B) {
	for b.Loop() {
		if _, err := Service(ordersModule, "orders", "peers", "archive"); err != nil {
			b.Fatal(err)
		}
	}
}
