package proto

import (
	"errors"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
)

const head = "syntax = \"proto3\";\npackage a.v1;\noption go_package = \"example.com/m/a/v1;av1\";\n"

// sources makes files of pairs of a name and a content.
func sources(pairs ...string) fstest.MapFS {
	src := fstest.MapFS{}
	for i := 0; i < len(pairs); i += 2 {
		src[pairs[i]] = &fstest.MapFile{Data: []byte(pairs[i+1])}
	}
	return src
}

func TestFaults(t *testing.T) {
	const name = "a/v1/a.proto"
	imports := func(of, path string) string {
		return strings.ReplaceAll(head, "a.v1", of+".v1") + "import \"" + path + "\";\n"
	}
	o := Options{Base: "example.com/m", Package: "av1"}
	for _, c := range []struct {
		about string
		src   fstest.MapFS
		want  []string
	}{
		{"not there", sources(), []string{name + ": there is no such file; name a .proto file that can be read"}},
		{"a folder", sources(name+"/b.proto", ""), []string{name + ": it is not a regular file; name a .proto file that can be read"}},
		{"empty", sources(name, ""), []string{name + `:1:1: it has no go_package; write option go_package = "example.com/m/a/v1";`}},
		{
			"a number", sources(name, head+"message A {}\nmessage B { string s = 0; }\n"),
			[]string{name + ":5:24: tag number 0 must be greater than zero; correct the declaration"},
		},
		{
			"syntax, twice", sources(name, head+"message A { string }\nmessage B { string s = 1; }\nmessage C { int32 = 1; }\n"),
			[]string{
				name + ":4:20: syntax error: unexpected '}'; correct what stands there or just before it",
				name + ":6:19: syntax error: unexpected '='; correct what stands there or just before it",
			},
		},
		{
			"unknown types, twice", sources(name, head+"message A { Missing m = 1; }\nmessage B { Lost l = 1; }\n"),
			[]string{
				name + ":4:13: field a.v1.A.m: unknown type Missing; correct the name, or import the file that declares it",
				name + ":5:13: field a.v1.B.l: unknown type Lost; correct the name, or import the file that declares it",
			},
		},
		{
			"imports that are missing", sources(name, imports("a", "b.proto")+"import \"../c.proto\";\nimport \"google/api/annotations.proto\";\n"),
			[]string{
				name + `:4:8: the import "b.proto" cannot be read: there is no such file; correct the path, which starts at the root of the sources, or put the file there`,
				name + `:5:8: the import "../c.proto" cannot be read: it is no path below the root of the sources; correct the path, which starts at the root of the sources, or put the file there`,
				name + `:6:8: the import "google/api/annotations.proto" cannot be read: there is no such file; correct the path, which starts at the root of the sources, or put the file there`,
			},
		},
		{
			"a circle", sources(name, imports("a", "b.proto"), "b.proto", imports("b", "c.proto"), "c.proto", imports("c", "b.proto")),
			[]string{"c.proto:4:8: the imports go round in a circle: b.proto, c.proto, b.proto; move what both need to a file of its own"},
		},
		{
			"itself", sources(name, imports("a", name)),
			[]string{name + ":4:8: the imports go round in a circle: a/v1/a.proto, a/v1/a.proto; move what both need to a file of its own"},
		},
		{
			"a fault in an import", sources(name, imports("a", "b.proto"), "b.proto", "message {}"),
			[]string{"b.proto:1:9: syntax error: unexpected '{'; correct what stands there or just before it"},
		},
		{
			"an import without go_package", sources(name, imports("a", "b.proto"), "b.proto", "syntax = \"proto3\";\n"),
			[]string{"b.proto:1:1: it has no go_package; say with option go_package which Go package it becomes part of"},
		},
		{
			"another folder", sources(name, strings.ReplaceAll(head, "m/a/v1", "m/b/v1")),
			[]string{name + `:3:1: go_package is "example.com/m/b/v1", but the module and the folder make it "example.com/m/a/v1"; write that in option go_package, or move the file`},
		},
		{
			"another package", sources(name, strings.ReplaceAll(head, ";av1", "")),
			[]string{name + `:3:1: go_package makes it package v1, but the Go of its folder is package av1; write option go_package = "example.com/m/a/v1;av1";`},
		},
		{
			"names twice", sources(name, head+"message A {}\nenum A { B = 0; }\n"),
			[]string{name + `:5:6: symbol "a.v1.A" already defined at a/v1/a.proto:4:9; give one of the two another name`},
		},
		{
			"numbers twice", sources(name, head+"message A { string a = 1; string b = 1; }\n"),
			[]string{name + `:4:38: message a.v1.A: fields a and b both have the same tag 1; give one of the two another number`},
		},
		{
			"an option that is unknown", sources(name, head+"message A { option (b.c) = true; }\n"),
			[]string{name + `:4:20: message a.v1.A: unknown extension b.c; correct the name, or import the file that declares it`},
		},
		{
			"deep", sources(name, head+strings.Repeat("message A {\n", 65)),
			[]string{name + ":68:1: it is nested more than 64 deep; declare what is inside on its own"},
		},
		{
			"deep in comments and strings", sources(name, head+"/*"+strings.Repeat("{\n", 100)+"*///"+strings.Repeat("(", 100)+"\nmessage A { string s = 1 [json_name = \"\\\""+strings.Repeat("<", 100)+"\"]; Missing m = 2; }"),
			[]string{name + ":105:146: field a.v1.A.m: unknown type Missing; correct the name, or import the file that declares it"},
		},
		{"a long name", sources(name, head+"\nmessage "+strings.Repeat("a", 1001)+" {}"), []string{name + ":5:1: a name in it has more than 1000 characters; give it a shorter one"}},
		{"Latin-1", sources(name, head+"// caf\xe9\n"), []string{name + ":4:7: it is not in UTF-8; save it in that encoding"}},
		{"large", sources(name, strings.Repeat("\n", maxSize+1)), []string{name + ": it has 4194305 bytes, more than 4194304; name a .proto file that can be read"}},
	} {
		t.Run(c.about, func(t *testing.T) {
			files, err := Generate(c.src, o, name)
			if len(files) > 0 {
				t.Errorf("half a result: %d files", len(files))
			}
			var got []string
			for _, f := range Faults(err) {
				got = append(got, f.Error())
			}
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Errorf("%v\n-want +got:\n%s", err, diff)
			}
		})
	}
}

func TestFaultsOf(t *testing.T) {
	a, b := &Fault{File: "a"}, &Fault{File: "b"}
	if got := Faults(join([]*Fault{b, a, b})); !cmp.Equal([]*Fault{a, b}, got) {
		t.Errorf("got %v", got)
	}
	if Faults(nil) != nil || Faults(errors.New("another")) != nil || join(nil) != nil {
		t.Error("faults of nothing")
	}
}

// Whatever the sources hold, there are files or faults, and no panic.
func FuzzGenerate(f *testing.F) {
	corpus := []string{
		head, head + "message A { map<string, A> m = 1; }\nservice S { rpc R(stream A) returns (A); }\n",
		"edition = \"2023\";\noption go_package = \"x.y/z\";\nmessage M { int32 a = 1 [features.field_presence = IMPLICIT]; }\n",
		"option go_package = \"x.y/z\";\nimport \"google/protobuf/descriptor.proto\";\nextend google.protobuf.FieldOptions { optional string o = 50000; }\nmessage M { optional group G = 1 { optional int32 a = 2 [(o) = \"x\"]; } extensions 100 to max; }\n",
		head + "import \"b.proto\";\n// c\n/* d */ message A { oneof o { string a = 1; B b = 2; } reserved 4 to 5, 7; reserved \"x\"; }\n",
		"\xff\xfe\x00", "syntax=\"proto3\";;;;", "message A { optional double d = 1 [default = -nan]; }", `option go_package = "\x00\n;";`,
		"edition = '2024'; option go_package=\"a.b/c\"; import option \"b.proto\"; export message M { local enum E { X = 0; } }",
		"option go_package=\"a.b/c;func\";service\u00e9 S{}", "syntax = 'proto3'; option go_package='a.b/../c'; message _ { string _ = 1; } enum __ { ___ = 0; } service S { rpc _(_)returns(_); }",
	}
	for _, text := range corpus {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		src := sources("a.proto", text, "b.proto", "syntax = \"proto3\"; option go_package = \"x.y/b\"; message B {}")
		files, err := Generate(src, Options{}, "a.proto")
		if err == nil && len(files) == 0 || err != nil && len(files) > 0 {
			t.Fatalf("%d files, %v", len(files), err)
		}
		for _, fault := range Faults(err) {
			if strings.Contains(fault.Error(), "\n") || strings.Contains(fault.Problem, "gave up") {
				t.Errorf("%q", fault.Error())
			}
		}
		if err != nil && Faults(err) == nil {
			t.Errorf("no fault: %v", err)
		}
	})
}
