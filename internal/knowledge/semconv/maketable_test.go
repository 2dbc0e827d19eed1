package semconv

import (
	"bytes"
	"cmp"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// module is the one whose packages the table is made from, of the version in go.mod.
const module = "go.opentelemetry.io/otel"

// packages returns the folders of the semantic conventions, oldest first.
func packages(t *testing.T) []string {
	t.Helper()
	out, err := exec.CommandContext(t.Context(), "go", "list", "-m", "-f", "{{.Dir}}", module).Output()
	if err != nil {
		t.Fatal(err)
	}
	dirs, err := filepath.Glob(filepath.Join(strings.TrimSpace(string(out)), "semconv", "v*"))
	if err != nil || len(dirs) == 0 {
		t.Fatalf("no packages below %s: %v", out, err)
	}
	slices.SortFunc(dirs, func(a, b string) int { return Compare(version(a), version(b)) })
	return dirs
}

func version(dir string) string { return strings.TrimPrefix(filepath.Base(dir), "v") }

// entry is a line of the table.
type entry struct {
	key, first, last string
	types            []string // newest first
	names            []string // of the constant without "Key", newest first
	members          []string // of the newest version
}

// maker collects entries, version by version.
type maker struct {
	keys  map[string]*entry
	names map[string]string // of this version: constant to key
	kinds map[string]string // of this version: key to documented type
	enums map[string]*entry // of this version: key to members, with their type
}

// decl is what one package says: constants by name, and values of enums by name.
type decl struct {
	consts map[string]string // "HTTPMethodKey" to "http.method"
	values map[string]string // "HTTPSchemeHTTP" to "http.scheme"
}

// add reads a package.
func (m *maker) add(t *testing.T, dir string) decl {
	t.Helper()
	m.names, m.kinds, m.enums = map[string]string{}, map[string]string{}, map[string]*entry{}
	d := decl{m.names, map[string]string{}}
	var files []*ast.File
	names, err := filepath.Glob(filepath.Join(dir, "*.go"))
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range names {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		f, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.ParseComments)
		if err != nil {
			t.Fatal(err)
		}
		files = append(files, f)
		m.constants(f, version(dir))
	}
	for _, f := range files {
		m.values(f, d.values)
		m.templates(f, version(dir))
	}
	for key, kind := range m.kinds {
		m.kind(t, key, kind)
	}
	return d
}

// constants takes up every XKey = attribute.Key("x").
func (m *maker) constants(f *ast.File, version string) {
	for _, d := range f.Decls {
		g, ok := d.(*ast.GenDecl)
		if !ok || g.Tok != token.CONST {
			continue
		}
		for _, s := range g.Specs {
			s := s.(*ast.ValueSpec)
			if len(s.Values) != 1 {
				continue
			}
			if key, ok := keyOf(s.Values[0]); ok {
				doc := s.Doc
				if doc == nil {
					doc = g.Doc
				}
				m.names[s.Names[0].Name] = key
				m.kinds[key] = documented(doc)
				m.seen(key, version, strings.TrimSuffix(s.Names[0].Name, "Key"))
			}
		}
	}
}

func (m *maker) seen(key, version, name string) *entry {
	e := m.keys[key]
	if e == nil {
		e = &entry{key: key, first: version}
		m.keys[key] = e
	}
	e.last = version
	e.names = front(e.names, name)
	return e
}

// front moves or puts s to the front of list.
func front(list []string, s string) []string {
	list = slices.DeleteFunc(list, func(have string) bool { return have == s })
	return append([]string{s}, list...)
}

// keyOf returns the key of attribute.Key("key").
func keyOf(e ast.Expr) (string, bool) {
	call, ok := e.(*ast.CallExpr)
	if !ok || len(call.Args) != 1 {
		return "", false
	}
	sel, ok := call.Fun.(*ast.SelectorExpr)
	if !ok || sel.Sel.Name != "Key" {
		return "", false
	}
	return text(call.Args[0])
}

func text(e ast.Expr) (string, bool) {
	lit, ok := e.(*ast.BasicLit)
	if !ok {
		return "", false
	}
	if lit.Kind != token.STRING {
		return lit.Value, true
	}
	s, err := strconv.Unquote(lit.Value)
	return s, err == nil
}

// documented returns what stands behind "Type:" in a comment.
func documented(doc *ast.CommentGroup) string {
	for line := range strings.Lines(doc.Text()) {
		if kind, ok := strings.CutPrefix(line, "Type: "); ok {
			return strings.TrimSpace(kind)
		}
	}
	return ""
}

// values takes up every XMember = XKey.String("member").
func (m *maker) values(f *ast.File, values map[string]string) {
	for _, d := range f.Decls {
		g, ok := d.(*ast.GenDecl)
		if !ok || g.Tok != token.VAR {
			continue
		}
		for _, s := range g.Specs {
			s := s.(*ast.ValueSpec)
			if len(s.Values) != 1 {
				continue
			}
			call, ok := s.Values[0].(*ast.CallExpr)
			if !ok || len(call.Args) != 1 {
				continue
			}
			sel, ok := call.Fun.(*ast.SelectorExpr)
			if !ok {
				continue
			}
			of, ok := sel.X.(*ast.Ident)
			if !ok || m.names[of.Name] == "" {
				continue
			}
			key := m.names[of.Name]
			values[s.Names[0].Name] = key
			e := m.enums[key]
			if e == nil {
				e = &entry{types: []string{strings.ToLower(sel.Sel.Name)}}
				m.enums[key] = e
			}
			if v, ok := text(call.Args[0]); ok {
				e.members = append(e.members, v)
			}
		}
	}
}

// templates takes up every function that returns attribute.String("x."+key, val).
func (m *maker) templates(f *ast.File, version string) {
	for _, d := range f.Decls {
		fn, ok := d.(*ast.FuncDecl)
		if !ok || fn.Recv != nil || fn.Body == nil || len(fn.Body.List) != 1 {
			continue
		}
		ret, ok := fn.Body.List[0].(*ast.ReturnStmt)
		if !ok || len(ret.Results) != 1 {
			continue
		}
		call, ok := ret.Results[0].(*ast.CallExpr)
		if !ok || len(call.Args) != 2 {
			continue
		}
		sum, ok := call.Args[0].(*ast.BinaryExpr)
		if !ok {
			continue
		}
		if prefix, ok := text(sum.X); ok && strings.HasSuffix(prefix, ".") {
			kind := map[string]string{"String": "string", "StringSlice": "string[]"}[call.Fun.(*ast.SelectorExpr).Sel.Name]
			m.seen(prefix+"*", version, fn.Name.Name)
			m.kinds[prefix+"*"] = kind
		}
	}
}

// kind sets the type of a key as its newest version has it.
func (m *maker) kind(t *testing.T, key, kind string) {
	e := m.keys[key]
	switch kind {
	case "":
		return // v1.4.0 has a comment in two parts
	case "Enum":
		values := m.enums[key]
		if values == nil {
			t.Fatalf("%s: an enum without values", key)
		}
		kind = "enum " + values.types[0]
		e.members = values.members
	case "string", "int", "double", "boolean", "any", "string[]", "int[]":
		e.members = nil
	default:
		t.Fatalf("%s: type %q", key, kind)
	}
	e.types = front(e.types, kind)
}

// TestTable makes the table from the packages and compares.
func TestTable(t *testing.T) {
	m := maker{keys: map[string]*entry{}}
	var versions []string
	for _, dir := range packages(t) {
		d := m.add(t, dir)
		versions = append(versions, version(dir))
		checkNames(t, version(dir), d)
	}
	var b bytes.Buffer
	b.WriteString("// Code generated by \"UPDATE=1 go test ./internal/knowledge/semconv\"; DO NOT EDIT.\n\npackage semconv\n\n")
	b.WriteString("// versions are the released packages, oldest first.\n")
	fmt.Fprintf(&b, "const versions = %q\n\n", strings.Join(versions, " "))
	b.WriteString("// table has a line for each key, sorted, its fields divided by tabs: the key, its types, the first\n")
	b.WriteString("// and the last package that has it, the names of its constant without \"Key\", the members of an\n")
	b.WriteString("// enum. Of types and names the newest stands first, others after commas.\n")
	b.WriteString("const table = `\n")
	for _, e := range slices.SortedFunc(values(m.keys), func(a, b *entry) int { return cmp.Compare(a.key, b.key) }) {
		line := strings.Join([]string{e.key, strings.Join(e.types, ","), e.first, e.last, strings.Join(e.names, ","), strings.Join(e.members, ",")}, "\t")
		if strings.ContainsAny(line, "`\n") || strings.Count(line, "\t") != 5 || slices.ContainsFunc(e.members, func(s string) bool { return strings.Contains(s, ",") }) {
			t.Fatalf("the table cannot hold %q", line)
		}
		b.WriteString(strings.TrimRight(line, "\t") + "\n")
	}
	b.WriteString("`\n")
	if os.Getenv("UPDATE") != "" {
		if err := os.WriteFile("table.go", b.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	have, err := os.ReadFile("table.go")
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(have, b.Bytes()) {
		t.Error("table.go is not what the packages hold: UPDATE=1 go test ./internal/knowledge/semconv, and read the diff")
	}
}

func values(m map[string]*entry) func(func(*entry) bool) {
	return func(yield func(*entry) bool) {
		for _, e := range m {
			if !yield(e) {
				return
			}
		}
	}
}

// checkNames holds Const and ValueKey against what a package declares.
func checkNames(t *testing.T, version string, d decl) {
	t.Helper()
	if os.Getenv("UPDATE") != "" {
		return
	}
	for name, key := range d.consts {
		if got, _ := Const(version, name); got != key {
			t.Errorf("Const(%s, %s): want %q, got %q", version, name, key, got)
		}
	}
	for name, key := range d.values {
		got := ValueConst(name, func(name string) bool { return d.consts[name] != "" })
		if d.consts[got] != key {
			t.Errorf("ValueConst(%s) in %s: want the constant of %q, got %q", name, version, key, got)
		}
	}
}
