package trace

import (
	"go/types"

	"github.com/dave/jennifer/jen"

	"github.com/mintwright/mintwright/generators/source"
)

// iteration is the iterator that a method returns which does nothing before it is iterated over.
func (f *file) iteration(d *decorator, m *method) *jen.Statement {
	it := m.iterators[0]
	scope := m.labels.inner()
	elems := elemNames(it, scope.New)
	return f.yielder(m, it, func(g *jen.Group) {
		f.start(g, d, m, it.calls != "")
		g.Defer().Id(m.labels.span).Dot("End").Call()
		f.setAttributes(g, m, m.before, nil)
		f.emitRange(g, d, m, it, elems, f.next(d, m))
	})
}

// wrapIterator puts a span around each iteration over a result of a method that has ended.
func (f *file) wrapIterator(g *jen.Group, d *decorator, m *method, it iterator) {
	result := m.labels.results[it.result]
	scope := m.labels.inner()
	next := scope.New("next")
	elems := elemNames(it, scope.New)
	g.If(jen.Id(next).Op(":=").Id(result), jen.Id(next).Op("!=").Nil()).Block(
		jen.Id(result).Op("=").Add(f.yielder(m, it, func(g *jen.Group) {
			ctx := "_"
			if it.calls != "" {
				ctx = m.labels.params[m.ctx]
				g.Id(m.labels.start).Op(":=").Qual("time", "Now").Call()
			}
			g.List(jen.Id(ctx), jen.Id(m.labels.span)).Op(":=").Add(f.startSpan(d, m, it.span))
			g.Defer().Id(m.labels.span).Dot("End").Call()
			f.emitRange(g, d, m, it, elems, jen.Id(next))
		})),
	)
}

func (f *file) yielder(m *method, it iterator, body func(*jen.Group)) *jen.Statement {
	yield := source.Code(it.yield)
	if _, isPlain := it.yield.(*types.Signature); isPlain { // without the names of what is yielded
		var params []jen.Code
		for _, t := range it.elems {
			params = append(params, source.Code(t))
		}
		yield = jen.Func().Params(params...).Bool()
	}
	return jen.Func().Params(jen.Id(m.labels.yield).Add(yield)).BlockFunc(body)
}

// emitRange hands the elements of an iterator on.
func (f *file) emitRange(g *jen.Group, d *decorator, m *method, it iterator, elems []string, over jen.Code) {
	measured := it.calls != ""
	failing := it.failing >= 0
	if measured && failing {
		g.Var().Id(m.labels.failure).Error()
	}
	loop := jen.For(jen.Range().Add(over))
	if len(elems) > 0 {
		loop = jen.For(jen.List(idents(elems)...).Op(":=").Range().Add(over))
	}
	g.Add(loop.BlockFunc(func(g *jen.Group) {
		if failing {
			err := jen.Id(elems[it.failing])
			if measured {
				g.If(err.Clone().Op("!=").Nil()).Block(jen.Id(m.labels.failure).Op("=").Add(err))
			} else {
				g.If(f.isFailure(err, m.ignoredCodes())).Block(jen.Id(f.helpers.record).Call(jen.Id(m.labels.span), err))
			}
		}
		leave := jen.Return()
		if measured {
			leave = jen.Break()
		}
		g.If(jen.Op("!").Id(m.labels.yield).Call(idents(elems)...)).Block(leave)
	}))
	if measured {
		failure := jen.Nil()
		if failing {
			failure = jen.Id(m.labels.failure)
		}
		g.Add(f.recordCall(d, m, it.calls, failure, m.ignoredCodes()))
	}
}

// elemNames names the elements of an iterator.
func elemNames(it iterator, free func(string) string) []string {
	var list []string
	for i, t := range it.elems {
		name := "value"
		_, isNamed := types.Unalias(t).(*types.Named)
		p, isPointer := types.Unalias(t).(*types.Pointer)
		if isPointer {
			_, isNamed = types.Unalias(p.Elem()).(*types.Named)
		}
		switch {
		case i == it.failing:
			name = "err"
		case isNamed:
			name = variable(t)
		case i == 0 && len(it.elems) == 2 && it.failing < 0:
			name = "key"
		}
		list = append(list, free(name))
	}
	return list
}
