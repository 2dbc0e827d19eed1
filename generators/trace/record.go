package trace

import (
	"fmt"
	"strings"

	"github.com/dave/jennifer/jen"

	"github.com/mintwright/mintwright/internal/names"
)

// emitRecord writes the function that all methods call with an error.
func (f *file) emitRecord(out *jen.File) {
	comment(out, f.helpers.record+" records in a span that its call failed with err. "+f.exceptions())
	out.Func().Id(f.helpers.record).Params(jen.Id("span").Qual(tracePath, "Span"), jen.Id("err").Error()).Block(
		jen.If(jen.Op("!").Id("span").Dot("IsRecording").Call().Op("||").Add(f.noFailure())).Block(jen.Return()),
		jen.Id("span").Dot("SetStatus").Call(jen.Qual(codesPath, "Error"), jen.Id("err").Dot("Error").Call()),
		jen.Id("span").Dot("SetAttributes").Call(stringAttribute(errorType, typeOfError())),
	)
	out.Line()
}

// exceptions says which calls have not failed although they return an error.
func (f *file) exceptions() string {
	text := "A canceled call has not failed"
	if len(f.helpers.ignored) == 0 {
		return text + "."
	}
	var names []string
	for _, e := range f.helpers.ignored {
		names = append(names, e.name)
	}
	return text + ", and neither has one that ended with " + strings.ReplaceAll(list(names), " and ", " or ") + "."
}

// noFailure is the condition that err is no failure for any method.
func (f *file) noFailure() *jen.Statement {
	condition := errorIs(jen.Qual("context", "Canceled"))
	for _, e := range f.helpers.ignored {
		condition.Op("||").Add(errorIs(e.code()))
	}
	return condition
}

func errorIs(target jen.Code) *jen.Statement {
	return jen.Qual("errors", "Is").Call(jen.Id("err"), target)
}

func stringAttribute(key string, value jen.Code) *jen.Statement {
	return jen.Qual(attributePath, "String").Call(jen.Lit(key), value)
}

func typeOfError() jen.Code { return jen.Qual("fmt", "Sprintf").Call(jen.Lit("%T"), jen.Id("err")) }

// emitFirst writes the function that finds a failure among several errors.
func (f *file) emitFirst(out *jen.File) {
	h := &f.helpers
	err := jen.Id("err")
	condition := err.Clone().Op("!=").Nil().Op("&&").Op("!").Add(errorIs(jen.Qual("context", "Canceled")))
	for _, e := range h.ignored {
		condition.Op("&&").Op("!").Add(errorIs(e.code()))
	}
	params := []jen.Code{jen.Id("errs").Index().Error()}
	text := h.first + " returns the first of errs that is a failure, nil when none is. " + f.exceptions()
	if h.firstExpected {
		text = h.first + " returns the first of errs that is a failure and none of expected, nil when none is. " + f.exceptions()
		params = append(params, jen.Id("expected").Op("...").Error())
		condition.Op("&&").Line().Op("!").Add(f.anyOf(jen.Id("expected")))
	}
	comment(out, text)
	out.Func().Id(h.first).Params(params...).Error().Block(
		jen.For(jen.List(jen.Id("_"), err.Clone()).Op(":=").Range().Id("errs")).Block(jen.If(condition).Block(jen.Return(err.Clone()))),
		jen.Return(jen.Nil()),
	)
	out.Line()
}

// anyOf is the condition that err is one of a list.
func (f *file) anyOf(expected jen.Code) *jen.Statement {
	return jen.Qual("slices", "ContainsFunc").Call(expected,
		jen.Func().Params(jen.Id("e").Error()).Bool().Add(oneLine(jen.Return(jen.Qual("errors", "Is").Call(jen.Id("err"), jen.Id("e"))))))
}

// measured is a field of a decorator that records the calls of a method, and the function's name.
type measured struct{ field, function string }

func (d *decorator) calls() []measured {
	var list []measured
	for _, m := range d.methods {
		if m.labels.calls != "" {
			list = append(list, measured{m.labels.calls, m.function})
		}
		for _, it := range m.iterators {
			if it.calls != "" {
				list = append(list, measured{it.calls, m.function + strings.TrimPrefix(it.span, m.span)})
			}
		}
	}
	return list
}

// recordCall records a call that ended with err.
func (f *file) recordCall(d *decorator, m *method, field string, err jen.Code, expected []jen.Code) *jen.Statement {
	n := &m.labels
	args := []jen.Code{jen.Id(n.params[m.ctx])}
	if f.helpers.fails {
		args = append(args, jen.Id(n.span))
	}
	args = append(args, jen.Id(n.start))
	if f.helpers.fails {
		args = append(append(args, err), expected...)
	}
	return jen.Id(d.labels.receiver).Dot(field).Dot("ended").Call(args...)
}

// histogram is the name of the instrument.
func (f *file) histogram(d *decorator) string {
	return instrument(d.of.Package.Name()) + "." + instrument(d.of.Name) + ".call.duration"
}

// instrument is a name as a part of an instrument's, in which only ASCII may stand.
//
// Source: OpenTelemetry, Metrics API, "Instrument name syntax".
func instrument(name string) string {
	ascii := func(r rune) rune {
		if isKeyLetter(r) {
			return r
		}
		return '_'
	}
	name = strings.Map(ascii, names.Snake(name))
	if !isLetter(rune(name[0])) {
		return "x" + name
	}
	return name
}

// buckets are those of the semantic conventions for durations of calls in seconds.
//
// Source: OpenTelemetry, Semantic conventions for HTTP metrics, http.server.request.duration.
var buckets = [...]string{"0.005", "0.01", "0.025", "0.05", "0.075", "0.1", "0.25", "0.5", "0.75", "1", "2.5", "5", "7.5", "10"}

func (f *file) emitHistogram(g *jen.Group, d *decorator, n constructorNames) {
	var bounds []jen.Code
	for _, b := range buckets {
		bounds = append(bounds, jen.Op(b))
	}
	g.List(jen.Id(n.duration), jen.Id(n.err)).Op(":=").Id(n.meters).Dot("Meter").Call(jen.Id(n.scope)).Dot("Float64Histogram").Custom(
		jen.Options{Open: "(", Close: ")", Separator: ",", Multi: true},
		jen.Lit(f.histogram(d)),
		jen.Qual(metricPath, "WithUnit").Call(jen.Lit("s")),
		jen.Qual(metricPath, "WithDescription").Call(jen.Lit(fmt.Sprintf("Duration of the calls of %s.", f.interfaceName(d)))),
		jen.Qual(metricPath, "WithExplicitBucketBoundaries").Call(bounds...),
	)
	g.If(jen.Id(n.err).Op("!=").Nil()).Block(jen.Return(jen.Nil(), jen.Id(n.err)))
}

// newCalls is what a method's calls are recorded with, under its name.
//
// Source: OpenTelemetry, Semantic conventions for source code, code.function.name.
func (f *file) newCalls(n constructorNames, function string) *jen.Statement {
	args := []jen.Code{jen.Lit(function)}
	if f.options.Metrics {
		args = append(args, jen.Id(n.duration))
	}
	if f.options.Logs {
		args = append(args, jen.Id(n.logger))
	}
	if !f.options.Metrics {
		return jen.Op("&").Id(f.helpers.calls).Values(args...)
	}
	return jen.Id(f.helpers.newCalls).Call(args...)
}

// emitCalls writes the type that records the calls of a method.
func (f *file) emitCalls(out *jen.File) {
	o, h := f.options, &f.helpers
	comment(out, h.calls+" records the calls of one method.")
	out.Type().Id(h.calls).StructFunc(func(g *jen.Group) {
		if h.fails {
			g.Id("name").String()
		}
		if o.Metrics {
			g.Id("duration").Qual(metricPath, "Float64Histogram")
			g.Id("success").Index().Qual(metricPath, "RecordOption")
		}
		if o.Logs {
			g.Id("logger").Op("*").Qual("log/slog", "Logger")
		}
	})
	out.Line()
	if o.Metrics {
		f.emitNewCalls(out)
	}
	receiver := jen.Params(jen.Id("c").Op("*").Id(h.calls))
	ctx, start := jen.Id("ctx").Qual("context", "Context"), jen.Id("start").Qual("time", "Time")
	if !h.fails {
		comment(out, "ended records a call that began at start.")
		out.Func().Add(receiver).Id("ended").Params(ctx, start).Block(
			jen.Id("c").Dot("duration").Dot("Record").Call(jen.Id("ctx"), jen.Qual("time", "Since").Call(jen.Id("start")).Dot("Seconds").Call(), jen.Id("c").Dot("success").Op("...")),
		)
		out.Line()
		return
	}
	text := "ended records a call that began at start and returned err. " + f.exceptions()
	params := []jen.Code{ctx, jen.Id("span").Qual(tracePath, "Span"), start, jen.Id("err").Error()}
	if h.expected {
		text = "ended records a call that began at start and returned err, which is no failure when it is one of expected. " + f.exceptions()
		params = append(params, jen.Id("expected").Op("...").Error())
	}
	comment(out, text)
	out.Func().Add(receiver).Id("ended").Params(params...).BlockFunc(f.recordBody)
	out.Line()
}

func (f *file) emitNewCalls(out *jen.File) {
	h := &f.helpers
	params := []jen.Code{jen.Id("name").String(), jen.Id("duration").Qual(metricPath, "Float64Histogram")}
	set := jen.Qual(attributePath, "NewSet").Call(stringAttribute(functionName, jen.Id("name")))
	fields := []jen.Code{
		jen.Id("duration").Op(":").Id("duration"),
		jen.Id("success").Op(":").Index().Qual(metricPath, "RecordOption").Values(jen.Qual(metricPath, "WithAttributeSet").Call(set)),
	}
	if h.fails {
		fields = append([]jen.Code{jen.Id("name").Op(":").Id("name")}, fields...)
	}
	if f.options.Logs {
		params = append(params, jen.Id("logger").Op("*").Qual("log/slog", "Logger"))
		fields = append(fields, jen.Id("logger").Op(":").Id("logger"))
	}
	out.Func().Id(h.newCalls).Params(params...).Op("*").Id(h.calls).Block(
		jen.Return(jen.Op("&").Id(h.calls).Custom(jen.Options{Open: "{", Close: "}", Separator: ",", Multi: true}, fields...)),
	)
	out.Line()
}

// recordBody records that a call succeeded, or with what it failed.
func (f *file) recordBody(g *jen.Group) {
	o, h := f.options, &f.helpers
	c := func(field string) *jen.Statement { return jen.Id("c").Dot(field) }
	seconds := jen.Id("elapsed").Dot("Seconds").Call()
	elapsed := jen.Qual("time", "Since").Call(jen.Id("start"))
	if o.Metrics {
		g.Id("elapsed").Op(":=").Add(elapsed)
		elapsed = jen.Id("elapsed")
	}
	expected := jen.Null()
	if h.expected {
		expected = jen.Op("||").Line().Add(f.anyOf(jen.Id("expected")))
	}
	g.If(jen.Id("err").Op("==").Nil().Op("||").Add(f.noFailure()).Add(expected)).BlockFunc(func(g *jen.Group) {
		if o.Metrics {
			g.Add(c("duration")).Dot("Record").Call(jen.Id("ctx"), seconds.Clone(), c("success").Op("..."))
		}
		g.Return()
	})
	typ := stringAttribute(errorType, typeOfError())
	if o.Metrics {
		g.Id("errorType").Op(":=").Add(typ)
		typ = jen.Id("errorType")
		g.Add(c("duration")).Dot("Record").Call(jen.Id("ctx"), seconds.Clone(),
			jen.Qual(metricPath, "WithAttributes").Call(stringAttribute(functionName, c("name")), jen.Id("errorType")))
	}
	if o.Logs {
		g.Add(c("logger")).Dot("LogAttrs").Call(
			jen.Id("ctx"), jen.Qual("log/slog", "LevelError"), jen.Lit("call failed"),
			jen.Line().Qual("log/slog", "String").Call(jen.Lit("method"), c("name")),
			jen.Qual("log/slog", "Any").Call(jen.Lit("error"), jen.Id("err")),
			jen.Qual("log/slog", "Duration").Call(jen.Lit("duration"), elapsed),
		)
	}
	g.If(jen.Id("span").Dot("IsRecording").Call()).Block(
		jen.Id("span").Dot("SetStatus").Call(jen.Qual(codesPath, "Error"), jen.Id("err").Dot("Error").Call()),
		jen.Id("span").Dot("SetAttributes").Call(typ),
	)
}
