package trace

import (
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
			text := m.Name + " has no context, so its calls have no spans"
			if m.returns(d.of.Type) {
				text += ", and neither have those of the " + f.interfaceName(d) + " that it returns"
			}
			return text + "."
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

// returns says whether a method returns an undecorated value of a type.
func (m *method) returns(t types.Type) bool {
	return slices.ContainsFunc(m.Results, func(r source.Param) bool {
		named, ok := types.Unalias(r.Type).(*types.Named)
		return ok && types.Identical(named.Origin(), types.Unalias(t))
	})
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
		g.Add(f.recordCall(d, m, m.labels.calls, f.failure(m), m.endedCodes()))
		return
	}
	if !m.canFailAtOnce() {
		return
	}
	failure := jen.Id(m.labels.results[m.errors[0]])
	condition := f.isFailure(failure, m.ignoredCodes())
	if len(m.errors) > 1 {
		failure = jen.Id(m.labels.failure)
		condition = failure.Clone().Op(":=").Add(f.failure(m)).Op(";").Add(failure.Clone()).Op("!=").Nil()
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

// endedCodes are the ignored errors where none of them has been left out before.
func (m *method) endedCodes() []jen.Code {
	if m.way == pass || len(m.errors) > 1 {
		return nil
	}
	return m.ignoredCodes()
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
