package render

import (
	"github.com/dave/jennifer/jen"

	"github.com/mintwright/mintwright/generators/answers"
)

// database is how the store is opened, and its schema brought up to date.
func database(a answers.Answers) *jen.File {
	f := newFile(a, "app", "app")
	store := own(a, "store")
	common := []jen.Code{keyed("Service", jen.Id("Name")), keyed("URL", jen.Id("c").Dot("DatabaseURL"))}

	var body []jen.Code
	queries := jen.Code(jen.Qual(store, "NewContribTracer").Call(observed("tracers"), observed("meters")))
	if a.Telemetry.Middleware == "lean" {
		body = assign("queries", jen.Qual(store, "NewTracer").Call(observed("tracers"), observed("meters")), jen.Nil())
		queries = jen.Id("queries")
	}
	comment(f, "openDatabase returns the database, which need not be there yet.")
	f.Func().Id("openDatabase").Params(jen.Id("c").Qual(own(a, "config"), "Config"), jen.Id("o").Op("*").Id("observer")).
		Params(jen.Op("*").Qual(store, "Store"), jen.Error()).Block(
		append(body, jen.Return(jen.Qual(store, "Open").Call(jen.Qual(store, "Options").Add(lines(append(common,
			keyed("Queries", queries),
			keyed("Tracers", observed("tracers")),
			keyed("Meters", observed("meters")),
			keyed("Logger", observed("logger")),
		)...)))))...)

	comment(f, "Migrate brings the schema of the database up to date. It needs neither an identity nor a",
		"collector.")
	f.Func().Id("Migrate").Params(jen.Id("ctx").Qual("context", "Context"), jen.Id("c").Qual(own(a, "config"), "Config")).Error().Block(
		jen.Id("logger").Op(":=").Qual("log/slog", "New").Call(jen.Qual("log/slog", "NewJSONHandler").Call(
			jen.Qual("os", "Stdout"), jen.Op("&").Qual("log/slog", "HandlerOptions").Values(keyed("Level", jen.Id("c").Dot("LogLevel"))))),
		jen.Return(jen.Qual(store, "Migrate").Call(jen.Id("ctx"), jen.Qual(store, "Options").Add(lines(append(common, keyed("Logger", jen.Id("logger")))...)))),
	)
	return f
}
