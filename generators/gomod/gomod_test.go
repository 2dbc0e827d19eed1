package gomod

import (
	"errors"
	"strings"
	"testing"

	"golang.org/x/mod/module"
)

// world is a small module cache:
// a.test/lib has a package whose test needs c.test/check, which no service requires, and
// needs b.test/old, which does not prune and brings d.test/deep into the graph.
const world = `go 1.26.0
root a.test/lib v1.2.0
root a.test/lib/sub v0.3.0
root b.test/old v1.0.0
root e.test/new v1.0.0
mod a.test/lib v1.2.0 1.25 h1:lib-mod
need b.test/old v1.0.0
need c.test/check v1.1.0
mod a.test/lib/sub v0.3.0 1.25 h1:sub-mod
mod b.test/old v1.0.0 - h1:old-mod
need d.test/deep v1.0.0
mod c.test/check v1.1.0 1.20 h1:check-mod
mod d.test/deep v1.0.0 1.16 h1:deep-mod
mod e.test/new v1.0.0 1.26.2 h1:new-mod
zip a.test/lib v1.2.0 h1:lib
zip a.test/lib/sub v0.3.0 h1:sub
zip b.test/old v1.0.0 h1:old
zip c.test/check v1.1.0 h1:check
zip e.test/new v1.0.0 h1:new
in a.test/lib v1.2.0
pkg a.test/lib b.test/old | c.test/check
in a.test/lib/sub v0.3.0
pkg a.test/lib/sub
in b.test/old v1.0.0
pkg b.test/old
in c.test/check v1.1.0
pkg c.test/check
in e.test/new v1.0.0
pkg e.test/new
`

func parse(t *testing.T, text string) *Table {
	t.Helper()
	table, err := Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	return table
}

func service(pairs ...string) map[string][]byte {
	files := map[string][]byte{}
	for i := 0; i < len(pairs); i += 2 {
		files[pairs[i]] = []byte(pairs[i+1])
	}
	return files
}

func TestDerive(t *testing.T) {
	const lib = "module example.com/orders\n\ngo 1.26.0\n\nrequire a.test/lib v1.2.0\n\nrequire b.test/old v1.0.0 // indirect\n"
	const libSum = `a.test/lib v1.2.0 h1:lib
a.test/lib v1.2.0/go.mod h1:lib-mod
b.test/old v1.0.0 h1:old
b.test/old v1.0.0/go.mod h1:old-mod
c.test/check v1.1.0 h1:check
c.test/check v1.1.0/go.mod h1:check-mod
d.test/deep v1.0.0/go.mod h1:deep-mod
`
	const none = "module example.com/orders\n\ngo 1.26.0\n"
	tests := []struct {
		name       string
		files      map[string][]byte
		mod, gosum string
	}{
		{"nothing but the standard library", service("main.go", `package main; import "net/http"`), none, ""},
		{"a package, and what only its test needs", service("main.go", `package main; import "a.test/lib"`), lib, libSum},
		{"only a test of the service imports it", service("x/x_test.go", `package x; import "a.test/lib"`), lib, libSum},
		{"own packages", service("main.go", `package main; import "example.com/orders/x"`, "x/x.go", `package x; import "a.test/lib"`), lib, libSum},
		{"another platform's file", service("x_windows.go", "//go:build windows && !amd64\n\npackage x; import \"a.test/lib\""), lib, libSum},
		{"ignored file", service("gen.go", "//go:build ignore\n\npackage main; import \"a.test/lib\""), none, ""},
		{"ignored file, old form", service("gen.go", "// +build ignore\n\npackage main; import \"a.test/lib\""), none, ""},
		{"package comment that looks like a tag", service("x.go", "// Package x.\n// +build ignore\npackage x; import \"a.test/lib\""), lib, libSum},
		{"not in ./...", service("testdata/x.go", `package x; import "a.test/lib"`, "_x/x.go", `package x; import "a.test/lib"`, "a/.x.go", `package a; import "a.test/lib"`, "README.md", "a.test/lib"), none, ""},
		{
			"a nested module, both hashes", service("main.go", `package main; import ("a.test/lib"; "a.test/lib/sub")`),
			"module example.com/orders\n\ngo 1.26.0\n\nrequire (\n\ta.test/lib v1.2.0\n\ta.test/lib/sub v0.3.0\n)\n\nrequire b.test/old v1.0.0 // indirect\n",
			strings.Replace(libSum, "b.test/old v1.0.0 h1", "a.test/lib/sub v0.3.0 h1:sub\na.test/lib/sub v0.3.0/go.mod h1:sub-mod\nb.test/old v1.0.0 h1", 1),
		},
		{
			"a requirement of a newer Go", service("main.go", `package main; import "e.test/new"`),
			"module example.com/orders\n\ngo 1.26.2\n\nrequire e.test/new v1.0.0\n",
			"e.test/new v1.0.0 h1:new\ne.test/new v1.0.0/go.mod h1:new-mod\n",
		},
	}
	table := parse(t, world)
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			mod, gosum, err := Derive(table, "example.com/orders", tt.files)
			if err != nil {
				t.Fatal(err)
			}
			if string(mod) != tt.mod {
				t.Errorf("go.mod: want\n%s\ngot\n%s", tt.mod, mod)
			}
			if string(gosum) != tt.gosum {
				t.Errorf("go.sum: want\n%s\ngot\n%s", tt.gosum, gosum)
			}
		})
	}
}

// The user's module may lie above or below a module that it requires.
func TestDeriveModuleBesideDependency(t *testing.T) {
	table := parse(t, world)
	for _, own := range []string{"a.test", "a.test/lib/cmd/orders", "orders"} {
		mod, _, err := Derive(table, own, service("main.go", `package main; import ("a.test/lib"; "`+own+`/x")`, "x/x.go", "package x"))
		if err != nil {
			t.Errorf("module %s: %v", own, err)
			continue
		}
		if !strings.Contains(string(mod), "require a.test/lib v1.2.0\n") || !strings.HasPrefix(string(mod), "module "+own+"\n") {
			t.Errorf("module %s: got\n%s", own, mod)
		}
	}
}

func TestDeriveErrors(t *testing.T) {
	tests := []struct {
		name, drop, add, src string
		unknown              bool
		want                 string
	}{
		{name: "unknown import", src: `package main; import "z.test/unknown"`, unknown: true, want: `main.go: import "z.test/unknown": no module has this package: not recorded`},
		{name: "unknown package of a known module", src: `package main; import "a.test/lib/extra"`, unknown: true, want: `main.go: import "a.test/lib/extra"`},
		{name: "missing own package", src: `package main; import "example.com/orders/gone"`, unknown: true, want: `"example.com/orders/gone"`},
		{name: "unknown dependency of a dependency", drop: "pkg b.test/old\n", src: `package main; import "a.test/lib"`, unknown: true, want: `a.test/lib: import "b.test/old"`},
		{name: "unknown import of a dependency's test", drop: "pkg c.test/check\n", src: `package main; import "a.test/lib"`, unknown: true, want: `a.test/lib [test]: import "c.test/check"`},
		{name: "unknown go.mod", drop: "mod d.test/deep v1.0.0 1.16 h1:deep-mod\n", src: `package main; import "a.test/lib"`, unknown: true, want: "go.mod of d.test/deep@v1.0.0: not recorded"},
		{name: "unknown hash", drop: "zip c.test/check v1.1.0 h1:check\n", src: `package main; import "a.test/lib"`, unknown: true, want: "hash of c.test/check@v1.1.0: not recorded"},
		{name: "two modules with the package", add: "in a.test/lib v1.2.0\npkg a.test/lib/sub\n", src: `package main; import "a.test/lib/sub"`, want: "both a.test/lib@v1.2.0 and a.test/lib/sub@v0.3.0"},
		{name: "roots not tidy", drop: "need b.test/old v1.0.0", add: "need b.test/old v1.4.0", src: `package main; import "a.test/lib"`, want: "module b.test/old is required at v1.0.0, but its dependents need v1.4.0"},
		{name: "not Go", src: `package main; import "unfinished`, want: "main.go:1:"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			text := world + tt.add
			if tt.drop != "" {
				text = strings.Replace(world, tt.drop, tt.add, 1)
			}
			mod, gosum, err := Derive(parse(t, text), "example.com/orders", service("main.go", tt.src))
			if err == nil {
				t.Fatalf("want an error, got\n%s\n%s", mod, gosum)
			}
			if !strings.Contains(err.Error(), tt.want) || errors.Is(err, ErrUnknown) != tt.unknown {
				t.Errorf("want %q (unknown: %v), got %q", tt.want, tt.unknown, err)
			}
		})
	}
}

func TestRecordingIsEnoughAndNoMore(t *testing.T) {
	files := service("main.go", `package main; import "a.test/lib"`)
	r := Record(parse(t, world))
	wantMod, wantSum, err := Derive(r, "example.com/orders", files)
	if err != nil {
		t.Fatal(err)
	}
	text := string(r.Text())
	if strings.Contains(text, "e.test/new") {
		t.Errorf("e.test/new was not read, but recorded:\n%s", text)
	}
	again := Record(parse(t, text))
	mod, gosum, err := Derive(again, "example.com/orders", files)
	if err != nil {
		t.Fatal(err)
	}
	if string(mod) != string(wantMod) || string(gosum) != string(wantSum) {
		t.Errorf("want\n%s%s\ngot\n%s%s", wantMod, wantSum, mod, gosum)
	}
	if got := string(again.Text()); got != text {
		t.Errorf("recorded again: want\n%s\ngot\n%s", text, got)
	}
}

func TestParseErrors(t *testing.T) {
	for _, text := range []string{"", "root a.test/lib v1\n", "go 1.26.0\nneed a.test/lib v1.0.0\n", "go 1.26.0\nzap x\n", "go 1.26.0\n\n", "go 1.26.0\nmod a v1.0.0 1.26\n"} {
		if _, err := Parse(text); err == nil {
			t.Errorf("Parse(%q): want an error", text)
		}
	}
}

func TestTableAbove(t *testing.T) {
	table := parse(t, world)
	for path, want := range map[string]string{
		"a.test/lib": "a.test/lib", "a.test/lib/x": "a.test/lib", "a.test/lib/sub/x": "a.test/lib/sub", "c.test/check": "c.test/check",
		"a.test": "", "a.test/library": "", "example.com/orders": "",
	} {
		if got, found := table.Above(path); got != want || found != (want != "") {
			t.Errorf("Above(%s): want %q, got %q, %t", path, want, got, found)
		}
	}
}

func TestTablePackageAbsent(t *testing.T) {
	pkg, err := parse(t, world).Package(module.Version{Path: "a.test/lib", Version: "v9.0.0"}, "a.test/lib")
	if pkg != nil || err != nil {
		t.Errorf("want no package and no error, got %v, %v", pkg, err)
	}
}
