package attrs

import (
	"bytes"
	"fmt"
	"go/format"
	"slices"
	"strings"

	"github.com/dave/jennifer/jen"

	"github.com/mintwright/mintwright/internal/registry"
)

// The packages that the file may import.
const (
	otelAttribute = "go.opentelemetry.io/otel/attribute"
	otelMetric    = "go.opentelemetry.io/otel/metric"
	otelNoop      = "go.opentelemetry.io/otel/metric/noop"
	otelTrace     = "go.opentelemetry.io/otel/trace"
	otelLog       = "go.opentelemetry.io/otel/log"
)

// goFile prints the model.
func goFile(m *model) ([]byte, error) {
	f := jen.NewFile(m.pkg)
	for _, line := range m.header {
		f.HeaderComment(line)
	}
	for name, path := range map[string]string{"attribute": otelAttribute, "metric": otelMetric, "noop": otelNoop, "trace": otelTrace, "log": otelLog, "context": "context", "time": "time"} {
		f.ImportName(path, name)
	}
	if m.schemaURL != "" {
		f.Comment(comment(func(d *doc) {
			d.say("SchemaURL identifies the conventions, and their version, that this file is made from.")
		}))
		f.Const().Id("SchemaURL").Op("=").Lit(m.schemaURL)
	}
	for i := range m.spaces {
		printSpace(f, &m.spaces[i])
	}
	for i := range m.enums {
		printEnum(f, &m.enums[i])
	}
	for i := range m.metrics {
		printMetric(f, &m.metrics[i])
	}
	for i := range m.spans {
		printSpan(f, &m.spans[i])
	}
	for i := range m.events {
		printEvent(f, &m.events[i])
	}
	var b bytes.Buffer
	if err := f.Render(&b); err != nil {
		return nil, fmt.Errorf("emitting Go: %w", err)
	}
	return format.Source(divideImports(b.Bytes()))
}

// divideImports puts the imports of the standard library first, and a blank line behind them.
func divideImports(src []byte) []byte {
	const begin, end = "import (\n", "\n)\n"
	before, rest, ok := bytes.Cut(src, []byte(begin))
	block, after, closed := bytes.Cut(rest, []byte(end))
	if !ok || !closed {
		return src
	}
	var std, others []string
	for line := range strings.SplitSeq(string(block), "\n") {
		if strings.Contains(line, ".") {
			others = append(others, line)
		} else {
			std = append(std, line)
		}
	}
	if len(std) == 0 || len(others) == 0 {
		return src
	}
	return slices.Concat(before, []byte(begin+strings.Join(std, "\n")+"\n\n"+strings.Join(others, "\n")+end), after)
}

// comment returns the comment that say says.
func comment(say func(*doc)) string {
	var d doc
	say(&d)
	return d.String()
}

// printSpace prints the keys of a namespace, their constructors and their values.
func printSpace(f *jen.File, s *space) {
	var keys []jen.Code
	for i := range s.attributes {
		a := &s.attributes[i]
		if a.template {
			continue
		}
		if len(keys) > 0 {
			keys = append(keys, jen.Line())
		}
		keys = append(keys, jen.Comment(comment(a.describe)), jen.Id(a.name+"Key").Op("=").Qual(otelAttribute, "Key").Call(jen.Lit(a.key)))
	}
	if len(keys) > 0 {
		f.Comment(fmt.Sprintf("// Keys that begin with %s.", s.name))
		f.Const().Defs(keys...)
	}
	for i := range s.attributes {
		printConstructor(f, &s.attributes[i])
	}
	for i := range s.attributes {
		printMembers(f, &s.attributes[i])
	}
}

// describe says what an attribute is.
func (a *attribute) describe(d *doc) {
	d.say(fmt.Sprintf("%sKey is the key of the attribute %q. %s", a.name, a.key, sentence(a.about.Brief)))
	a.facts(d)
	d.markdown(a.about.Note)
	if a.about.Deprecated != nil {
		d.deprecated(why(a.about.Deprecated))
	}
}

func (a *attribute) facts(d *doc) {
	kind := a.about.Type
	if kind == "enum" {
		kind = "enum of " + a.about.ValueType()
	}
	lines := []string{"Type: " + kind}
	if a.about.Stability != "" {
		lines = append(lines, "Stability: "+a.about.Stability)
	}
	if len(a.about.Examples) > 0 {
		lines = append(lines, "Examples: "+shorten(strings.Join(a.about.Examples, ", "), 400))
	}
	d.facts(lines...)
}

// shorten cuts a text that is too long for a line or two.
func shorten(text string, most int) string {
	text = strings.Join(strings.Fields(text), " ")
	if len(text) <= most {
		return text
	}
	return strings.ToValidUTF8(text[:most], "") + "..."
}

// why says what became of something that is deprecated.
func why(d *registry.Deprecation) string {
	switch {
	case d.RenamedTo != "" && d.Note == "":
		return fmt.Sprintf("use %s", d.RenamedTo)
	case d.Note == "" && d.Reason == "obsoleted":
		return "nothing takes its place"
	}
	return d.String()
}

// printConstructor prints the function that makes an attribute of a value.
func printConstructor(f *jen.File, a *attribute) {
	if a.about.Type == "enum" || a.value.method == "" && !a.template {
		return
	}
	f.Comment(comment(func(d *doc) {
		switch {
		case a.value.method == "":
			d.say(fmt.Sprintf("%s returns the key %q with the given ending. %s", a.name, a.key+".<key>", sentence(a.about.Brief)))
		case a.template:
			d.say(fmt.Sprintf("%s returns the attribute %q. %s", a.name, a.key+".<key>", sentence(a.about.Brief)))
		default:
			d.say(fmt.Sprintf("%s returns the attribute %q. %s", a.name, a.key, sentence(a.about.Brief)))
		}
		if a.template {
			a.facts(d)
			d.markdown(a.about.Note)
		}
		if a.about.Deprecated != nil {
			d.deprecated(why(a.about.Deprecated))
		}
	}))
	fn := f.Func().Id(a.name)
	whole := jen.Lit(a.key + ".").Op("+").Id("key")
	switch {
	case a.value.method == "":
		fn.Params(jen.Id("key").String()).Qual(otelAttribute, "Key").Block(jen.Return(jen.Qual(otelAttribute, "Key").Call(whole)))
	case a.template:
		fn.Params(jen.Id("key").String(), jen.Id("value").Add(a.value.variadic())).Qual(otelAttribute, "KeyValue").Block(
			jen.Return(jen.Qual(otelAttribute, a.value.method).Call(whole, jen.Id("value"))))
	default:
		fn.Params(jen.Id("value").Add(a.value.variadic())).Qual(otelAttribute, "KeyValue").Block(
			jen.Return(jen.Id(a.name + "Key").Dot(a.value.method).Call(jen.Id("value"))))
	}
}

// variadic returns the type for the last parameter.
func (v value) variadic() *jen.Statement {
	if v.slice {
		return jen.Op("...").Id(v.goType)
	}
	return jen.Id(v.goType)
}

// plain returns the type for any parameter.
func (v value) plain() *jen.Statement {
	if v.slice {
		return jen.Index().Id(v.goType)
	}
	return jen.Id(v.goType)
}

// printMembers prints the values of an enum as attributes.
func printMembers(f *jen.File, a *attribute) {
	if len(a.members) == 0 {
		return
	}
	var all []jen.Code
	for _, m := range a.members {
		all = append(all, jen.Comment(m.comment()), jen.Id(m.name).Op("=").Id(a.name+"Key").Dot(a.value.method).Call(jen.Lit(m.literal)))
	}
	f.Comment(comment(func(d *doc) {
		d.say(fmt.Sprintf("Values of the attribute %q.", a.key))
		if a.about.Deprecated != nil {
			d.deprecated(why(a.about.Deprecated))
		}
	}))
	f.Var().Defs(all...)
}

// comment says what a value means.
func (m *member) comment() string {
	return comment(func(d *doc) {
		d.say(strings.TrimSpace(fmt.Sprintf("%s is %s. %s", m.name, shown(m.literal), sentence(m.about.Brief))))
		d.markdown(m.about.Note)
		if m.about.Deprecated != nil {
			d.deprecated(why(m.about.Deprecated))
		}
	})
}

func shown(literal any) string {
	if s, ok := literal.(string); ok {
		return fmt.Sprintf("%q", s)
	}
	return fmt.Sprint(literal)
}

// printEnum prints a type and its constants.
func printEnum(f *jen.File, e *enum) {
	f.Comment(comment(func(d *doc) {
		d.say(fmt.Sprintf("%s is a value of the attribute %q. %s", e.name, e.key, sentence(e.about.Brief)))
		d.say("Where none of the constants fits, another value is right too.")
	}))
	f.Type().Id(e.name).Id(e.value.goType)
	var all []jen.Code
	for _, m := range e.members {
		all = append(all, jen.Comment(m.comment()), jen.Id(m.name).Id(e.name).Op("=").Lit(m.literal))
	}
	if len(all) > 0 {
		f.Comment(comment(func(d *doc) { d.say(fmt.Sprintf("Values of the attribute %q.", e.key)) }))
		f.Const().Defs(all...)
	}
}
