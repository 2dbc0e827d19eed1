package attrs

import (
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

	"github.com/mintwright/mintwright/internal/knowledge/semconv"
	"github.com/mintwright/mintwright/internal/registry"
)

// TestOfficialRegistry holds what is made of OpenTelemetry's own registry against the Go package
// that is released of it. SEMCONV_REGISTRY names the folder model of the registry, of a version
// that there is a Go package of.
//
// It prints the report that docs/evidence/attrs.md has, and fails when there is a difference
// that differences does not explain.
func TestOfficialRegistry(t *testing.T) {
	dir := os.Getenv("SEMCONV_REGISTRY")
	if dir == "" {
		t.Skip("SEMCONV_REGISTRY names no folder with the official registry")
	}
	files := os.DirFS(dir)
	r, err := registry.Load(files, registry.Options{}, ".")
	if err != nil {
		t.Fatal(err)
	}
	version := registry.Version(r.SchemaURL)
	if !slices.Contains(semconv.Versions(), version) {
		t.Fatalf("the registry is of %q, and no Go package is", version)
	}
	made, err := Make(files, Options{Files: []string{"."}, Package: "semconv", Output: "semconv.go"}, []string{"attrs", "."})
	if err != nil {
		t.Fatal(err)
	}
	module := newModule(t)
	put(t, module, "semconv/semconv.go", made[0].Content)
	runGo(t, module, "vet", "./semconv")
	ours, theirs := newSurface(), newSurface()
	ours.parse(t, "semconv.go", made[0].Content, "")
	released := filepath.Join(moduleDir(t, "go.opentelemetry.io/otel"), "semconv", "v"+version)
	names, err := filepath.Glob(filepath.Join(released, "*.go"))
	if err != nil || len(names) == 0 {
		t.Fatal(err, names)
	}
	for _, name := range names {
		if base := filepath.Base(name); base == "attribute_group.go" || base == "schema.go" {
			theirs.parse(t, name, nil, "")
		}
	}
	metrics, err := filepath.Glob(filepath.Join(released, "*", "metric.go"))
	if err != nil || len(metrics) == 0 {
		t.Fatal(err, metrics)
	}
	for _, name := range metrics {
		theirs.parse(t, name, nil, namespaceOf(t, name))
	}
	report(t, r, ours, theirs)
}

// moduleDir returns the folder of a module in the cache.
func moduleDir(t *testing.T, path string) string {
	t.Helper()
	out, err := exec.CommandContext(t.Context(), "go", "list", "-m", "-f", "{{.Dir}}", path).Output()
	if err != nil {
		t.Fatal(err)
	}
	return strings.TrimSpace(string(out))
}

// namespaceOf returns the namespace that a package of metrics says that it is for.
func namespaceOf(t *testing.T, name string) string {
	t.Helper()
	f, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.ParseComments|parser.PackageClauseOnly)
	if err != nil {
		t.Fatal(err)
	}
	_, rest, _ := strings.Cut(strings.Join(strings.Fields(f.Doc.Text()), " "), `in the "`)
	ns, _, _ := strings.Cut(rest, `"`)
	return ns
}

// surface is what a package offers: facts by what they are about.
type surface struct {
	keys, funcs, values map[string]string // by Go name
	metrics             map[string]map[string]string
	schema              string
}

func newSurface() *surface {
	return &surface{keys: map[string]string{}, funcs: map[string]string{}, values: map[string]string{}, metrics: map[string]map[string]string{}}
}

// parse takes up a file. namespace is that of a package of metrics.
func (s *surface) parse(t *testing.T, name string, src any, namespace string) {
	t.Helper()
	fset := token.NewFileSet()
	f, err := parser.ParseFile(fset, name, src, parser.ParseComments)
	if err != nil {
		t.Fatal(err)
	}
	opts := map[string]map[string]string{}
	for _, d := range f.Decls {
		switch d := d.(type) {
		case *ast.GenDecl:
			s.general(d, opts, namespace != "")
		case *ast.FuncDecl:
			s.function(d, opts, namespace)
		}
	}
}

// general takes up constants, variables and, of packages of metrics, lists of options.
func (s *surface) general(d *ast.GenDecl, opts map[string]map[string]string, metrics bool) {
	for _, spec := range d.Specs {
		v, ok := spec.(*ast.ValueSpec)
		if !ok || len(v.Values) != 1 {
			continue
		}
		name := v.Names[0].Name
		switch e := v.Values[0].(type) {
		case *ast.BasicLit:
			if name == "SchemaURL" {
				s.schema = unquote(e)
			}
		case *ast.CompositeLit:
			opts[name] = settings(e)
		case *ast.CallExpr:
			sel, ok := e.Fun.(*ast.SelectorExpr)
			if !ok || metrics || len(e.Args) != 1 {
				continue
			}
			if sel.Sel.Name == "Key" {
				if !isDeprecated(v.Doc) {
					s.keys[name] = unquote(e.Args[0])
				}
				continue
			}
			if !isDeprecated(v.Doc) && !isDeprecated(d.Doc) {
				s.values[name] = fmt.Sprintf("%s.%s(%s)", sel.X.(*ast.Ident).Name, sel.Sel.Name, text(e.Args[0]))
			}
		}
	}
}

func isDeprecated(doc *ast.CommentGroup) bool {
	return strings.Contains("\n"+doc.Text(), "\nDeprecated: ")
}

// settings returns what metric.WithUnit and metric.WithDescription say in a list of options.
func settings(list *ast.CompositeLit) map[string]string {
	m := map[string]string{}
	for _, e := range list.Elts {
		if call, ok := e.(*ast.CallExpr); ok && len(call.Args) == 1 {
			if sel, ok := call.Fun.(*ast.SelectorExpr); ok {
				m[sel.Sel.Name] = unquote(call.Args[0])
			}
		}
	}
	return m
}

// function takes up constructors of attributes and instruments, and what measures.
func (s *surface) function(d *ast.FuncDecl, opts map[string]map[string]string, namespace string) {
	if isDeprecated(d.Doc) {
		return
	}
	name := d.Name.Name
	switch {
	case d.Recv != nil:
		if name == "Add" || name == "Record" {
			typeName := d.Recv.List[0].Type.(*ast.Ident).Name
			s.measure(namespace+"/"+typeName, d)
		}
	case strings.HasPrefix(name, "New") && len(d.Type.Params.List) == 2:
		s.maker(namespace+"/"+strings.TrimPrefix(name, "New"), d, opts)
	case namespace == "" && returnsKeyValue(d):
		var params []string
		for _, p := range d.Type.Params.List {
			params = append(params, text(p.Type))
		}
		call := d.Body.List[len(d.Body.List)-1].(*ast.ReturnStmt).Results[0].(*ast.CallExpr)
		method := call.Fun.(*ast.SelectorExpr).Sel.Name
		s.funcs[name] = fmt.Sprintf("(%s) %s", strings.Join(params, ", "), method)
	}
}

func returnsKeyValue(d *ast.FuncDecl) bool {
	return d.Type.Results != nil && len(d.Type.Results.List) == 1 && text(d.Type.Results.List[0].Type) == "attribute.KeyValue"
}

// fact is a place for facts of a metric's type, until its name is known.
func (s *surface) fact(id string) map[string]string {
	if s.metrics[id] == nil {
		s.metrics[id] = map[string]string{}
	}
	return s.metrics[id]
}

// maker takes up the function that makes an instrument: the call of meter's method in it.
func (s *surface) maker(id string, d *ast.FuncDecl, opts map[string]map[string]string) {
	ast.Inspect(d.Body, func(n ast.Node) bool {
		call, ok := n.(*ast.CallExpr)
		if !ok || len(call.Args) != 2 {
			return true
		}
		sel, ok := call.Fun.(*ast.SelectorExpr)
		if !ok || !strings.HasPrefix(sel.Sel.Name, "Int64") && !strings.HasPrefix(sel.Sel.Name, "Float64") {
			return true
		}
		f := s.fact(id)
		f["name"], f["instrument"] = unquote(call.Args[0]), sel.Sel.Name
		set := opts["new"+id[strings.Index(id, "/")+1:]+"Opts"]
		ast.Inspect(call.Args[1], func(n ast.Node) bool {
			if list, ok := n.(*ast.CompositeLit); ok {
				set = settings(list)
			}
			return true
		})
		f["unit"], f["description"] = set["WithUnit"], set["WithDescription"]
		return false
	})
}

// measure takes up which attributes Add or Record always sets.
func (s *surface) measure(id string, d *ast.FuncDecl) {
	seen := map[string]bool{}
	var all []string
	ast.Inspect(d.Body, func(n ast.Node) bool {
		call, ok := n.(*ast.CallExpr)
		if !ok || len(call.Args) != 2 {
			return true
		}
		if sel, ok := call.Fun.(*ast.SelectorExpr); ok && text(sel.X) == "attribute" {
			if what := fmt.Sprintf("%s %s", unquote(call.Args[0]), sel.Sel.Name); !seen[what] {
				seen[what] = true
				all = append(all, what)
			}
		}
		return true
	})
	slices.Sort(all)
	s.fact(id)["required"] = strings.Join(all, ", ")
}

// byName returns the facts of metrics by their names, observables apart.
func (s *surface) byName() map[string]map[string]string {
	m := map[string]map[string]string{}
	for id, f := range s.metrics {
		key := f["name"]
		if key == "" {
			continue // its maker is deprecated
		}
		if strings.HasSuffix(id, "Observable") && strings.Contains(f["instrument"], "Observable") && s.metrics[strings.TrimSuffix(id, "Observable")] != nil {
			key += " (observable)"
		}
		f["type"] = id
		m[key] = f
	}
	return m
}

func unquote(e ast.Expr) string {
	if lit, ok := e.(*ast.BasicLit); ok && lit.Kind == token.STRING {
		if s, err := strconv.Unquote(lit.Value); err == nil {
			return s
		}
	}
	return text(e)
}

// text prints the few kinds of expressions that occur.
func text(e ast.Expr) string {
	switch e := e.(type) {
	case *ast.Ident:
		return e.Name
	case *ast.BasicLit:
		return e.Value
	case *ast.SelectorExpr:
		return text(e.X) + "." + e.Sel.Name
	case *ast.Ellipsis:
		return "..." + text(e.Elt)
	case *ast.ArrayType:
		return "[]" + text(e.Elt)
	case *ast.UnaryExpr:
		return e.Op.String() + text(e.X)
	}
	return fmt.Sprintf("%T", e)
}

// difference is a fact in which the two sides differ.
type difference struct{ kind, what, ours, theirs string }

// report compares, and prints what it found.
func report(t *testing.T, r *registry.Registry, ours, theirs *surface) {
	t.Helper()
	var all []difference
	compare := func(kind string, a, b map[string]string) int {
		same := 0
		for name, want := range b {
			if got := a[name]; got == want {
				same++
			} else {
				all = append(all, difference{kind, name, got, want})
			}
		}
		for name, got := range a {
			if _, ok := b[name]; !ok {
				all = append(all, difference{kind, name, got, ""})
			}
		}
		return same
	}
	fmt.Printf("| what | released | the same here |\n|---|---|---|\n")
	for _, c := range []struct {
		kind string
		a, b map[string]string
	}{{"key", ours.keys, theirs.keys}, {"constructor", ours.funcs, theirs.funcs}, {"enum value", ours.values, theirs.values}} {
		fmt.Printf("| %ss | %d | %d |\n", c.kind, len(c.b), compare(c.kind, c.a, c.b))
	}
	if ours.schema != theirs.schema {
		t.Errorf("schema URL: %q here, %q released", ours.schema, theirs.schema)
	}
	a, b := ours.byName(), theirs.byName()
	for _, fact := range []string{"instrument", "unit", "description", "required"} {
		x, y := map[string]string{}, map[string]string{}
		for name, f := range a {
			x[name] = f[fact]
		}
		for name, f := range b {
			y[name] = f[fact]
		}
		fmt.Printf("| metrics: %s | %d | %d |\n", fact, len(y), compare("metric's "+fact, x, y))
	}
	c := &comparison{ours, a, b, map[string]string{}, registry.Version(r.SchemaURL)}
	for _, m := range r.Metrics {
		c.valueType[m.Name] = m.ValueType
	}
	c.explain(t, all)
}

// comparison is what reasons are found in.
type comparison struct {
	ours      *surface
	a, b      map[string]map[string]string // metrics here and released
	valueType map[string]string
	version   string
}

// explain prints the differences by their reasons.
func (c *comparison) explain(t *testing.T, all []difference) {
	t.Helper()
	slices.SortFunc(all, func(a, b difference) int {
		return cmp.Or(strings.Compare(a.kind, b.kind), strings.Compare(a.what, b.what))
	})
	reasons := map[string][]string{}
	for _, d := range all {
		why := c.reason(d)
		if why == "" {
			t.Errorf("not explained: %s %s: %q here, %q released", d.kind, d.what, d.ours, d.theirs)
			continue
		}
		reasons[why] = append(reasons[why], fmt.Sprintf("%s %s: %s | %s", d.kind, d.what, cmp.Or(d.ours, "none"), cmp.Or(d.theirs, "none")))
	}
	fmt.Printf("\n| difference | count |\n|---|---|\n")
	var whys []string
	for why := range reasons {
		whys = append(whys, why)
	}
	slices.Sort(whys)
	for _, why := range whys {
		fmt.Printf("| %s | %d |\n", why, len(reasons[why]))
	}
	if os.Getenv("SEMCONV_DIFFERENCES") != "" {
		for _, why := range whys {
			fmt.Printf("\n%s:\n\n  %s\n", why, strings.Join(reasons[why], "\n  "))
		}
	}
}

// leftOut are the namespaces that the templates of the Go package leave out
// (excluded_namespaces in semconv/templates/registry/go/weaver.yaml).
var leftOut = []string{"aspnetcore", "cpython", "dotnet", "jvm", "kestrel", "nodejs", "v8js"}

// reason says why the two sides differ, or "".
func (c *comparison) reason(d difference) string {
	name := d.what
	switch d.kind {
	case "key":
		name = d.ours
	case "constructor":
		name = firstText(c.ours.keys[d.what+"Key"], strings.ToLower(d.what))
	case "enum value":
		constant, _, _ := strings.Cut(d.ours, ".")
		name = c.ours.keys[constant]
	}
	if ns, _, _ := strings.Cut(name, "."); d.theirs == "" && slices.Contains(leftOut, ns) {
		return "the Go package leaves out " + strings.Join(leftOut, ", ") + ", which are for other languages"
	}
	if !strings.HasPrefix(d.kind, "metric") {
		return ""
	}
	base := strings.TrimSuffix(d.what, " (observable)")
	released := c.b[base]["instrument"]
	wide := strings.NewReplacer("Observable", "", "Int64", "", "Float64", "")
	switch {
	case base != d.what && d.theirs == "" && released != "" && semconv.Compare(c.version, "1.41.0") < 0:
		return "Go packages before 1.41.0 have no second form for callbacks; here there is one"
	case strings.Contains(released, "Observable") && (d.theirs == "" || wide.Replace(d.ours) == wide.Replace(released)):
		return "the Go package has the instrument for callbacks alone; here there are both forms"
	case d.kind != "metric's instrument" || d.ours != strings.Replace(d.theirs, "Int64", "Float64", 1):
	case c.valueType[base] == "double":
		return "the registry says metric_value_type: double; the Go package goes by the unit, and cuts fractions"
	case c.valueType[base] == "" && c.a[base]["unit"] == "1":
		return "the registry does not say what the values are; in the unit 1 they have fractions here"
	}
	return ""
}

func firstText(a, b string) string {
	if a != "" {
		return a
	}
	return b
}
