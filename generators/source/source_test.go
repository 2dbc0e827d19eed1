package source

import (
	"errors"
	"fmt"
	"go/parser"
	"go/token"
	"go/types"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/mod/modfile"
	"golang.org/x/tools/txtar"

	"github.com/mintwright/mintwright/internal/fault"
)

// A case is a tree of files. Its comment begins with lines of the form
//
//	env GOFLAGS=-tags=wide
//	site sub/a.go:7 Store         the interface that -type names there
//	object sub/a.go io.EOF        what an annotation names there
//	declared sub/a.go b.go        the names of the package, but for those of b.go
//
// and "want" holds what comes of them. $MODVERSION and $TOOLSVERSION are the versions of
// golang.org/x/mod and golang.org/x/tools that the module cache certainly has. A place has no spaces
// but those written as %20.
func TestCases(t *testing.T) {
	cases, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(cases) == 0 {
		t.Fatal("no cases", err)
	}
	for _, name := range cases {
		t.Run(strings.TrimSuffix(filepath.Base(name), ".txtar"), func(t *testing.T) {
			t.Parallel()
			archive, err := txtar.ParseFile(name)
			if err != nil {
				t.Fatal(err)
			}
			c := unpack(t, archive)
			got := c.run(t)
			if os.Getenv("UPDATE") != "" {
				update(t, name, archive, got)
				return
			}
			if want := c.want; want != got {
				t.Errorf("-want +got\n%s", cmp.Diff(want, got))
			}
		})
	}
}

// library is a place in the standard library, which is another one with the next version of Go.
var library = regexp.MustCompile(`/[^ ]*/src/([a-z/]+\.go):[0-9]+:[0-9]+`)

type testCase struct {
	dir   string
	lines [][]string
	env   []string
	want  string
}

func unpack(t *testing.T, archive *txtar.Archive) *testCase {
	t.Helper()
	c := &testCase{dir: t.TempDir(), env: append(os.Environ(), "GOPROXY=off", "GOWORK=", "GOFLAGS=")}
	for _, f := range archive.Files {
		if f.Name == "want" {
			c.want = string(f.Data)
			continue
		}
		name := filepath.Join(c.dir, filepath.FromSlash(f.Name))
		if err := os.MkdirAll(filepath.Dir(name), 0o700); err != nil {
			t.Fatal(err)
		}
		content := strings.ReplaceAll(string(f.Data), "$MODVERSION", version(t, "golang.org/x/mod"))
		content = strings.ReplaceAll(content, "$TOOLSVERSION", version(t, "golang.org/x/tools"))
		if err := os.WriteFile(name, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for line := range strings.Lines(string(archive.Comment)) {
		words := strings.Fields(line)
		switch {
		case len(words) < 2:
		case words[0] == "env":
			c.env = append(c.env, strings.Join(words[1:], " "))
		case words[0] == "site" || words[0] == "object" || words[0] == "declared":
			c.lines = append(c.lines, words)
		}
	}
	return c
}

// version is that of a module that this one requires.
func version(t *testing.T, module string) string {
	t.Helper()
	content, err := os.ReadFile("../../go.mod")
	if err != nil {
		t.Fatal(err)
	}
	parsed, err := modfile.ParseLax("go.mod", content, nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range parsed.Require {
		if r.Mod.Path == module {
			return r.Mod.Version
		}
	}
	t.Fatalf("%s is not required", module)
	return ""
}

// run loads all sites at once and tells what comes of each line.
func (c *testCase) run(t *testing.T) string {
	t.Helper()
	var sites []Site
	for _, words := range c.lines {
		sites = append(sites, c.site(words[1]))
	}
	w, err := Load(t.Context(), c.env, sites...)
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	for i, words := range c.lines {
		fmt.Fprintf(&b, "> %s\n", strings.Join(words, " "))
		p, err := w.Package(sites[i])
		if err == nil {
			err = tell(&b, p, words)
		}
		if err != nil {
			tellFaults(t, &b, err)
		}
	}
	told := strings.ReplaceAll(strings.ReplaceAll(b.String(), c.dir, "."), version(t, "golang.org/x/mod"), "$MODVERSION")
	return library.ReplaceAllString(told, "$$GOROOT/src/$1")
}

// site reads folder/file.go:line; the package's name is that of the file.
func (c *testCase) site(place string) Site {
	name, line, _ := strings.Cut(strings.ReplaceAll(place, "%20", " "), ":")
	number, _ := strconv.Atoi(line)
	full := filepath.Join(c.dir, filepath.FromSlash(name))
	s := Site{Dir: filepath.Dir(full), File: filepath.Base(full), Line: number}
	if syntax, err := parser.ParseFile(token.NewFileSet(), full, nil, parser.PackageClauseOnly); err == nil {
		s.Package = syntax.Name.Name
	}
	return s
}

func tell(b *strings.Builder, p *Package, words []string) error {
	switch words[0] {
	case "object":
		obj, err := p.Object(p.file, words[2])
		if err != nil {
			return err
		}
		fmt.Fprintln(b, obj)
	case "declared":
		fmt.Fprintln(b, p.Declared(words[2:]...), p.Imported(words[2:]...))
	case "site":
		in, err := p.Interface(words[2])
		if err != nil {
			return err
		}
		fmt.Fprintf(b, "package %s %s test=%t module=%s\n", p.Path, p.Name, p.IsTest, p.Module.Path)
		tellInterface(b, in)
	}
	return nil
}

func tellInterface(b *strings.Builder, in *Interface) {
	fmt.Fprintf(b, "%v: %s", in.Pos, in.Type)
	for _, param := range in.TypeParams {
		fmt.Fprintf(b, " [%s %s]", param.Name, param.Constraint)
	}
	fmt.Fprintln(b)
	tellDirectives(b, in.Directives)
	for _, m := range in.Methods {
		fmt.Fprintf(b, "%v: %s%s", m.Pos, m.Name, strings.TrimPrefix(types.TypeString(m.Signature, nil), "func"))
		if m.From != nil {
			fmt.Fprintf(b, " from %s", m.From.Name())
		}
		fmt.Fprintln(b)
		for line := range strings.Lines(m.Doc) {
			fmt.Fprintf(b, "\t// %s\n", strings.TrimSpace(line))
		}
		tellDirectives(b, m.Directives)
		for _, param := range append(m.Params, m.Results...) {
			if len(param.Directives) > 0 {
				fmt.Fprintf(b, "\t%v: %s\n", param.Pos, param.Name)
				tellDirectives(b, param.Directives)
			}
		}
	}
}

func tellDirectives(b *strings.Builder, list []Directive) {
	for _, d := range list {
		fmt.Fprintf(b, "\t%v: %s %q\n", d.Pos, d.Verb, d.Text)
	}
}

func tellFaults(t *testing.T, b *strings.Builder, err error) {
	t.Helper()
	f, ok := errors.AsType[*fault.Fault](err)
	if !ok {
		t.Errorf("not a fault: %v", err)
		return
	}
	fmt.Fprintf(b, "fault: %s\nremedy: %s\n", f.Fact(), f.Remedy)
}

func update(t *testing.T, name string, archive *txtar.Archive, got string) {
	t.Helper()
	kept := archive.Files[:0]
	for _, f := range archive.Files {
		if f.Name != "want" {
			kept = append(kept, f)
		}
	}
	archive.Files = append(kept, txtar.File{Name: "want", Data: []byte(got)})
	if err := os.WriteFile(name, txtar.Format(archive), 0o600); err != nil {
		t.Fatal(err)
	}
}
