package trace

import (
	"go/types"
	"slices"
	"strings"

	"github.com/dave/jennifer/jen"

	"github.com/mintwright/mintwright/generators/source"
	"github.com/mintwright/mintwright/internal/names"
)

// helpers are the names and forms of what the decorators of a file share.
type helpers struct {
	jen     *jen.File
	imports *source.Imports

	record   string        // the function that records an error in a span
	calls    string        // the type that records the calls of a method, with -metrics and -logs
	newCalls string        // the function that makes one
	each     string        // the function that converts lists
	first    string        // the function that finds a failure among several errors
	ignored  []*errorValue // no failures for any method
	several  bool          // some method returns several errors
	fails    bool          // some call can fail
	expected bool          // some methods have errors of their own that are no failures
	// The same of methods that return several errors.
	firstExpected bool
	converts      bool // some attribute is a list that has to be converted
}

// decoratorNames are the names of a decorator.
type decoratorNames struct {
	typ, constructor string
	receiver         string
	next, tracer     string            // fields
	kinds            map[string]string // fields, by the kind of span
}

// methodNames are the names in the body of a method.
type methodNames struct {
	params, results []string
	calls           string // the field of the decorator, with -metrics and -logs
	span, start     string
	failure         string // the error of an iteration, or the first of several
	yield           string
	opened, end     string
	stop            string
	bound           map[int]string // variables for what guards look at, while an attribute is printed
	outer, scope    *names.Scope   // without and with the names that follow on the parameters
}

// inner is the scope of a function in the method's body that does without the results.
func (n *methodNames) inner() *names.Scope {
	scope := n.outer.Child()
	for _, name := range []string{n.span, n.start, n.yield, n.failure} {
		scope.Take(name)
	}
	return scope
}

// name gives everything a name that clashes with nothing.
func (f *file) name() error {
	scope := f.scope()
	first := f.decorators[0].base
	h := &f.helpers
	h.record = scope.New("record" + first + "Error")
	h.calls, h.newCalls = scope.New(f.decorators[0].small()+"Calls"), scope.New("new"+first+"Calls")
	h.first = scope.New("first" + first + "Failure")
	h.each = scope.New("convert" + first + "List")
	for _, d := range f.decorators {
		for i, t := range d.of.TypeParams {
			if t.Name == "_" {
				d.of.TypeParams[i].Name = scope.New("P")
			}
		}
	}
	for _, d := range f.decorators {
		for _, m := range d.methods {
			if m.stream != nil {
				m.stream.label = scope.New(d.small() + upper(m.Name) + "Stream")
			}
		}
	}
	f.nameImports(scope)
	f.shareIgnored()
	for _, d := range f.decorators {
		f.nameDecorator(d)
	}
	return join(f.redeclared())
}

// constructorNames are the names of a constructor's parameters and variables.
type constructorNames struct{ next, provider, meters, logger, scope, duration, err string }

func (d *decorator) constructorNames() constructorNames {
	scope := names.NewScope()
	for _, t := range d.of.TypeParams {
		scope.Take(t.Name)
	}
	return constructorNames{
		next: scope.New("next"), provider: scope.New("provider"), meters: scope.New("meters"), logger: scope.New("logger"),
		scope: scope.New("scope"), duration: scope.New("duration"), err: scope.New("err"),
	}
}

// nameImports names the packages of types first, so that they keep the names that the package's
// other files know them by, as a rule.
func (f *file) nameImports(scope *names.Scope) {
	h := &f.helpers
	h.jen = jen.NewFilePathName(f.pkg.Types.Path(), f.pkg.Name)
	h.imports = source.NewImports(h.jen, scope)
	for _, d := range f.decorators {
		h.imports.AddTypes(f.pkg.Types.Path(), d.types()...)
	}
	for _, p := range [...]string{"context", "errors", "fmt", "io", "log/slog", "slices", "sync", "time"} {
		h.imports.Add(p, p[strings.LastIndexByte(p, '/')+1:])
	}
	for _, p := range [...]string{attributePath, codesPath, metricPath, tracePath} {
		name := p[strings.LastIndexByte(p, '/')+1:]
		if scope.Has(name) {
			name = "otel" + name
		}
		h.imports.Add(p, name)
	}
	for _, d := range f.decorators {
		for _, e := range d.ignored {
			f.importOf(e.obj)
		}
		for _, m := range d.methods {
			for _, e := range m.ignored {
				f.importOf(e.obj)
			}
		}
	}
}

// importOf returns the word that the package of an object is called by, "" for the own package.
func (f *file) importOf(obj types.Object) string {
	if obj.Pkg() == f.pkg.Types {
		return ""
	}
	return f.helpers.imports.Add(obj.Pkg().Path(), obj.Pkg().Name())
}

// word is the first identifier by which the output names an object.
func (f *file) word(obj types.Object) string {
	if obj.Pkg() == nil {
		return obj.Name()
	}
	if w := f.importOf(obj); w != "" {
		return w
	}
	return obj.Name()
}

// std is the name of a package of the standard library or of OpenTelemetry.
func (f *file) std(path string) string {
	return f.helpers.imports.Add(path, path[strings.LastIndexByte(path, '/')+1:])
}

// types returns the types that the output names.
func (d *decorator) types() []types.Type {
	list := []types.Type{d.of.Type}
	for _, t := range d.of.TypeParams {
		list = append(list, t.Constraint)
	}
	for _, m := range d.methods {
		list = append(list, m.Signature)
		if s := m.stream; s != nil {
			list = append(list, s.method.Type())
			for _, fn := range s.others {
				list = append(list, fn.Type())
			}
		}
		for _, i := range m.iterators {
			list = append(list, i.elems...)
		}
		for _, a := range slices.Concat(m.before, m.after) {
			if a.value.elem != nil {
				list = append(list, a.value.elem)
			}
		}
	}
	return list
}

// shareIgnored finds the errors that are no failures for any method of the file, and gives the
// others of a decorator to each of its methods.
func (f *file) shareIgnored() {
	h := &f.helpers
	for _, e := range f.decorators[0].ignored {
		everywhere := func(d *decorator) bool {
			return slices.ContainsFunc(d.ignored, func(o *errorValue) bool { return o.obj == e.obj })
		}
		if !slices.ContainsFunc(f.decorators, func(d *decorator) bool { return !everywhere(d) }) {
			h.ignored = append(h.ignored, e)
		}
	}
	for _, d := range f.decorators {
		for _, m := range d.methods {
			m.ignored = slices.DeleteFunc(union(m.ignored, d.ignored), func(e *errorValue) bool {
				return isCanceled(e.obj) || slices.ContainsFunc(h.ignored, func(o *errorValue) bool { return o.obj == e.obj })
			})
			h.fails = h.fails || m.canFail()
			h.several = h.several || m.way != pass && len(m.errors) > 1
			h.expected = h.expected || f.measures(m.canFail()) && (len(m.endedCodes()) > 0 || m.way == hand && len(m.expected()) > 0)
			h.firstExpected = h.firstExpected || len(m.errors) > 1 && len(m.ignored) > 0
			h.converts = h.converts || slices.ContainsFunc(slices.Concat(m.before, m.after), func(a *attribute) bool { return a.value.convert != nil })
		}
	}
	h.ignored = slices.DeleteFunc(h.ignored, func(e *errorValue) bool { return isCanceled(e.obj) })
}

func isCanceled(obj types.Object) bool {
	return obj.Pkg().Path() == "context" && obj.Name() == "Canceled"
}

func (f *file) nameDecorator(d *decorator) {
	fields := names.NewScope("Unwrap")
	for _, m := range d.methods {
		fields.Take(m.Name)
	}
	l := &d.labels
	l.next, l.tracer, l.kinds = fields.New("next"), fields.New("tracer"), map[string]string{}
	l.receiver = f.receiver(d)
	for _, m := range d.methods {
		if m.way == pass {
			f.nameMethod(d, m)
			continue
		}
		if m.kind != "" && l.kinds[m.kind] == "" {
			l.kinds[m.kind] = fields.New(m.kind)
		}
		if m.way != iterate && f.measures(m.canFailAtOnce() || m.way == hand) {
			m.labels.calls = fields.New(lower(m.Name) + "Calls")
		}
		for i := range m.iterators {
			it := &m.iterators[i]
			it.span = m.span
			suffix := "Calls"
			if m.way != iterate {
				it.span, suffix = m.span+" range", "RangeCalls"
			}
			if f.measures(it.failing >= 0) {
				it.calls = fields.New(lower(m.Name) + suffix)
			}
		}
		f.nameMethod(d, m)
	}
}

// measures says whether calls that can fail, or cannot, are measured or logged.
func (f *file) measures(canFail bool) bool { return f.options.Metrics || f.options.Logs && canFail }

// receiver is a name that no parameter has and that no method's body needs for something else.
func (f *file) receiver(d *decorator) string {
	taken := names.NewScope()
	for _, t := range d.of.TypeParams {
		taken.Take(t.Name)
	}
	for _, m := range d.methods {
		for _, p := range slices.Concat(m.Params, m.Results) {
			taken.Take(p.Name)
		}
		for _, w := range f.bodyWords(m) {
			taken.Take(w)
		}
	}
	for _, name := range []string{"t", "d", "s"} {
		if !taken.Has(name) {
			return name
		}
	}
	return taken.New("traced")
}

// nameMethod names what stands in the body of a method. Parameters keep their names where they
// can.
func (f *file) nameMethod(d *decorator, m *method) {
	scope := names.NewScope(d.labels.receiver)
	for _, t := range d.of.TypeParams {
		scope.Take(t.Name)
	}
	reserved := map[string]bool{d.labels.receiver: true}
	for _, w := range f.bodyWords(m) {
		reserved[w] = true
		scope.Take(w)
	}
	n := &m.labels
	n.params = make([]string, len(m.Params))
	for i, p := range m.Params {
		if p.Name == "" || p.Name == "_" {
			continue
		}
		if n.params[i] = p.Name; reserved[p.Name] || slices.ContainsFunc(d.of.TypeParams, func(t source.TypeParam) bool { return t.Name == p.Name }) {
			n.params[i] = scope.New(p.Name)
		}
		scope.Take(n.params[i])
	}
	for i, p := range m.Params {
		if n.params[i] == "" {
			n.params[i] = scope.New(variable(p.Type))
		}
	}
	if m.way == pass {
		return
	}
	n.outer = scope
	scope = scope.Child()
	n.scope = scope
	n.span, n.start = scope.New("span"), scope.New("start")
	if m.way == hand {
		n.opened, n.end, n.stop = scope.New("opened"), scope.New("end"), scope.New("stop")
	}
	for i, r := range m.Results {
		n.results = append(n.results, scope.New(m.resultName(i, r)))
	}
	n.failure, n.yield = scope.New("failure"), scope.New("yield")
}

func (m *method) resultName(i int, r source.Param) string {
	switch {
	case r.Name != "" && r.Name != "_":
		return r.Name
	case types.Identical(r.Type, builtinError()):
		return "err"
	case m.stream != nil && m.stream.result == i:
		return "stream"
	case i > 0 && types.Identical(r.Type, types.Typ[types.Bool]):
		return "ok"
	case slices.ContainsFunc(m.iterators, func(it iterator) bool { return it.result == i }):
		return "all"
	}
	return "result"
}
