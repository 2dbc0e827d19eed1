package source

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

func TestWithoutBodies(t *testing.T) {
	for _, c := range []struct{ name, source, want string }{
		{"one line", "func f() { return }\ntype T int", "func f() {}\ntype T int"},
		{"lines stay", "func f() {\n\tg()\n\n}\ntype T int", "func f() {\n\n\n}\ntype T int"},
		{"braces in the signature", "func f(a struct{ b int }) interface{ M() } { return nil }", "func f(a struct{ b int }) interface{ M() } {}"},
		{"a result in parentheses", "func (t *T[K]) f() (a map[K]struct{}, err error) { x }", "func (t *T[K]) f() (a map[K]struct{}, err error) {}"},
		{"constraints", "func f[T interface{ ~int }, U struct {}](t T) { x }", "func f[T interface{ ~int }, U struct {}](t T) {}"},
		{"struct before a brace of the body", "func f() struct{} { x }", "func f() struct{} {}"},
		{"braces in texts", "func f() { a := \"}\"; b := '}'; c := `}`; /* } */ // }\n}\nvar x = 1", "func f() {\n}\nvar x = 1"},
		{"escapes", `func f() { a := "\"}"; b := '\''; c := '\\' }`, "func f() {}"},
		{"no body", "func f(int) int\nfunc g() { x }", "func f(int) int\nfunc g() {}"},
		{"no body, comment", "func f(int) int // {\nvar x = 1", "func f(int) int // {\nvar x = 1"},
		{"literals stay", "var f = func() { x }\nvar g = []func() int{h, i}", "var f = func() { x }\nvar g = []func() int{h, i}"},
		{"two on a line", "func f() { x }; func g() { y }", "func f() {}; func g() {}"},
		{"types stay", "type T struct { f func() }\ntype I interface {\n\tM() // {\n}", "type T struct { f func() }\ntype I interface {\n\tM() // {\n}"},
		{"a body that is not closed", "func f() {\n\tif {\n\nfunc g() { x }\ntype T int", "func f() {\n\n}\nfunc g() {}\ntype T int"},
		{"not closed, then a method", "func f() {\n\t(\nfunc (t T) g() { x }", "func f() {\n}\nfunc (t T) g() {}"},
		{"not closed at the end", "func f() { x", "func f() { x"},
		{"a call of a literal is none", "func f() {\nfunc () { x }()\n}\nvar y int", "func f() {\n\n}\nvar y int"},
		{"a text that is not closed", "var a = \"x\nfunc f() { y }", "var a = \"x\nfunc f() {}"},
		{"a comment that is not closed", "func f() { /* x }", "func f() { /* x }"},
		{"signature that is not closed", "func f(", "func f("},
		{"division", "var a = 4 / 2\nfunc f() { 1 / 2 }", "var a = 4 / 2\nfunc f() {}"},
		{"other letters", "func Größe() { x }\nvar größe int", "func Größe() {}\nvar größe int"},
		{"names with func in them", "var func1, afunc = 1, 2\nfunc f() { x }", "var func1, afunc = 1, 2\nfunc f() {}"},
	} {
		if got := string(withoutBodies([]byte(c.source))); got != c.want {
			t.Errorf("%s:\nwant %q\ngot  %q", c.name, c.want, got)
		}
	}
}

// What is declared, and where, is the same without bodies, for everything that is Go.
func FuzzWithoutBodies(f *testing.F) {
	for _, body := range []string{
		"func f() {\n\tfunc () {}()\n}", "func (t *T) f() (a struct{}, b interface{ M() }) { x := \"}\"; y := '}'; z := `}` }",
		"var v = []func() int{f, g}\nfunc g() /* { */ int { return 1 / 2 } // }", "func f()\nfunc g[T interface{ ~int }](T) {}\nvar a = func() { x }",
		"func f() struct{ a int } { return struct{ a int }{1} }; type T interface { M(func() struct{}) }",
	} {
		f.Add([]byte("package p\n\n" + body + "\n"))
	}
	f.Fuzz(sameDeclarations)
}

func sameDeclarations(t *testing.T, source []byte) {
	stripped := withoutBodies(source)
	fset := token.NewFileSet()
	want, err := parser.ParseFile(fset, "a.go", source, parser.SkipObjectResolution)
	if err != nil {
		return
	}
	got, err := parser.ParseFile(fset, "a.go", stripped, parser.SkipObjectResolution)
	if err != nil {
		t.Fatalf("%v\n%s", err, stripped)
	}
	if a, b := outline(fset, want), outline(fset, got); a != b {
		t.Errorf("want %.300s\ngot %.300s", a, b)
	}
}

// outline tells where which name is declared.
func outline(fset *token.FileSet, f *ast.File) string {
	var b strings.Builder
	for _, d := range f.Decls {
		ast.Inspect(d, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.BlockStmt:
				return false
			case *ast.Ident:
				fmt.Fprintf(&b, "%s:%d ", n.Name, fset.PositionFor(n.Pos(), false).Line)
			}
			return true
		})
	}
	return b.String()
}

// The standard library is all the Go there is.
func TestWithoutBodiesOfLibrary(t *testing.T) {
	if testing.Short() {
		t.Skip("reads the whole standard library")
	}
	root, err := exec.Command("go", "env", "GOROOT").Output()
	if err != nil {
		t.Fatal(err)
	}
	names, err := filepath.Glob(filepath.Join(strings.TrimSpace(string(root)), "src", "*", "*.go"))
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range names {
		content, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		sameDeclarations(t, content)
	}
	t.Logf("%d files", len(names))
}
