package attrs

import (
	"fmt"

	"github.com/dave/jennifer/jen"

	"github.com/mintwright/mintwright/internal/registry"
)

// declare returns the parameters of a function that takes attributes: what stands first, the
// required ones, and whatever else there is.
func declare(first []jen.Code, required []parameter) []jen.Code {
	list := first
	for _, p := range required {
		switch {
		case p.any:
			list = append(list, jen.Id(p.name).Qual(otelAttribute, "Value"))
		case p.enum != "":
			list = append(list, jen.Id(p.name).Id(p.enum))
		default:
			list = append(list, jen.Id(p.name).Add(p.value.plain()))
		}
	}
	return append(list, jen.Id("attributes").Op("...").Qual(otelAttribute, "KeyValue"))
}

// attribute returns the attribute that a parameter becomes.
func (p *parameter) attribute() jen.Code {
	key := jen.Lit(p.about.Key)
	switch {
	case p.any:
		return jen.Qual(otelAttribute, "KeyValue").Values(jen.Id("Key").Op(":").Add(key), jen.Id("Value").Op(":").Id(p.name))
	case p.enum != "":
		return jen.Qual(otelAttribute, p.value.method).Call(key, jen.Id(p.value.goType).Parens(jen.Id(p.name)))
	}
	return jen.Qual(otelAttribute, p.value.method).Call(key, jen.Id(p.name))
}

// gather prints the statements after which all attributes are in one list, and returns the
// expression for the list. It leaves room for a few that the caller adds, so that most calls
// have one allocation for it at most.
func gather(required []parameter) (before []jen.Code, list jen.Code) {
	if len(required) == 0 {
		return nil, jen.Id("attributes").Op("...")
	}
	const more = 4
	var all []jen.Code
	for i := range required {
		all = append(all, required[i].attribute())
	}
	kv := jen.Index().Qual(otelAttribute, "KeyValue")
	return []jen.Code{
		jen.Id("all").Op(":=").Append(jen.Make(kv, jen.Lit(0), jen.Lit(len(required)+more)), jen.Id("attributes").Op("...")),
		jen.Id("all").Op("=").Append(append([]jen.Code{jen.Id("all")}, lines(all)...)...),
	}, jen.Id("all").Op("...")
}

// lines puts several arguments on a line each.
func lines(list []jen.Code) []jen.Code {
	if len(list) < 2 {
		return list
	}
	var all []jen.Code
	for i, c := range list {
		s := jen.Line().Add(c)
		if i == len(list)-1 {
			s = jen.Line().Add(c).Op(",").Line()
		}
		all = append(all, s)
	}
	return all
}

// say describes a signal and its parameters.
func (s *signal) say(d *doc, required []parameter) {
	s.note(d)
	s.parameters(d, required)
}

// note adds what the registry says of a signal.
func (s *signal) note(d *doc) {
	if s.about.Stability != "" {
		d.facts("Stability: " + s.about.Stability)
	}
	d.markdown(s.about.Note)
}

// parameters adds what the required attributes are.
func (s *signal) parameters(d *doc, required []parameter) {
	var items []string
	for _, p := range required {
		items = append(items, fmt.Sprintf("%s is %q. %s", p.name, p.about.Key, sentence(p.about.Brief)))
	}
	d.list(items)
}

// others adds which attributes may be given besides.
func others(d *doc, uses []registry.Use, want func(*registry.Use) bool) {
	var items []string
	for i := range uses {
		u := &uses[i]
		if !want(u) || u.Deprecated != nil {
			continue
		}
		level := map[registry.Level]string{registry.Conditional: "conditionally required", registry.OptIn: "opt-in", registry.Recommended: "recommended", registry.Required: "required"}[u.Level]
		key := u.Key
		if u.IsTemplate() {
			key += ".<key>"
		}
		text := fmt.Sprintf("%q, %s", key, level)
		if u.Condition != "" {
			text += ": " + shorten(u.Condition, 200)
		}
		items = append(items, sentence(text))
	}
	if len(items) > 0 {
		d.say("More attributes may be given:")
		d.list(items)
	}
}

// end adds that a signal is deprecated.
func (s *signal) end(d *doc) {
	if s.about.Deprecated != nil {
		d.deprecated(why(s.about.Deprecated))
	}
}

func every(*registry.Use) bool { return true }

// printMetric prints the type of an instrument, what makes it, and what measures.
func printMetric(f *jen.File, m *metric) {
	f.Comment(comment(func(d *doc) {
		d.say(fmt.Sprintf("%s is the %s %q%s. %s", m.name, instrumentWord(m.instrument), m.about.Name, inUnit(m.unit), sentence(m.about.Brief)))
		m.note(d)
		m.end(d)
	}))
	f.Type().Id(m.name).Struct(jen.Id("instrument").Qual(otelMetric, m.instrument))
	printMaker(f, m)
	if m.observable != "" {
		printObservable(f, m)
	}
	printMeasure(f, m)
	f.Comment(comment(func(d *doc) {
		d.say("Inst returns the instrument itself, for measurements with options that were made once.")
	}))
	f.Func().Params(jen.Id("m").Id(m.name)).Id("Inst").Params().Qual(otelMetric, m.instrument).Block(jen.Return(jen.Id("m").Dot("instrument")))
}

// instrumentWord returns what an instrument is called in a sentence.
func instrumentWord(instrument string) string {
	return map[string]string{
		"Int64Counter": "counter", "Float64Counter": "counter", "Int64UpDownCounter": "up-down counter", "Float64UpDownCounter": "up-down counter",
		"Int64Gauge": "gauge", "Float64Gauge": "gauge", "Int64Histogram": "histogram", "Float64Histogram": "histogram",
	}[instrument]
}

func inUnit(unit string) string {
	if unit == "" || unit == "1" {
		return ""
	}
	return " in " + unit
}

// options returns the options that an instrument always has.
func (m *metric) options(kind string) jen.Code {
	all := []jen.Code{jen.Qual(otelMetric, "WithDescription").Call(jen.Lit(description(m.about.Brief)))}
	if m.unit != "" {
		all = append(all, jen.Qual(otelMetric, "WithUnit").Call(jen.Lit(m.unit)))
	}
	if m.buckets {
		var bounds []jen.Code
		for _, b := range [...]float64{0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10} {
			bounds = append(bounds, jen.Id(fmt.Sprint(b)))
		}
		all = append(all, jen.Qual(otelMetric, "WithExplicitBucketBoundaries").Call(bounds...))
	}
	var body []jen.Code
	for i, o := range all {
		if i == len(all)-1 {
			body = append(body, jen.Line().Add(o).Op(",").Line())
			continue
		}
		body = append(body, jen.Line().Add(o))
	}
	return jen.Append(jen.Index().Qual(otelMetric, kind+"Option").Values(body...), jen.Id("options").Op("...")).Op("...")
}

// description is a brief in one line.
func description(brief string) string { return shorten(brief, 1000) }

// printMaker prints the function that makes the instrument.
func printMaker(f *jen.File, m *metric) {
	f.Comment(comment(func(d *doc) {
		d.say(fmt.Sprintf("New%s makes the instrument with meter. Options come after its own. Beside an error the instrument can be used all the same, and does nothing.", m.name))
		m.end(d)
	}))
	f.Func().Id("New"+m.name).Params(jen.Id("meter").Qual(otelMetric, "Meter"), jen.Id("options").Op("...").Qual(otelMetric, m.instrument+"Option")).
		Params(jen.Id(m.name), jen.Error()).Block(
		jen.List(jen.Id("instrument"), jen.Err()).Op(":=").Id("meter").Dot(m.instrument).Call(jen.Lit(m.about.Name), m.options(m.instrument)),
		jen.If(jen.Err().Op("!=").Nil()).Block(jen.Return(jen.Id(m.name).Values(jen.Qual(otelNoop, m.instrument).Values()), jen.Err())),
		jen.Return(jen.Id(m.name).Values(jen.Id("instrument")), jen.Nil()),
	)
}

// printObservable prints the function that makes the instrument for callbacks.
func printObservable(f *jen.File, m *metric) {
	name := "New" + m.name + "Observable"
	f.Comment(comment(func(d *doc) {
		d.say(fmt.Sprintf("%s makes the instrument %q with meter, for values that a callback observes. Options come after its own.", name, m.about.Name))
		m.end(d)
	}))
	f.Func().Id(name).Params(jen.Id("meter").Qual(otelMetric, "Meter"), jen.Id("options").Op("...").Qual(otelMetric, m.observable+"Option")).
		Params(jen.Qual(otelMetric, m.observable), jen.Error()).Block(
		jen.Return(jen.Id("meter").Dot(m.observable).Call(jen.Lit(m.about.Name), m.options(m.observable))),
	)
}

// printMeasure prints Add or Record.
func printMeasure(f *jen.File, m *metric) {
	verb, value, says := "Add", "incr", "Add adds incr."
	switch instrumentWord(m.instrument) {
	case "histogram", "gauge":
		verb, value, says = "Record", "val", "Record records val."
	}
	f.Comment(comment(func(d *doc) {
		d.say(says)
		m.parameters(d, m.required)
		others(d, m.optional, every)
	}))
	inst := func() *jen.Statement { return jen.Id("m").Dot("instrument") }
	block := []jen.Code{jen.If(jen.Op("!").Add(inst()).Dot("Enabled").Call(jen.Id("ctx"))).Block(jen.Return())}
	if len(m.required) == 0 {
		block = append(block, jen.If(jen.Len(jen.Id("attributes")).Op("==").Lit(0)).Block(
			inst().Dot(verb).Call(jen.Id("ctx"), jen.Id(value)), jen.Return()))
	}
	before, list := gather(m.required)
	block = append(append(block, before...), inst().Dot(verb).Call(jen.Id("ctx"), jen.Id(value), jen.Qual(otelMetric, "WithAttributes").Call(list)))
	f.Func().Params(jen.Id("m").Id(m.name)).Id(verb).Params(
		declare([]jen.Code{jen.Id("ctx").Qual("context", "Context"), jen.Id(value).Id(m.number)}, m.required)...).Block(block...)
}

// printSpan prints the options to start a span with, and what sets the rest.
func printSpan(f *jen.File, s *span) {
	f.Comment(comment(func(d *doc) {
		text := fmt.Sprintf("%s returns what a span %q is started with", s.name, s.about.ID)
		switch {
		case s.kind != "" && s.hasSampling():
			text += ": its kind, and the attributes that samplers may want to know."
		case s.kind != "":
			text += ": its kind, and attributes that are known by then."
		default:
			text += ": attributes that are known by then."
		}
		d.say(text + " " + sentence(s.about.Brief))
		if s.note != "" {
			d.say("Name of the span: " + sentence(s.note))
		}
		s.say(d, s.start)
		others(d, s.optional, func(u *registry.Use) bool { return u.Sampling })
		s.end(d)
	}))
	before, list := gather(s.start)
	var options []jen.Code
	if s.kind != "" {
		options = append(options, jen.Qual(otelTrace, "WithSpanKind").Call(jen.Qual(otelTrace, s.kind)))
	}
	options = append(options, jen.Qual(otelTrace, "WithAttributes").Call(list))
	f.Func().Id(s.name).Params(declare(nil, s.start)...).Index().Qual(otelTrace, "SpanStartOption").Block(
		append(before, jen.Return(jen.Index().Qual(otelTrace, "SpanStartOption").Values(options...)))...)
	if s.setter == "" {
		return
	}
	f.Comment(comment(func(d *doc) {
		d.say(fmt.Sprintf("%s sets the attributes of a span %q that need not be known when it starts.", s.setter, s.about.ID))
		s.parameters(d, s.later)
		others(d, s.optional, func(u *registry.Use) bool { return !u.Sampling })
		s.end(d)
	}))
	before, list = gather(s.later)
	block := []jen.Code{jen.If(jen.Op("!").Id("span").Dot("IsRecording").Call()).Block(jen.Return())}
	block = append(append(block, before...), jen.Id("span").Dot("SetAttributes").Call(list))
	f.Func().Id(s.setter).Params(declare([]jen.Code{jen.Id("span").Qual(otelTrace, "Span")}, s.later)...).Block(block...)
}

// hasSampling reports whether the registry names attributes for samplers.
func (s *span) hasSampling() bool {
	if len(s.start) > 0 {
		return true
	}
	for i := range s.optional {
		if s.optional[i].Sampling {
			return true
		}
	}
	return false
}

// printEvent prints what emits an event: a log record with the event's name.
func printEvent(f *jen.File, e *event) {
	f.Comment(comment(func(d *doc) {
		d.say(fmt.Sprintf("%s emits the event %q. %s", e.name, e.about.Name, sentence(e.about.Brief)))
		e.say(d, e.required)
		others(d, e.optional, every)
		e.end(d)
	}))
	before, list := gather(e.required)
	block := []jen.Code{
		jen.If(jen.Op("!").Id("logger").Dot("Enabled").Call(jen.Id("ctx"), jen.Qual(otelLog, "EnabledParameters").Values(
			jen.Id("Severity").Op(":").Id("severity"), jen.Id("EventName").Op(":").Lit(e.about.Name)))).Block(jen.Return()),
	}
	block = append(block, before...)
	block = append(
		block,
		jen.Var().Id("record").Qual(otelLog, "Record"),
		jen.Id("record").Dot("SetTimestamp").Call(jen.Qual("time", "Now").Call()),
		jen.Id("record").Dot("SetEventName").Call(jen.Lit(e.about.Name)),
		jen.Id("record").Dot("SetSeverity").Call(jen.Id("severity")),
		jen.Id("record").Dot("AddAttributes").Call(list),
		jen.Id("logger").Dot("Emit").Call(jen.Id("ctx"), jen.Id("record")),
	)
	f.Func().Id(e.name).Params(declare([]jen.Code{
		jen.Id("ctx").Qual("context", "Context"), jen.Id("logger").Qual(otelLog, "Logger"), jen.Id("severity").Qual(otelLog, "Severity"),
	}, e.required)...).Block(block...)
}
