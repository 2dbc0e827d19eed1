package trace

import (
	"fmt"
	"go/types"
	"slices"
	"strings"

	"github.com/dave/jennifer/jen"

	"github.com/mintwright/mintwright/generators/source"
)

func (f *file) emitMethod(out *jen.File, d *decorator, m *method) {
	comment(out, f.methodDoc(d, m))
	head := out.Func().Add(receiver(d)).Id(m.Name).Add(f.params(m)).Add(results(m.Results))
	switch m.way {
	case pass:
		head.Add(f.passBody(d, m))
	case iterate:
		head.Block(jen.Return(f.iteration(d, m)))
	case hand:
		head.BlockFunc(func(g *jen.Group) { f.handBody(g, d, m) })
	default:
		head.BlockFunc(func(g *jen.Group) { f.callBody(g, d, m) })
	}
	out.Line()
}

func (f *file) methodDoc(d *decorator, m *method) string {
	implements := m.Name + " implements " + f.interfaceName(d) + "."
	switch m.way {
	case pass:
		if m.why == noContext {
			return m.Name + " has no context, so its calls have no spans."
		}
		return m.Name + " has no span: " + strings.TrimSuffix(m.why, ".") + "."
	case iterate:
		return implements + " Each iteration makes the call anew, in a span that lasts as long."
	case hand:
		if m.stream.untilError() {
			return implements + " The span ends with the stream: when Recv fails or the context ends."
		}
		if m.stream.recv {
			return implements + " The span ends with the stream: when CloseAndRecv returns or the context ends."
		}
		return implements + " The span ends when the result is closed."
	}
	if len(m.iterators) > 0 {
		return implements + " Each iteration over its result has a span of its own."
	}
	return implements
}

// params are the parameters with their names; neighbours of one type share it.
func (f *file) params(m *method) *jen.Statement {
	var list []jen.Code
	for i, p := range m.Params {
		name := jen.Id(m.labels.params[i])
		last := i == len(m.Params)-1
		switch {
		case last && m.Variadic:
			name.Op("...").Add(source.Code(types.Unalias(p.Type).(*types.Slice).Elem()))
		case !last && types.Identical(p.Type, m.Params[i+1].Type) && sameCode(p.Type, m.Params[i+1].Type) && !(m.Variadic && i+2 == len(m.Params)):
		default:
			name.Add(source.Code(p.Type))
		}
		list = append(list, name)
	}
	return jen.Params(list...)
}

// sameCode says whether two types are written alike: an alias is another word for the same type.
func sameCode(a, b types.Type) bool {
	return types.TypeString(a, nil) == types.TypeString(b, nil)
}

func results(list []source.Param) *jen.Statement {
	var codes []jen.Code
	for _, r := range list {
		codes = append(codes, source.Code(r.Type))
	}
	switch len(codes) {
	case 0:
		return jen.Null()
	case 1:
		return jen.Add(codes[0])
	}
	return jen.Params(codes...)
}

// next is the call of the next value.
func (f *file) next(d *decorator, m *method) *jen.Statement {
	var args []jen.Code
	for i, name := range m.labels.params {
		arg := jen.Id(name)
		if m.Variadic && i == len(m.labels.params)-1 {
			arg.Op("...")
		}
		args = append(args, arg)
	}
	return jen.Id(d.labels.receiver).Dot(d.labels.next).Dot(m.Name).Call(args...)
}

func (f *file) passBody(d *decorator, m *method) *jen.Statement {
	if len(m.Results) == 0 {
		return oneLine(f.next(d, m))
	}
	return oneLine(jen.Return(f.next(d, m)))
}

// start opens the span.
func (f *file) start(g *jen.Group, d *decorator, m *method, measured bool) {
	if measured {
		g.Id(m.labels.start).Op(":=").Qual("time", "Now").Call()
	}
	ctx := m.labels.params[m.ctx]
	g.List(jen.Id(ctx), jen.Id(m.labels.span)).Op(":=").Add(f.startSpan(d, m, m.span))
}

func (f *file) startSpan(d *decorator, m *method, name string) *jen.Statement {
	args := []jen.Code{jen.Id(m.labels.params[m.ctx]), jen.Lit(name)}
	if m.kind != "" {
		args = append(args, jen.Id(d.labels.receiver).Dot(d.labels.kinds[m.kind]).Op("..."))
	}
	return jen.Id(d.labels.receiver).Dot(d.labels.tracer).Dot("Start").Call(args...)
}

func (f *file) callBody(g *jen.Group, d *decorator, m *method) {
	f.start(g, d, m, m.labels.calls != "")
	g.Defer().Id(m.labels.span).Dot("End").Call()
	f.setAttributes(g, m, m.before, nil)
	silent := !m.canFailAtOnce() && m.labels.calls == "" && len(m.after) == 0 && len(m.iterators) == 0
	switch {
	case len(m.Results) == 0:
		g.Add(f.next(d, m))
		f.ended(g, d, m)
		return
	case silent:
		g.Return(f.next(d, m))
		return
	}
	g.List(idents(m.labels.results)...).Op(":=").Add(f.next(d, m))
	f.ended(g, d, m)
	f.setAttributes(g, m, m.after, f.success(m))
	for _, it := range m.iterators {
		f.wrapIterator(g, d, m, it)
	}
	g.Return(idents(m.labels.results)...)
}

// success is the condition that a call returned no error; nil where it cannot.
func (f *file) success(m *method) *jen.Statement {
	if len(m.errors) == 0 {
		return nil
	}
	condition := &jen.Statement{}
	for i, e := range m.errors {
		if i > 0 {
			condition.Op("&&")
		}
		condition.Id(m.labels.results[e]).Op("==").Nil()
	}
	return condition
}

// canFailAtOnce says whether a method returns an error itself.
func (m *method) canFailAtOnce() bool { return len(m.errors) > 0 }

func idents(names []string) []jen.Code {
	var list []jen.Code
	for _, n := range names {
		list = append(list, jen.Id(n))
	}
	return list
}

// ended records how a call ended.
func (f *file) ended(g *jen.Group, d *decorator, m *method) {
	if m.labels.calls != "" {
		g.Add(f.recordCall(d, m, m.labels.calls, f.failure(m), m.ignoredCodes()))
		return
	}
	if !m.canFailAtOnce() {
		return
	}
	failure, condition := jen.Id(m.labels.results[m.errors[0]]), jen.Null()
	if len(m.errors) > 1 {
		failure = jen.Id(m.labels.failure)
		condition = failure.Clone().Op(":=").Add(f.failure(m)).Op(";").Add(failure.Clone()).Op("!=").Nil()
	} else {
		condition = f.isFailure(failure, m.ignoredCodes())
	}
	g.If(condition).Block(jen.Id(f.helpers.record).Call(jen.Id(m.labels.span), failure))
}

// failure is the error that a call ended with: of several results the first that is one.
func (f *file) failure(m *method) *jen.Statement {
	var errs []jen.Code
	for _, i := range m.errors {
		errs = append(errs, jen.Id(m.labels.results[i]))
	}
	switch len(errs) {
	case 0:
		return jen.Nil()
	case 1:
		return jen.Add(errs[0])
	}
	list := jen.Index().Error().Values(errs...)
	return jen.Id(f.helpers.first).Call(append([]jen.Code{list}, m.ignoredCodes()...)...)
}

// isFailure is the condition that an error is one, and none of those that are expected.
func (f *file) isFailure(err *jen.Statement, expected []jen.Code) *jen.Statement {
	condition := err.Clone().Op("!=").Nil()
	for _, e := range expected {
		condition.Op("&&").Op("!").Qual("errors", "Is").Call(err.Clone(), e)
	}
	return condition
}

// ignoredCodes are the errors that are no failure of this method, and may be of others.
func (m *method) ignoredCodes() []jen.Code {
	var list []jen.Code
	for _, e := range m.ignored {
		list = append(list, e.code())
	}
	return list
}

// expected are the errors that are no failure of what the method returned.
func (m *method) expected() []jen.Code {
	list := m.ignoredCodes()
	isEOF := func(e *errorValue) bool { return e.obj.Pkg().Path() == "io" && e.obj.Name() == "EOF" }
	if m.stream != nil && m.stream.recv && !slices.ContainsFunc(m.ignored, isEOF) {
		list = append([]jen.Code{jen.Qual("io", "EOF")}, list...)
	}
	return list
}

// setAttributes records attributes while a span is recording, under a condition more where there
// is one.
func (f *file) setAttributes(g *jen.Group, m *method, list []*attribute, condition *jen.Statement) {
	if len(list) == 0 {
		return
	}
	recording := jen.Id(m.labels.span).Dot("IsRecording").Call()
	if condition != nil {
		recording = condition.Op("&&").Add(recording)
	}
	groups := f.guarded(m, list)
	if only := groups[0]; len(groups) == 1 && only.isPlain() {
		for _, guard := range only.guards {
			recording.Op("&&").Add(guard.expr(&m.labels)).Op("!=").Nil()
		}
		g.If(recording).Block(f.setGroup(m, only.attributes))
		return
	}
	g.If(recording).BlockFunc(func(g *jen.Group) {
		for _, group := range groups {
			f.emitGroup(g, m, group, group.guards)
		}
	})
}

// group is attributes with the same guards.
type group struct {
	attributes []*attribute
	guards     []guard
	printed    string
}

func (g group) isPlain() bool {
	for _, guard := range g.guards {
		if guard.bind != "" {
			return false
		}
	}
	return true
}

// guarded groups attributes by their guards.
func (f *file) guarded(m *method, list []*attribute) []group {
	var groups []group
	m.labels.bound = map[int]string{}
	for _, a := range list {
		for _, guard := range a.value.guards {
			m.labels.bound[guard.id] = guard.bind
		}
		var printed []string
		for _, guard := range a.value.guards {
			printed = append(printed, guard.expr(&m.labels).GoString(), guard.bind)
		}
		key := fmt.Sprint(printed)
		i := slices.IndexFunc(groups, func(g group) bool { return g.printed == key })
		if i >= 0 {
			groups[i].attributes = append(groups[i].attributes, a)
			continue
		}
		groups = append(groups, group{[]*attribute{a}, a.value.guards, key})
	}
	// What is recorded in any case comes first.
	slices.SortStableFunc(groups, func(a, b group) int { return min(len(a.guards), 1) - min(len(b.guards), 1) })
	return groups
}

// emitGroup writes the conditions of a group, and in them its attributes. A guard on the result
// of a call has a variable, so that it is called once.
func (f *file) emitGroup(g *jen.Group, m *method, of group, guards []guard) {
	if len(guards) == 0 {
		g.Add(f.setGroup(m, of.attributes))
		return
	}
	if first := guards[0]; first.bind != "" {
		value := first.expr(&m.labels)
		scope := m.labels.scope.Child()
		for i := range first.id {
			scope.Take(m.labels.bound[i])
		}
		name := scope.New(first.bind)
		m.labels.bound[first.id] = name
		g.If(jen.Id(name).Op(":=").Add(value), jen.Id(name).Op("!=").Nil()).BlockFunc(func(g *jen.Group) {
			f.emitGroup(g, m, of, guards[1:])
		})
		return
	}
	condition := &jen.Statement{}
	plain := 0
	for _, guard := range guards {
		if guard.bind != "" {
			break
		}
		if plain > 0 {
			condition.Op("&&")
		}
		condition.Add(guard.expr(&m.labels)).Op("!=").Nil()
		plain++
	}
	g.If(condition).BlockFunc(func(g *jen.Group) { f.emitGroup(g, m, of, guards[plain:]) })
}

func (f *file) setGroup(m *method, list []*attribute) jen.Code {
	var codes []jen.Code
	for _, a := range list {
		codes = append(codes, f.attribute(m, a))
	}
	call := jen.Id(m.labels.span).Dot("SetAttributes")
	return call.Custom(jen.Options{Open: "(", Close: ")", Separator: ",", Multi: len(codes) > 1}, codes...)
}

func (f *file) attribute(m *method, a *attribute) *jen.Statement {
	x := a.value.expr(&m.labels)
	if a.value.convert != nil {
		elem := m.labels.scope.Child().New(variable(a.value.elem))
		x = jen.Id(f.helpers.each).Call(x, jen.Func().Params(jen.Id(elem).Add(source.Code(a.value.elem))).Id(a.value.basic).
			Add(oneLine(jen.Return(a.value.convert(jen.Id(elem))))))
	}
	return jen.Qual(attributePath, a.value.kind).Call(jen.Lit(a.key), x)
}

func (f *file) emitEach(out *jen.File) {
	comment(out, f.helpers.each+" returns what convert makes of each element of a list.")
	out.Func().Id(f.helpers.each).Types(jen.List(jen.Id("E"), jen.Id("V")).Any()).
		Params(jen.Id("list").Index().Id("E"), jen.Id("convert").Func().Params(jen.Id("E")).Id("V")).Index().Id("V").
		Block(
			jen.Id("values").Op(":=").Make(jen.Index().Id("V"), jen.Len(jen.Id("list"))),
			jen.For(jen.List(jen.Id("i"), jen.Id("e")).Op(":=").Range().Id("list")).Block(
				jen.Id("values").Index(jen.Id("i")).Op("=").Id("convert").Call(jen.Id("e")),
			),
			jen.Return(jen.Id("values")),
		)
	out.Line()
}
