package generate

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/tools/txtar"

	"github.com/mintwright/mintwright/internal/directive"
	"github.com/mintwright/mintwright/internal/fault"
)

// laid writes the files of an archive to a new folder.
func laid(t *testing.T, archive string) string {
	t.Helper()
	dir, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range txtar.Parse([]byte(archive)).Files {
		write(t, filepath.Join(dir, filepath.FromSlash(f.Name)), string(f.Data))
	}
	return dir
}

func write(t *testing.T, name, content string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(name, []byte(content), 0o644); err != nil {
		t.Fatal(err)
	}
}

// environ is the environment of the tests, without what would change the meaning of modules.
func environ(more ...string) []string {
	return append(os.Environ(), append([]string{"GOFLAGS=", "GOWORK=", "GOENV=off", "GOPROXY=off", "PWD="}, more...)...)
}

const manyPackages = `
-- go.mod --
module example.com/m

go 1.25

ignore (
	./ignored
	anywhere
)
-- a.go --
//go:generate gen trace -type A
package m

//go:generate -command t gen trace -name "a b"
//go:generate t -type B -o $GOFILE.$GOLINE.$GOPACKAGE.$GOOS.$GOARCH.$DOLLAR
//go:generate stringer -type C
/*
//go:generate gen trace -type InComment
*/
	//go:generate gen trace -type Indented
// go:generate gen trace -type Spaced
-- z_test.go --
package m_test

//go:generate gen trace -type External
-- b_test.go --
package m

//go:generate gen trace -type Test $GOPACKAGE
-- cgo.go --
package m

// int x;
import "C"

//go:generate gen trace -type Cgo
-- d_windows.go --
package m

//go:generate gen trace -type Windows
-- d_linux.go --
package m

//go:generate gen trace -type Linux
-- e.go --
//go:build custom

package m

//go:generate gen trace -type Tagged
-- f.go --
//go:build generate

package m

//go:generate gen trace -type ForGenerate
-- g.go --
//go:build ignore

package main

//go:generate gen trace -type Ignored
-- _h.go --
package m

//go:generate gen trace -type Underscore
-- sub/deep/a.go --
package deep

//go:generate go tool gen attrs registry.yaml
//go:generate go run github.com/mintwright/mintwright/cmd/gen client -type X
//go:generate go run github.com/mintwright/mintwright/cmd/gen@v9.9.9 client -type X
//go:generate $HOME/bin/gen proto
//go:generate gen chart docs
-- sub/testdata/a.go --
package x

//go:generate gen trace -type Testdata
-- _under/a.go --
package x

//go:generate gen trace -type UnderFolder
-- vendor/x/a.go --
package x

//go:generate gen trace -type Vendored
-- ignored/a.go --
package x

//go:generate gen trace -type IgnoredFolder
-- sub/ignored/a.go --
package ignored

//go:generate gen trace -type NotIgnored
-- sub/anywhere/a.go --
package x

//go:generate gen trace -type Anywhere
-- nested/go.mod --
module example.com/m/nested

go 1.25
-- nested/a.go --
package nested

//go:generate gen trace -type Nested
-- subs/a.go --
package subs

//go:generate gen trace -type Subs
-- broken/a.go --
package broken

func (
//go:generate gen trace -type Broken
-- empty/readme.txt --
`

// What stands in the packages is what the go command finds.
func TestFindAsGo(t *testing.T) {
	dir := laid(t, manyPackages)
	for _, c := range []struct {
		at, patterns string
		env          []string
	}{
		{".", "", nil},
		{".", "./...", nil},
		{".", "./sub", nil},
		{".", "./sub/...", nil},
		{".", "./sub...", nil},
		{".", "./s...p ./.../deep", nil},
		{".", "example.com/m/sub/deep example.com/m", nil},
		{".", "example.com/m/sub/...", nil},
		{".", "example.com/m/sub...", nil},
		{".", "./sub/deep ./... ./subs", nil},
		{".", "./sub/testdata ./_under", nil},
		{".", "./ignored ./sub/ignored", nil},
		{".", "a.go b_test.go", nil},
		{".", "g.go", nil},
		{".", "./broken", nil},
		{"sub", "./... ../subs", nil},
		{"sub/deep", ".. .", nil},
		{"nested", "./...", nil},
		{"nested", ".", nil},
		{".", ".", []string{"GOFLAGS=-tags=other,custom"}},
		{".", ".", []string{"GOFLAGS=-mod=mod --tags=custom", "GOOS=windows"}},
		{".", ".", []string{"CGO_ENABLED=0", "GOARCH=arm64"}},
		{".", ".", []string{"CGO_ENABLED=1", "GOOS=plan9"}},
	} {
		t.Run(c.at+" "+c.patterns+strings.Join(c.env, " "), func(t *testing.T) {
			s := Search{Dir: filepath.Join(dir, c.at), Environ: environ(c.env...), Patterns: strings.Fields(c.patterns), Release: "v1.0.0"}
			want, failure := goGenerate(s)
			found, err := Find(s)
			if (err == nil) != (failure == "") {
				t.Fatalf("got %v, go says %s", err, failure)
			}
			if err != nil {
				return
			}
			var got []string
			for _, d := range found.Directives {
				got = append(got, d.Command())
			}
			for _, o := range found.Others {
				got = append(got, strings.Join(o.Words, " "))
			}
			if diff := cmp.Diff(sorted(want), got); diff != "" {
				t.Errorf("-go +got:\n%s", diff)
			}
		})
	}
}

// sorted puts what gen does before the rest, and writes it as gen does.
func sorted(lines []string) []string {
	var ours, others []string
	for _, line := range lines {
		if args, version := directive.Gen(strings.Fields(line)); args != nil && version == "" {
			_, rest, _ := strings.Cut(line, " "+args[0])
			ours = append(ours, "gen "+args[0]+rest)
		} else {
			others = append(others, line)
		}
	}
	return append(ours, others...)
}

// goGenerate returns the lines that the go command would run.
func goGenerate(s Search) (lines []string, failure string) {
	cmd := exec.Command("go", append([]string{"generate", "-n"}, s.Patterns...)...)
	var out bytes.Buffer
	cmd.Dir, cmd.Env, cmd.Stderr = s.Dir, s.Environ, &out
	err := cmd.Run()
	for line := range strings.Lines(out.String()) {
		lines = append(lines, strings.TrimSuffix(line, "\n"))
	}
	if err != nil {
		return nil, err.Error() + out.String()
	}
	return lines, ""
}

func TestFindWorkspace(t *testing.T) {
	dir := laid(t, `
-- go.work --
go 1.25

use (
	./a
	./a/inner
)
-- a/go.mod --
module example.com/a

go 1.25
-- a/a.go --
package a

//go:generate gen trace -type A
-- a/inner/go.mod --
module example.com/a/inner

go 1.25
-- a/inner/a.go --
package inner

//go:generate gen trace -type Inner
-- b/go.mod --
module example.com/b

go 1.25
-- b/b.go --
package b

//go:generate gen trace -type B
`)
	for _, c := range []struct {
		at, patterns string
		env          []string
	}{
		{"a", "./...", nil},
		{"a", ".", nil},
		{"a", "example.com/a/inner", nil},
		{".", "example.com/...", nil},
		{".", "work", nil},
		{"b", ".", nil},
		{"b", "./...", nil},
		{"b", "./...", []string{"GOWORK=off"}},
		{".", "./b", nil},
		{".", ".", nil},
	} {
		t.Run(c.at+" "+c.patterns, func(t *testing.T) {
			s := Search{Dir: filepath.Join(dir, c.at), Environ: environ(c.env...), Patterns: strings.Fields(c.patterns)}
			want, failure := goGenerate(s)
			found, err := Find(s)
			if (err == nil) != (failure == "") {
				t.Fatalf("got %v, go says %s", err, failure)
			}
			if err != nil {
				return
			}
			var got []string
			for _, d := range found.Directives {
				got = append(got, d.Command())
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("-go +got:\n%s", diff)
			}
		})
	}
}

// The go command matches nothing from the folder of a workspace that is no module; we do.
func TestFindFromWorkspace(t *testing.T) {
	dir := laid(t, "-- go.work --\ngo 1.25\n\nuse ./a\n-- a/go.mod --\nmodule example.com/a\n\ngo 1.25\n-- a/a.go --\npackage a\n\n//go:generate gen trace\n")
	found, err := Find(Search{Dir: dir, Environ: environ(), Patterns: []string{"./..."}})
	if err != nil || len(found.Directives) != 1 {
		t.Errorf("%+v, %v", found, err)
	}
}

// What cannot be found is said with what helps against it.
func TestFindFaults(t *testing.T) {
	dir := laid(t, manyPackages+"-- bad/a.go --\npackage bad\n\n//go:generate gen trace\n//go:generate gen \"trace\n-- badmod/go.mod --\nmodul x\n-- badmod/a.go --\npackage x\n")
	for _, c := range []struct{ at, patterns, want string }{
		{".", "./missing", "there is no folder %/missing; give a folder of the module, or a pattern like ./..."},
		{".", "./missing/...", "there is no folder %/missing; give a folder of the module, or a pattern like ./..."},
		{".", "./empty", "there are no Go files in %/empty; give the folder of a package, or a pattern like ./..."},
		{".", "./nested", "%/nested lies in another module than those that are worked on; stand in its module, and run gen there"},
		{".", "fmt", `"fmt" is no package of the module example.com/m; give a folder like ./fmt, a pattern like ./..., or an import path of the module`},
		{".", "no.go", "there is no file no.go; give files of one package, or packages"},
		{".", "a.go sub/deep/a.go", "sub/deep/a.go lies in another folder than a.go; give files of one package, or packages"},
		{".", "a.go go.mod", "go.mod is no Go file, and others are; give files of one package, or packages"},
		{".", "./bad", "%/bad/a.go:4: this go:generate line cannot be read: a string in it is not closed, or is none of Go's; correct it by the rules of \"go help generate\""},
		{"badmod", ".", "%/badmod/go.mod: it names no module; write module and its path in the first line"},
	} {
		_, err := Find(Search{Dir: filepath.Join(dir, c.at), Environ: environ(), Patterns: strings.Fields(c.patterns)})
		list := fault.All(err)
		if len(list) != 1 {
			t.Errorf("%s: got %v", c.patterns, err)
			continue
		}
		want := strings.ReplaceAll(c.want, "%", filepath.ToSlash(dir))
		if diff := cmp.Diff(want, filepath.ToSlash(list[0].Error())); diff != "" {
			t.Errorf("%s: -want +got:\n%s", c.patterns, diff)
		}
	}
}
