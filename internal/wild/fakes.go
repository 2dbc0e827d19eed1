package main

import (
	"fmt"
	"go/types"
	"maps"
	"slices"
	"strings"
)

// watcher writes the program that watches the decorators of a module.
type watcher struct {
	imports map[string]string // path -> name
	body    strings.Builder
	cases   []string
	stubs   map[string]string // interface as written -> its stub
	skipped map[string]int    // reason -> interfaces that cannot be watched
}

func newWatcher() *watcher {
	return &watcher{imports: map[string]string{}, stubs: map[string]string{}, skipped: map[string]int{}}
}

func (w *watcher) qual(p *types.Package) string { return w.name(p.Path()) }

func (w *watcher) name(path string) string {
	if w.imports[path] == "" {
		w.imports[path] = fmt.Sprintf("p%d", len(w.imports))
	}
	return w.imports[path]
}

func (w *watcher) write(t types.Type) string { return types.TypeString(t, w.qual) }

func (w *watcher) printf(format string, args ...any) { fmt.Fprintf(&w.body, format, args...) }

// add writes the fake of an interface and the calls of a decorator in package path.
func (w *watcher) add(d *decl, v variant) {
	typ, args, reason := concrete(d)
	if reason == "" {
		reason = unwritable(typ)
	}
	if reason != "" {
		w.skipped[reason]++
		return
	}
	id := fmt.Sprintf("%d%s", d.index, v.name)
	w.cases = append(w.cases, fmt.Sprintf("{%q, check%s}", v.name+" "+d.spec(), id))
	w.printf("type fake%s struct{ t *probe.T }\n\n", id)
	var calls strings.Builder
	methods := typ.Underlying().(*types.Interface)
	unwraps := false
	for m := range methods.Methods() {
		w.method(&calls, id, m)
		unwraps = unwraps || m.Name() == "Unwrap"
	}
	constructor := w.name(v.path(d.pack)) + ".Trace" + d.name.Name()
	if len(args) > 0 {
		var list []string
		for _, a := range args {
			list = append(list, w.write(a))
		}
		constructor += "[" + strings.Join(list, ", ") + "]"
	}
	w.printf("func check%s(t *probe.T) {\n\tf := &fake%s{t}\n", id, id)
	if v.results == 1 {
		w.printf("\tt.RefusesNil(func() { %s(nil, %s) })\n\td := %s(f, %s)\n", constructor, v.extra, constructor, v.extra)
	} else {
		w.printf("\tt.RefusesNil(func() { %s(nil, %s) })\n\td, err := %s(f, %s)\n\tt.Must(err)\n", constructor, v.extra, constructor, v.extra)
	}
	if !unwraps {
		w.printf("\tif u, ok := d.(interface{ Unwrap() %s }); !ok || u.Unwrap() != %[1]s(f) {\n\t\tt.HidesNext()\n\t}\n", w.write(typ))
	}
	w.printf("%s}\n\n", calls.String())
}

// method writes a method of a fake, and its call.
func (w *watcher) method(calls *strings.Builder, id string, m *types.Func) {
	sig := m.Signature()
	var params, args, passed []string
	fmt.Fprintf(calls, "\tt.Method(%q, %d, %t, func() []any {\n", m.Name(), contextIndex(sig), isFallible(sig))
	for i := range sig.Params().Len() {
		t, name := sig.Params().At(i).Type(), fmt.Sprintf("a%d", i)
		fmt.Fprintf(calls, "\t\t%s := probe.Arg[%s](t)\n", name, w.write(t))
		args = append(args, name)
		if sig.Variadic() && i == sig.Params().Len()-1 {
			params = append(params, name+" ..."+w.write(t.(*types.Slice).Elem()))
			passed = append(passed, name+"...")
			continue
		}
		params, passed = append(params, name+" "+w.write(t)), append(passed, name)
	}
	var results, got, filled, stubs []string
	for i := range sig.Results().Len() {
		t, name := sig.Results().At(i).Type(), fmt.Sprintf("r%d", i)
		results, got, filled = append(results, name+" "+w.write(t)), append(got, name), append(filled, "&"+name)
		if stub := w.stub(t); stub != "" {
			stubs = append(stubs, fmt.Sprintf("\t\t%s = &%s{t: f.t}\n", name, stub))
		}
	}
	call := fmt.Sprintf("d.%s(%s)", m.Name(), strings.Join(passed, ", "))
	if len(got) == 0 {
		fmt.Fprintf(calls, "\t\t%s\n\t\treturn nil\n\t})\n", call)
	} else {
		fmt.Fprintf(calls, "\t\t%s := %s\n\t\treturn []any{%s}\n\t})\n", strings.Join(got, ", "), call, strings.Join(got, ", "))
	}
	w.printf("func (f *fake%s) %s(%s) (%s) {\n", id, m.Name(), strings.Join(params, ", "), strings.Join(results, ", "))
	if len(stubs) > 0 {
		w.printf("\tif f.t.OK() {\n%s\t}\n", strings.Join(stubs, ""))
	}
	w.printf("\tf.t.Called(%s)\n\treturn\n}\n\n", strings.Join(append([]string{
		fmt.Sprintf("%q", m.Name()), "[]any{" + strings.Join(args, ", ") + "}",
	}, filled...), ", "))
}

// isFallible reports whether a call, or the iterator that it returns, tells an error.
func isFallible(sig *types.Signature) bool {
	for v := range sig.Results().Variables() {
		if isError(v.Type()) {
			return true
		}
		f, ok := v.Type().Underlying().(*types.Signature)
		if !ok || sig.Results().Len() != 1 || f.Params().Len() != 1 {
			continue
		}
		yield, ok := f.Params().At(0).Type().Underlying().(*types.Signature)
		if ok && yield.Results().Len() == 1 && isFallible(types.NewSignatureType(nil, nil, nil, nil, yield.Params(), false)) {
			return true
		}
	}
	return false
}

func isError(t types.Type) bool {
	return types.Identical(t, types.Universe.Lookup("error").Type())
}

// stub returns the type of a value for an interface that a fake returns, "" when it is left nil.
func (w *watcher) stub(t types.Type) string {
	named, ok := types.Unalias(t).(*types.Named)
	if !ok || isError(t) || isNamed(t, "context", "Context") {
		return ""
	}
	in, ok := named.Underlying().(*types.Interface)
	if !ok || in.NumMethods() == 0 {
		return ""
	}
	text := w.write(t)
	if w.stubs[text] != "" {
		return w.stubs[text]
	}
	name := fmt.Sprintf("stub%d", len(w.stubs))
	w.stubs[text] = name
	var recv strings.Builder
	for m := range in.Methods() {
		body, ok := map[string]string{"Recv": "Received", "CloseAndRecv": "Closed"}[m.Name()]
		if sig := m.Signature(); ok && sig.Params().Len() == 0 && sig.Results().Len() == 2 && isError(sig.Results().At(1).Type()) {
			fmt.Fprintf(&recv, "func (s *%s) %s() (r %s, err error) {\n\ts.t.%s(&err, &r)\n\treturn\n}\n\n", name, m.Name(), w.write(sig.Results().At(0).Type()), body)
		}
	}
	defer w.printf("type i%s = %s\n\ntype %s struct {\n\ti%s\n\tt *probe.T\n}\n\n%s", name, text, name, name, recv.String())
	return name
}

// concrete returns the type to watch: of a generic interface an instance. reason says why there is none.
func concrete(d *decl) (typ types.Type, args []types.Type, reason string) {
	generic, ok := d.name.Type().(interface{ TypeParams() *types.TypeParamList })
	if !ok || generic.TypeParams().Len() == 0 {
		return d.name.Type(), nil, ""
	}
	for param := range generic.TypeParams().TypeParams() {
		arg := argument(param)
		if arg == nil {
			return nil, nil, "no type at hand for a type parameter"
		}
		args = append(args, arg)
	}
	typ, err := types.Instantiate(nil, d.name.Type(), args, true)
	if err != nil {
		return nil, nil, "no type at hand for a type parameter"
	}
	return typ, args, ""
}

// argument returns a type that satisfies the constraint of a type parameter.
func argument(param *types.TypeParam) types.Type {
	constraint := param.Constraint().Underlying().(*types.Interface)
	candidates := []types.Type{
		types.Typ[types.String], types.Typ[types.Int], types.Typ[types.Float64], types.NewSlice(types.Typ[types.Byte]), param.Constraint(),
	}
	if !constraint.IsMethodSet() {
		candidates = candidates[:4]
	}
	for _, t := range append(candidates, pointers(param.Obj().Pkg())...) {
		if types.Satisfies(t, constraint) {
			return t
		}
	}
	return nil
}

// pointers returns pointers to the exported types of a package and of those that it imports.
func pointers(pkg *types.Package) []types.Type {
	var list []types.Type
	for _, p := range append([]*types.Package{pkg}, pkg.Imports()...) {
		if isInternal(p) {
			continue
		}
		for _, name := range p.Scope().Names() {
			obj, ok := p.Scope().Lookup(name).(*types.TypeName)
			if !ok || !obj.Exported() {
				continue
			}
			if named, ok := obj.Type().(*types.Named); ok && named.TypeParams().Len() == 0 {
				list = append(list, types.NewPointer(obj.Type()))
			}
		}
	}
	return list
}

func isInternal(p *types.Package) bool {
	return slices.Contains(strings.Split(p.Path(), "/"), "internal")
}

// unwritable says what a program of another module cannot write of the methods of an interface.
func unwritable(typ types.Type) string {
	var reason string
	for m := range typ.Underlying().(*types.Interface).Methods() {
		types.TypeString(m.Signature(), func(p *types.Package) string {
			if isInternal(p) {
				reason = "a type of an internal package"
			}
			return p.Path()
		})
	}
	return reason
}

// program returns the source of a command that watches what has been added.
func (w *watcher) program() string {
	var b strings.Builder
	b.WriteString("package main\n\nimport (\n\t\"os\"\n\n\t\"" + home + "/probe\"\n")
	for _, path := range slices.Sorted(maps.Keys(w.imports)) {
		fmt.Fprintf(&b, "\t%s %q\n", w.imports[path], path)
	}
	fmt.Fprintf(&b, ")\n\nfunc main() {\n\tprobe.Run(os.Stdout,\n")
	for _, c := range w.cases {
		fmt.Fprintf(&b, "\t\tprobe.Case%s,\n", c)
	}
	b.WriteString("\t)\n}\n\n" + w.body.String())
	return b.String()
}
