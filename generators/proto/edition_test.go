package proto

import (
	"io/fs"
	"os"
	"path"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// Each file of edition 2024 in the module of protobuf becomes what protoc made of it, which its
// authors committed, without what says and checks versions.
func TestEdition2024(t *testing.T) {
	src := os.DirFS(moduleDir(t, "google.golang.org/protobuf"))
	compared := 0
	for _, name := range protoFiles(t, src) {
		text, err := fs.ReadFile(src, name)
		if err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(string(text), `edition = "2024";`) {
			continue
		}
		t.Run(name, func(t *testing.T) {
			none := "internal/testprotos/test/test_nopackage.proto" // it has no go_package
			j := job{names: []string{name}, mapped: map[string]string{none: "google.golang.org/protobuf/" + strings.TrimSuffix(none, ".proto")}}
			files, err := generate(t.Context(), reader(src), j)
			if err != nil {
				t.Fatal(err)
			}
			made := strings.TrimSuffix(name, ".proto") + ".pb.go"
			committed, err := fs.ReadFile(src, made)
			if err != nil { // it lies in a folder of its own
				committed, err = fs.ReadFile(src, path.Join(path.Dir(name), strings.TrimSuffix(path.Base(name), ".proto"), path.Base(made)))
			}
			if err != nil {
				t.Fatal(err)
			}
			want, got := withoutVersions(string(committed)), withoutVersions(string(files[0].Content))
			if diff := cmp.Diff(strings.Split(want, "\n"), strings.Split(got, "\n")); diff != "" {
				t.Errorf("-want +got:\n%.3000s", diff)
			}
			compared++
		})
	}
	if compared < 8 {
		t.Errorf("%d files compared", compared)
	}
}

// What edition 2024 has beside: who may use what, and imports for options alone.
func TestEdition2024Faults(t *testing.T) {
	const edition = "edition = \"2024\";\n"
	b := edition + `package b;
option go_package = "x.y/b";
message Open { message Inner {} export message Shown {} local enum Kind { KIND_UNSPECIFIED = 0; } }
local message Hidden {}
`
	for _, c := range []struct{ about, src, want string }{
		{"exported", "import \"b.proto\";\nmessage A { b.Open o = 1; b.Open.Shown s = 2; map<string, b.Open> m = 3; local message export {} }\n", ""},
		{"local", "import \"b.proto\";\nmessage A {\n  b.Hidden h = 1;\n}\n", "a.proto:6:3: b.Hidden is local to b.proto; write export before it there, or use another"},
		{"local inside", "import \"b.proto\";\nmessage A {\n  repeated b.Open.Inner i = 1;\n}\n", "a.proto:6:12: b.Open.Inner is local to b.proto; write export before it there, or use another"},
		{"a call", "import \"b.proto\";\nmessage A {}\nservice S { rpc R(A) returns (b.Hidden); }\n", "a.proto:6:31: b.Hidden is local to b.proto; write export before it there, or use another"},
		{"own", "local message L {}\nmessage A { L l = 1; }\n", ""},
		{"for options", "import option \"google/protobuf/go_features.proto\";\noption features.(pb.go).api_level = API_OPEN;\nmessage A {}\n", ""},
		{"no edition of it", "export export message A {}\n", "a.proto:4:1: syntax error: unexpected identifier; correct what stands there or just before it"},
	} {
		t.Run(c.about, func(t *testing.T) {
			src := sources("a.proto", edition+"package a;\noption go_package = \"x.y/a\";\n"+c.src, "b.proto", b)
			files, err := Generate(src, Options{}, "a.proto")
			got := ""
			if err != nil {
				got = err.Error()
			}
			if got != c.want {
				t.Errorf("want %q, got %q", c.want, got)
			}
			if err == nil && !strings.Contains(string(files[0].Content), "package a\n") {
				t.Error("no Go")
			}
		})
	}
}
