package trace

import (
	"fmt"
	"go/types"

	"github.com/dave/jennifer/jen"

	"github.com/mintwright/mintwright/generators/source"
	"github.com/mintwright/mintwright/internal/names"
)

// handBody is the body of a method whose span is ended by what it returns, and by itself when it
// returns nothing to do so.
func (f *file) handBody(g *jen.Group, d *decorator, m *method) {
	n, s := &m.labels, m.stream
	span := jen.Id(n.span)
	f.start(g, d, m, n.calls != "")
	g.Id(n.opened).Op(":=").False()
	g.Defer().Func().Params().Block(
		jen.If(jen.Op("!").Id(n.opened)).Block(span.Clone().Dot("End").Call()),
	).Call()
	f.setAttributes(g, m, m.before, nil)
	g.List(idents(n.results)...).Op(":=").Add(f.next(d, m))
	stream := n.results[s.result]
	failed := jen.Id(stream).Op("==").Nil()
	if len(m.errors) > 0 {
		failed = f.failureCondition(m).Op("||").Add(failed)
	}
	leave := []jen.Code{jen.Return(idents(n.results)...)}
	if n.calls != "" {
		leave = append([]jen.Code{f.recordCall(d, m, n.calls, f.failure(m), m.endedCodes())}, leave...)
	} else {
		f.ended(g, d, m)
	}
	g.If(failed).Block(leave...)
	f.setAttributes(g, m, m.after, nil)
	g.Id(n.opened).Op("=").True()
	f.endStream(g, d, m)
	wrapped := []jen.Code{jen.Id(s.field()).Op(":").Id(stream)}
	if s.recv {
		g.Id(n.stop).Op(":=").Qual("context", "AfterFunc").Call(jen.Id(n.params[m.ctx]), jen.Func().Params().
			Add(oneLine(jen.Id(n.end).Call(jen.Id(n.params[m.ctx]).Dot("Err").Call()))))
		wrapped = append(wrapped, jen.Id(s.stopField()).Op(":").Id(n.stop))
	}
	wrapped = append(wrapped, jen.Id(s.endField()).Op(":").Id(n.end))
	list := idents(n.results)
	for _, i := range m.errors {
		list[i] = jen.Nil()
	}
	list[s.result] = jen.Op("&").Id(s.label).Add(typeArgs(d)).Values(wrapped...)
	g.Return(list...)
}

// failureCondition says that one of the errors that a method returns is not nil.
func (f *file) failureCondition(m *method) *jen.Statement {
	condition := &jen.Statement{}
	for i, e := range m.errors {
		if i > 0 {
			condition.Op("||")
		}
		condition.Id(m.labels.results[e]).Op("!=").Nil()
	}
	return condition
}

// endStream is the function that ends the span of a stream.
func (f *file) endStream(g *jen.Group, d *decorator, m *method) {
	n := &m.labels
	err := jen.Id(n.outer.Child().New("err"))
	g.Id(n.end).Op(":=").Func().Params(err.Clone().Error()).BlockFunc(func(g *jen.Group) {
		if n.calls != "" {
			g.Add(f.recordCall(d, m, n.calls, err, m.expected()))
		} else {
			g.If(f.isFailure(err, m.expected())).Block(jen.Id(f.helpers.record).Call(jen.Id(n.span), err))
		}
		g.Id(n.span).Dot("End").Call()
	})
}

// field is the name of what the wrapper wraps: the embedded type's, or next.
func (s *stream) field() string {
	if s.named != nil {
		return s.named.Name()
	}
	return s.own("next")
}

func (s *stream) stopField() string { return s.own("stop") }
func (s *stream) endField() string  { return s.own("end") }

// own is a name for a field that no method of the stream has.
func (s *stream) own(name string) string {
	scope := names.NewScope()
	for fn := range s.typ.Underlying().(*types.Interface).Methods() {
		scope.Take(fn.Name())
	}
	if s.named != nil {
		scope.Take(s.named.Name())
	}
	return scope.New(name)
}

// emitStream writes the type that wraps what a method returns.
func (f *file) emitStream(out *jen.File, d *decorator, m *method) {
	s := m.stream
	comment(out, fmt.Sprintf("%s is what %s returns: it ends the span of the call when it is over.", s.label, m.Name))
	out.Type().Id(s.label).Add(typeParams(d)).StructFunc(func(g *jen.Group) {
		if s.named != nil {
			g.Add(source.Code(s.typ))
			g.Line()
		} else {
			g.Id(s.field()).Add(source.Code(s.typ))
		}
		if s.recv {
			g.Id(s.stopField()).Func().Params().Bool()
			g.Id(s.endField()).Func().Params(jen.Error())
			return
		}
		g.Id(s.own("once")).Qual("sync", "Once")
		g.Id(s.endField()).Func().Params(jen.Error())
	})
	out.Line()
	receiver := jen.Params(jen.Id("s").Op("*").Id(s.label).Add(typeArgs(d)))
	f.emitEnding(out, s, receiver)
	for _, fn := range s.others {
		f.forward(out, s, receiver, fn)
	}
}

func (f *file) emitEnding(out *jen.File, s *stream, receiver *jen.Statement) {
	call := jen.Id("s").Dot(s.field()).Dot(s.method.Name()).Call()
	scope := names.NewScope("s")
	var names, types []jen.Code
	for v := range s.method.Signature().Results().Variables() {
		types = append(types, source.Code(v.Type()))
		name := "err"
		if len(types) < s.method.Signature().Results().Len() {
			if name = v.Name(); name == "" || name == "_" {
				name = "value"
			}
		}
		names = append(names, jen.Id(scope.New(name)))
	}
	err := names[len(names)-1]
	comment(out, f.endingDoc(s))
	out.Func().Add(receiver.Clone()).Id(s.method.Name()).Params().Add(resultList(types)).BlockFunc(func(g *jen.Group) {
		g.List(names...).Op(":=").Add(call)
		if s.recv {
			over := jen.Id("s").Dot(s.stopField()).Call()
			if s.untilError() {
				over = jen.Add(err).Op("!=").Nil().Op("&&").Add(over)
			}
			g.If(over).Block(jen.Id("s").Dot(s.endField()).Call(err))
		} else {
			g.Id("s").Dot(s.own("once")).Dot("Do").Call(jen.Func().Params().Add(oneLine(jen.Id("s").Dot(s.endField()).Call(err))))
		}
		g.Return(names...)
	})
	out.Line()
}

// untilError says that the method that ends the stream does so when it fails.
func (s *stream) untilError() bool { return s.method.Name() == "Recv" }

func (f *file) endingDoc(s *stream) string {
	if s.untilError() {
		return "Recv ends the span with the first error, which is no failure when it is io.EOF."
	}
	return s.method.Name() + " ends the span."
}

func resultList(codes []jen.Code) *jen.Statement {
	if len(codes) == 1 {
		return jen.Add(codes[0])
	}
	return jen.Params(codes...)
}

// forward writes a method of a stream that cannot be embedded.
func (f *file) forward(out *jen.File, s *stream, receiver *jen.Statement, fn *types.Func) {
	sig := fn.Signature()
	scope := names.NewScope("s")
	var params, args []jen.Code
	for i := range sig.Params().Len() {
		v := sig.Params().At(i)
		name := v.Name()
		if name == "" || name == "_" {
			name = variable(v.Type())
		}
		name = scope.New(name)
		param, arg := jen.Id(name).Add(source.Code(v.Type())), jen.Id(name)
		if sig.Variadic() && i == sig.Params().Len()-1 {
			param = jen.Id(name).Op("...").Add(source.Code(v.Type().(*types.Slice).Elem()))
			arg.Op("...")
		}
		params, args = append(params, param), append(args, arg)
	}
	call := jen.Id("s").Dot(s.field()).Dot(fn.Name()).Call(args...)
	head := out.Func().Add(receiver.Clone()).Id(fn.Name()).Params(params...)
	if sig.Results().Len() == 0 {
		head.Add(oneLine(call))
		out.Line()
		return
	}
	var results []jen.Code
	for v := range sig.Results().Variables() {
		results = append(results, source.Code(v.Type()))
	}
	head.Add(resultList(results)).Add(oneLine(jen.Return(call)))
	out.Line()
}
