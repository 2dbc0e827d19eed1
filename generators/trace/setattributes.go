package trace

import (
	"fmt"
	"slices"

	"github.com/dave/jennifer/jen"

	"github.com/mintwright/mintwright/generators/source"
)

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
