package render

import (
	"bytes"
	"go/ast"
	"go/format"
	"go/parser"
	"go/token"
	"io/fs"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/mintwright/mintwright/blueprints"
)

func TestRewrite(t *testing.T) {
	tests := []struct{ name, in, want string }{
		{"no imports", "package p\n\nvar a  = 1\n", "package p\n\nvar a  = 1\n"},
		{"not ours", "package p\n\nimport \"b.c/from\"\n", "package p\n\nimport \"b.c/from\"\n"},
		{"the path itself", "package p\n\nimport \"a.b/from\"\n", "package p\n\nimport \"z.z/to\"\n"},
		{"only at a slash", "package p\n\nimport \"a.b/fromage\"\n", "package p\n\nimport \"a.b/fromage\"\n"},
		{"in a raw string", "package p\n\nimport `a.b/from/x`\n", "package p\n\nimport \"z.z/to/x\"\n"},
		{
			"a group of its own, a name, a dot and a blank",
			"package p\n\nimport (\n\t\"os\"\n\n\t\"a.b/from/x\"\n\ty \"a.b/from/y\"\n\t. \"a.b/from/z\"\n\t_ \"a.b/from/zz\"\n)\n",
			"package p\n\nimport (\n\t\"os\"\n\n\t\"z.z/to/x\"\n\ty \"z.z/to/y\"\n\t. \"z.z/to/z\"\n\t_ \"z.z/to/zz\"\n)\n",
		},
		{
			"sorted anew among others",
			"package p\n\nimport (\n\t\"a.b/from/x\"\n\t\"b.c/d\"\n)\n\nvar  a = x.A // as it was\n",
			"package p\n\nimport (\n\t\"b.c/d\"\n\t\"z.z/to/x\"\n)\n\nvar  a = x.A // as it was\n",
		},
		{
			"comments aligned anew",
			"package p\n\nimport (\n\t\"a.b/from/x\" // x\n\t\"b.c/longer/than/the/other\" // d\n) // end\n\nvar a = x.A\n",
			"package p\n\nimport (\n\t\"b.c/longer/than/the/other\" // d\n\t\"z.z/to/x\"                  // x\n) // end\n\nvar a = x.A\n",
		},
		{
			"strings, comments and names stay",
			"// Package p is not a.b/from.\npackage p\n\nimport \"a.b/from/x\" // \"a.b/from/x\"\n\nconst s = \"a.b/from/x\"\n\n// a.b/from/x\nvar v = x.V\n",
			"// Package p is not a.b/from.\npackage p\n\nimport \"z.z/to/x\" // \"a.b/from/x\"\n\nconst s = \"a.b/from/x\"\n\n// a.b/from/x\nvar v = x.V\n",
		},
		{
			"several declarations and a constraint",
			"//go:build linux\n\npackage p\n\nimport \"a.b/from/x\"\nimport (\n\t\"c.d/e\"\n)\n",
			"//go:build linux\n\npackage p\n\nimport \"z.z/to/x\"\nimport (\n\t\"c.d/e\"\n)\n",
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := Rewrite([]byte(tt.in), Move{"a.b/from", "z.z/to"})
			if err != nil {
				t.Fatal(err)
			}
			if string(got) != tt.want {
				t.Errorf("want\n%s\ngot\n%s", tt.want, got)
			}
		})
	}
	for _, wrong := range []string{"", "package", "package p\nimport \"a", "package p\nimport a.b", "import \"a\"", "package p\n\nimport `a.b/from/\rx`\n"} {
		if got, err := Rewrite([]byte(wrong), Move{"a.b/from", "z.z/to"}); err == nil {
			t.Errorf("%q became %q", wrong, got)
		}
	}
}

// Every file of the blueprints stays as gofmt leaves it, wherever its imports go.
func TestRewriteStaysFormatted(t *testing.T) {
	for _, src := range blueprintFiles(t) {
		for _, to := range []string{"a.a/x/internal", "zz.example/Orders/v2/internal", "github.com/spiffe/internal"} {
			got, err := Rewrite(src, Move{blueprints.ServicePath, to})
			if err != nil {
				t.Fatal(err)
			}
			formatted, err := format.Source(got)
			if err != nil || !bytes.Equal(formatted, got) {
				t.Errorf("%v: not as gofmt leaves it:\n%.400s", err, got)
			}
			if bytes.Contains(got, []byte(`"`+blueprints.ServicePath)) {
				t.Errorf("an import is left where it was:\n%.400s", got)
			}
		}
	}
}

func blueprintFiles(tb testing.TB) [][]byte {
	tb.Helper()
	var files [][]byte
	err := fs.WalkDir(blueprints.FS(), "service", func(path string, _ fs.DirEntry, err error) error {
		if err != nil || path[strings.LastIndexByte(path, '.')+1:] != "go" {
			return err
		}
		src, err := fs.ReadFile(blueprints.FS(), path)
		files = append(files, src)
		return err
	})
	if err != nil || len(files) < 20 {
		tb.Fatal(len(files), "files", err)
	}
	return files
}

// FuzzRewrite: what parses still does, with the same imports but for those that move, and the
// same declarations byte by byte; what was formatted still is.
func FuzzRewrite(f *testing.F) {
	f.Add(blueprintFiles(f)[0])
	for _, seed := range []string{
		"package p\n\nimport (\n\t\"a.b/from/x\" // x\n\t\"b.c/d\"\n) // end\n\nvar a = x.A\n",
		"package p; import \"a.b/from\"; import \"b.c\"; func f() {}",
		"package p\nimport (\n\t// doc\n\tx \"a.b/from/x\" /* one\r\ntwo */; \"os\"\n\t. `a.b/from`\n)\r\n// after\r\n",
		"//line other.go:7\npackage p\nimport \"a.b/from/x\"\n//line other.go:7\nimport \"os\"\n",
		"//go:build a\n// +build a\n\npackage p\n\nimport (\n\"a.b/from/x\"\n\"a\"\n\"z.z/to/x\"\n)",
		"package p\nimport \"C\"\nimport (\"a.b/from/x\"; \"os\")/* c */ /* d\n */ // e\nvar x = `\r`",
		"\ufeffpackage p\nimport \"a.b/from/ü\"",
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, src []byte) {
		got, err := Rewrite(src, Move{"a.b/from", "z.z/to"})
		before, fset := parsed(src)
		if before == nil {
			return // it may parse as far as its imports
		}
		if err != nil {
			if bytes.Contains(src, []byte("\r")) {
				return
			}
			t.Fatalf("%v\n%q", err, src)
		}
		after, fsetAfter := parsed(got)
		if after == nil {
			t.Fatalf("%q became %q, which does not parse", src, got)
		}
		want := imports(t, before)
		for i, p := range want {
			if moved, ok := move(p, []Move{{"a.b/from", "z.z/to"}}); ok {
				want[i] = moved
			}
		}
		if have := imports(t, after); !slices.Equal(unique(want), unique(have)) {
			t.Fatalf("want the imports %q, got %q", want, have)
		}
		if a, b := behindImports(src, before, fset), behindImports(got, after, fsetAfter); !bytes.Equal(a, b) {
			t.Fatalf("behind the imports %q became %q", a, b)
		}
		if formatted, err := format.Source(src); err == nil && bytes.Equal(formatted, src) {
			if formatted, err := format.Source(got); err != nil || !bytes.Equal(formatted, got) {
				t.Fatalf("%q was formatted, %q is not", src, got)
			}
		}
	})
}

func parsed(src []byte) (*ast.File, *token.FileSet) {
	fset := token.NewFileSet()
	file, err := parser.ParseFile(fset, "", src, parser.ParseComments|parser.SkipObjectResolution)
	if err != nil {
		return nil, nil
	}
	return file, fset
}

func imports(t *testing.T, file *ast.File) []string {
	t.Helper()
	var paths []string
	for _, spec := range file.Imports {
		p, err := strconv.Unquote(spec.Path.Value)
		if err != nil {
			t.Fatal(err)
		}
		paths = append(paths, p)
	}
	return paths
}

func unique(list []string) []string { return slices.Compact(slices.Sorted(slices.Values(list))) }

// behindImports returns the bytes from the first declaration that is no import.
func behindImports(src []byte, file *ast.File, fset *token.FileSet) []byte {
	for _, d := range file.Decls {
		if g, ok := d.(*ast.GenDecl); !ok || g.Tok != token.IMPORT {
			return src[fset.File(d.Pos()).Offset(d.Pos()):]
		}
	}
	return nil
}

func TestGroupImports(t *testing.T) {
	tests := []struct{ name, in, want string }{
		{"none", "package p\n", "package p\n"},
		{
			"three groups", "package p\n\nimport (\n\t\"os\"\n\t\"m.n/o/internal/b\"\n\tx \"a.b/c\"\n\t\"errors\"\n\t\"m.n/o/internal/a\"\n)\n",
			"package p\n\nimport (\n\t\"errors\"\n\t\"os\"\n\n\tx \"a.b/c\"\n\n\t\"m.n/o/internal/a\"\n\t\"m.n/o/internal/b\"\n)\n",
		},
		{
			"a dependency below the module's path", "package p\n\nimport (\n\t\"m.n/o/internal/a\"\n\t\"m.n/o/log\"\n)\n",
			"package p\n\nimport (\n\t\"m.n/o/log\"\n\n\t\"m.n/o/internal/a\"\n)\n",
		},
		{"one group", "package p\n\nimport \"os\"\n", "package p\n\nimport (\n\t\"os\"\n)\n"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := groupImports([]byte(tt.in), "m.n/o")
			if err != nil || string(got) != tt.want {
				t.Errorf("%v; want\n%s\ngot\n%s", err, tt.want, got)
			}
		})
	}
	for _, wrong := range []string{"", "package p\nimport \"a\"\nimport \"b\"\n", strings.Repeat("(", 9)} {
		if _, err := groupImports([]byte(wrong), "m.n/o"); err == nil {
			t.Errorf("%q is grouped", wrong)
		}
	}
}
