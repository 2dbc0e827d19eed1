package proto

import (
	"os"
	"path/filepath"
	"slices"
	"testing"
	"testing/fstest"

	"github.com/bufbuild/protocompile/linker"
	"google.golang.org/protobuf/reflect/protoreflect"
)

func TestNames(t *testing.T) {
	for _, c := range []struct{ name, pascal, lower, upper string }{
		{"", "", "", ""},
		{"a", "A", "a", "A"},
		{"fooBar", "FooBar", "foo_bar", "FOO_BAR"},
		{"FooBar", "FooBar", "foo_bar", "FOO_BAR"},
		{"foo_bar", "FooBar", "foo_bar", "FOO_BAR"},
		{"HTTPServer", "HTTPServer", "http_server", "HTTP_SERVER"},
		{"fooBAR", "FooBAR", "foo_bar", "FOO_BAR"},
		{"v1Beta", "V1Beta", "v1_beta", "V1_BETA"},
		{"foo1", "Foo1", "foo1", "FOO1"},
		{"foo__bar", "FooBar", "foo_bar", "FOO_BAR"},
		{"_foo_", "Foo", "foo", "FOO"},
		{"A1B", "A1B", "a1b", "A1B"},
		{"a.b-c", "ABC", "a_b_c", "A_B_C"},
	} {
		if p, l, u := pascal(c.name), lowerSnake(c.name), upperSnake(c.name); p != c.pascal || l != c.lower || u != c.upper {
			t.Errorf("%s: got %s, %s, %s", c.name, p, l, u)
		}
	}
	for pkg, want := range map[string]bool{
		"a.v1": true, "a.v1beta1": true, "a.v1alpha": true, "a.v2p1beta1": true, "a.v1test": true, "a.v12": true, "a.v1testing": true,
		"": false, "a": false, "v1": false, "a.v0": false, "a.v1.b": false, "a.v1p1": false, "a.v1beta0": false, "a.w1": false,
	} {
		if hasVersion(pkg) != want {
			t.Errorf("%s: want %t", pkg, want)
		}
	}
}

// Each rule has a case that breaks it, and no case breaks a rule that is not in the list.
func TestRules(t *testing.T) {
	dir := t.TempDir()
	for name, text := range map[string]string{
		"go.mod":           "module example.com/m\n",
		"a/Bad.proto":      "package A;\nimport public \"b/v1/b.proto\";\nimport \"b/v1/c.proto\";\nmessage bad { required string Name = 1; oneof Pick { string x = 2; } optional C.c c = 3; message C { enum c { option allow_alias = true; one = 1; TWO = 1; C_ZERO = 0; } } }\nservice worse { rpc get(bad) returns (bad); rpc Put(bad) returns (bad); }\n",
		"a/none.proto":     "syntax = \"proto3\";\n",
		"b/v1/b.proto":     "syntax = \"proto3\";\npackage b.v1;\noption go_package = \"x.y/b\";\noption csharp_namespace = \"X\";\noption java_multiple_files = true;\noption java_package = \"x\";\noption php_namespace = \"X\";\noption ruby_package = \"X\";\noption swift_prefix = \"X\";\n",
		"b/v1/c.proto":     "syntax = \"proto3\";\npackage b.v1;\nimport \"d/v1/d.proto\";\nmessage C { d.v1.D d = 1; }\n",
		"d/v1/d.proto":     "syntax = \"proto3\";\npackage d.v1;\nimport \"b/v1/b.proto\";\nmessage D {}\n",
		"d/other/d2.proto": "syntax = \"proto3\";\npackage d.v1;\n",
	} {
		put(t, filepath.Join(dir, name), []byte(text))
	}
	found, err := Lint(t.Context(), Site{Dir: dir, Environ: append(os.Environ(), "GOWORK=off")}, Choices{Root: "."}, "./...")
	if err != nil {
		t.Fatal(err)
	}
	var broken []string
	for _, f := range found {
		if broken = append(broken, f.Rule); !isRule(f.Rule) || f.Line < 1 || f.Column < 1 || f.Remedy == "" {
			t.Errorf("%+v", f)
		}
	}
	for _, rule := range Rules() {
		if !slices.Contains(broken, rule) {
			t.Errorf("nothing breaks %s", rule)
		}
	}
	if !slices.IsSorted(Rules()) {
		t.Error("the rules are not sorted")
	}
}

// Whatever can be compiled can be looked at, and breaks nothing of itself.
func FuzzLook(f *testing.F) {
	for _, text := range []string{
		head, head + "message a { map<string, a> m = 1; oneof O { string s = 2; } reserved 5 to 9, 20; reserved \"x\"; }\nservice s { rpc r(stream a) returns (a); }\n",
		"edition = \"2023\";\npackage A.b;\nenum e { option features.enum_type = CLOSED; X = 3; }\nmessage M { int32 a = 1 [features.field_presence = IMPLICIT]; }\n",
		"message M { optional group G = 1 { optional int32 a = 2 [default = 3]; } extensions 100 to max; required M n = 3; }\nextend M { optional M x = 100; }\n",
		"edition = '2024'; export message M { local enum E { X = 0; } E e = 1; }",
		"// gen:lint-ignore\nsyntax = 'proto3'; // gen:lint-ignore X\nmessage M {}\n",
	} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		c := newCompiler(reader(fstest.MapFS{"a.proto": {Data: []byte(text)}}))
		if err := c.all([]string{"a.proto"}); err != nil {
			t.Skip()
		}
		files := c.descriptors([]string{"a.proto"})
		(&linter{files: results(files)}).look()
		b := &breaks{before: newIndex(files), now: newIndex(files)}
		if b.files(files); len(b.found) > 0 {
			t.Errorf("it breaks itself: %v", b.found)
		}
	})
}

func results(files []protoreflect.FileDescriptor) (list []linker.Result) {
	for _, f := range files {
		list = append(list, f.(linker.Result))
	}
	return list
}

// What git could print is an object or an error.
func FuzzNextObject(f *testing.F) {
	f.Add([]byte("0123 blob 3\nabc\n"))
	f.Add([]byte("0123 blob 3\nabc"))
	f.Add([]byte("0123 missing\n"))
	f.Add([]byte("0123 blob 99999999999999999999\nabc\n"))
	f.Add([]byte("0123 blob -1\n"))
	f.Fuzz(func(t *testing.T, out []byte) {
		for range 10 {
			content, rest, err := nextObject(out)
			if err != nil {
				return
			}
			if len(content)+len(rest) >= len(out) {
				t.Fatalf("%q and %q of %q", content, rest, out)
			}
			out = rest
		}
	})
}
