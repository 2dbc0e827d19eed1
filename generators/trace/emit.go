package trace

import (
	"bytes"
	"fmt"
	"go/types"
	"strings"

	"github.com/dave/jennifer/jen"

	"github.com/mintwright/mintwright/generators/source"
	"github.com/mintwright/mintwright/internal/names"
)

// render prints the plan.
func (f *file) render(header []string) ([]byte, error) {
	out := f.helpers.jen
	for _, line := range header {
		out.HeaderComment(line)
	}
	for _, d := range f.decorators {
		f.emitDecorator(out, d)
	}
	if f.options.Metrics || f.options.Logs {
		f.emitCalls(out)
	} else if f.helpers.fails {
		f.emitRecord(out)
	}
	if f.helpers.several {
		f.emitFirst(out)
	}
	if f.helpers.converts {
		f.emitEach(out)
	}
	var b bytes.Buffer
	if err := out.Render(&b); err != nil {
		return nil, fmt.Errorf("printing %s: %w", f.output, err)
	}
	content := b.Bytes()
	if c := f.constraint(); c != "" {
		const clause = "\n\npackage "
		content = bytes.Replace(content, []byte(clause), []byte("\n\n//go:build "+c+clause), 1)
	}
	return groupImports(content, f.pkg.Module.Path)
}

func (f *file) emitDecorator(out *jen.File, d *decorator) {
	f.emitType(out, d)
	f.emitGuard(out, d)
	f.emitConstructor(out, d)
	f.emitUnwrap(out, d)
	for _, m := range d.methods {
		f.emitMethod(out, d, m)
	}
	for _, m := range d.methods {
		if m.stream != nil {
			f.emitStream(out, d, m)
		}
	}
}

func (f *file) emitType(out *jen.File, d *decorator) {
	does := " and opens a span for each call"
	switch {
	case f.options.Metrics && f.options.Logs:
		does = ", opens a span for each call, measures it, and logs it when it fails"
	case f.options.Metrics:
		does = ", opens a span for each call and measures it"
	case f.options.Logs:
		does = ", opens a span for each call, and logs it when it fails"
	}
	comment(out, fmt.Sprintf("%s calls another %s%s.", d.labels.typ, f.interfaceName(d), does))
	out.Type().Id(d.labels.typ).Add(typeParams(d)).StructFunc(func(g *jen.Group) {
		g.Id(d.labels.next).Add(f.interfaceCode(d))
		g.Id(d.labels.tracer).Qual(tracePath, "Tracer")
		for _, kind := range spanKinds {
			if field := d.labels.kinds[kind]; field != "" {
				g.Id(field).Index().Qual(tracePath, "SpanStartOption")
			}
		}
		for _, c := range d.calls() {
			g.Id(c.field).Op("*").Id(f.helpers.calls)
		}
	})
	out.Line()
}

// emitGuard makes the compiler say that the decorator lacks a method, or has another.
func (f *file) emitGuard(out *jen.File, d *decorator) {
	if len(d.of.TypeParams) == 0 {
		out.Var().Id("_").Add(f.interfaceCode(d)).Op("=").Parens(jen.Op("*").Id(d.labels.typ)).Parens(jen.Nil())
		out.Line()
		return
	}
	out.Func().Id("_").Add(typeParams(d)).Params(jen.Id(d.labels.receiver).Op("*").Add(ownType(d))).Add(f.interfaceCode(d)).
		Add(oneLine(jen.Return(jen.Id(d.labels.receiver))))
	out.Line()
}

func (f *file) emitConstructor(out *jen.File, d *decorator) {
	o := f.options
	comment(out, f.constructorDoc(d)...)

	n := d.constructorNames()
	params := []jen.Code{jen.Id(n.next).Add(f.interfaceCode(d)), jen.Id(n.provider).Qual(tracePath, "TracerProvider")}
	result := f.interfaceCode(d)
	if o.Metrics {
		params = append(params, jen.Id(n.meters).Qual(metricPath, "MeterProvider"))
		result = jen.Parens(jen.List(result, jen.Error()))
	}
	if o.Logs {
		params = append(params, jen.Id(n.logger).Op("*").Qual("log/slog", "Logger"))
	}
	out.Func().Id(d.labels.constructor).Add(typeParams(d)).Params(params...).Add(result).BlockFunc(func(g *jen.Group) {
		g.If(jen.Id(n.next).Op("==").Nil()).Block(f.panics(d, n.next))
		if o.Logs {
			g.If(jen.Id(n.logger).Op("==").Nil()).Block(f.panics(d, n.logger))
		}
		scope := jen.Lit(f.importPath(f.pkg.Types)) // the instrumentation scope
		if o.Metrics {
			g.Const().Id(n.scope).Op("=").Add(scope)
			scope = jen.Id(n.scope)
			f.emitHistogram(g, d, n)
		}
		made := jen.Op("&").Add(ownType(d)).Add(f.fields(d, n, scope))
		if o.Metrics {
			made = jen.List(made, jen.Nil())
		}
		g.Return(made)
	})
	out.Line()
}

func (f *file) constructorDoc(d *decorator) []string {
	o := f.options
	text := fmt.Sprintf("%s returns %s that calls %s", d.labels.constructor, names.WithArticle(f.interfaceName(d)), d.constructorNames().next)
	histogram := "records the duration in the histogram " + f.histogram(d)
	n := d.constructorNames()
	panics := "It panics when " + n.next + " is nil."
	switch {
	case o.Metrics && o.Logs:
		text += ". For each call that has a context it opens a span, " + histogram + ", and logs a failure."
	case o.Metrics:
		text += ". For each call that has a context it opens a span and " + histogram + "."
	case o.Logs:
		text += ". For each call that has a context it opens a span, and logs a failure."
	default:
		text += " and opens a span for each call that has a context."
	}
	if o.Logs {
		panics = "It panics when " + n.next + " or " + n.logger + " is nil."
	}
	return []string{text, panics}
}

func (f *file) panics(d *decorator, what string) jen.Code {
	return jen.Panic(jen.Lit(fmt.Sprintf("%s.%s: %s is nil", f.pkg.Name, d.labels.constructor, what)))
}

// importPath is that of a package, or its name where it has no path but the one that the go command
// gives to loose files.
func (f *file) importPath(p *types.Package) string {
	if f.pkg.Module.Path == "" && p.Path() == "command-line-arguments" {
		return p.Name()
	}
	return p.Path()
}

// fields are the fields of a new decorator, on one line when it has but the usual two.
func (f *file) fields(d *decorator, n constructorNames, scope jen.Code) *jen.Statement {
	fields := []jen.Code{
		jen.Id(d.labels.next).Op(":").Id(n.next),
		jen.Id(d.labels.tracer).Op(":").Id(n.provider).Dot("Tracer").Call(scope),
	}
	for _, kind := range spanKinds {
		if field := d.labels.kinds[kind]; field != "" {
			option := jen.Qual(tracePath, "WithSpanKind").Call(jen.Qual(tracePath, "SpanKind"+upper(kind)))
			fields = append(fields, jen.Id(field).Op(":").Index().Qual(tracePath, "SpanStartOption").Values(option))
		}
	}
	for _, c := range d.calls() {
		fields = append(fields, jen.Id(c.field).Op(":").Add(f.newCalls(n, c.function)))
	}
	return jen.Custom(jen.Options{Open: "{", Close: "}", Separator: ",", Multi: len(fields) > 2}, fields...)
}

func (f *file) emitUnwrap(out *jen.File, d *decorator) {
	for _, m := range d.methods {
		if m.Name == "Unwrap" || m.makesError() {
			return
		}
	}
	comment(out, fmt.Sprintf("Unwrap returns the %s that is called.", f.interfaceName(d)))
	out.Func().Add(receiver(d)).Id("Unwrap").Params().Add(f.interfaceCode(d)).
		Add(oneLine(jen.Return(jen.Id(d.labels.receiver).Dot(d.labels.next))))
	out.Line()
}

// makesError says that whatever has the method is an error, whose Unwrap would have to return one.
func (m *method) makesError() bool {
	return m.Name == "Error" && types.Identical(m.Signature, errorInterface().Method(0).Signature())
}

func receiver(d *decorator) *jen.Statement {
	return jen.Params(jen.Id(d.labels.receiver).Op("*").Add(ownType(d)))
}

// interfaceName is the interface as comments call it.
func (f *file) interfaceName(d *decorator) string {
	if d.of.Package == f.pkg.Types {
		return d.of.Name
	}
	return d.of.Package.Name() + "." + d.of.Name
}

// interfaceCode is the interface as a type, with the type parameters as arguments.
func (f *file) interfaceCode(d *decorator) *jen.Statement {
	var obj types.Object
	switch t := d.of.Type.(type) {
	case *types.Named:
		obj = t.Obj()
	case *types.Alias:
		obj = t.Obj()
	}
	return jen.Qual(obj.Pkg().Path(), obj.Name()).Add(typeArgs(d))
}

func ownType(d *decorator) *jen.Statement { return jen.Id(d.labels.typ).Add(typeArgs(d)) }

func typeArgs(d *decorator) *jen.Statement {
	var args []jen.Code
	for _, t := range d.of.TypeParams {
		args = append(args, jen.Id(t.Name))
	}
	if len(args) == 0 {
		return jen.Null()
	}
	return jen.Types(args...)
}

// typeParams is the list of type parameters; neighbours with one constraint share it.
func typeParams(d *decorator) *jen.Statement {
	var list []jen.Code
	params := d.of.TypeParams
	for i, t := range params {
		if i+1 < len(params) && types.Identical(t.Constraint, params[i+1].Constraint) {
			list = append(list, jen.Id(t.Name))
			continue
		}
		list = append(list, jen.Id(t.Name).Add(source.Code(t.Constraint)))
	}
	if len(list) == 0 {
		return jen.Null()
	}
	return jen.Types(list...)
}

// oneLine is a block that stays on its line where gofmt lets it.
func oneLine(statement jen.Code) *jen.Statement {
	return jen.Custom(jen.Options{Open: "{ ", Close: " }"}, statement)
}

// comment writes texts as comment lines of at most 100 characters, each from a new line on.
func comment(out *jen.File, texts ...string) {
	for _, text := range texts {
		for _, line := range wrap(text, 97) {
			out.Comment("// " + line)
		}
	}
}

func wrap(text string, width int) []string {
	var lines []string
	line := ""
	for word := range strings.FieldsSeq(text) {
		if line != "" && len(line)+1+len(word) > width {
			lines, line = append(lines, line), ""
		}
		if line != "" {
			line += " "
		}
		line += word
	}
	return append(lines, line)
}
