package render

import (
	"github.com/dave/jennifer/jen"

	"github.com/mintwright/mintwright/generators/answers"
	"github.com/mintwright/mintwright/internal/names"
)

func app(a answers.Answers) *jen.File {
	f := newFile(a, "app", "app")
	f.PackageComment("Package app puts the service together and runs it.")
	for _, c := range a.Calls {
		if c.Protocol == "grpc" {
			f.ImportAlias(contractPath(a, c.Name), names.ProtoGo(c.Name))
		}
	}

	comment(f, "Name is the service's name, in telemetry too.")
	f.Const().Id("Name").Op("=").Lit(a.Name)
	comment(f, "identityTimeout bounds the wait for the first SVID.")
	f.Const().Id("identityTimeout").Op("=").Lit(30).Op("*").Qual("time", "Second")
	if a.Serves("worker") {
		comment(f, "jobTimeout bounds one run of a job.")
		f.Const().Id("jobTimeout").Op("=").Qual("time", "Minute")
	}
	comment(f, "ID is the service's own SPIFFE ID.")
	f.Func().Id("ID").Params().Qual(spiffeidPath, "ID").Block(jen.Return(id(spiffeID(a))))
	run(f, a)
	if a.Answering() {
		listen(f, a)
	}
	serve(f, a)
	assemble(f, a)
	return f
}

// part is one thing that Serve is given.
type part struct {
	name string
	typ  jen.Code
}

func parts(a answers.Answers) []part {
	list := []part{
		{"ctx", jen.Qual("context", "Context")},
		{"c", jen.Qual(own(a, "config"), "Config")},
		{"source", jen.Qual(own(a, "identity"), "Source")},
	}
	if a.Answering() {
		list = append(list, part{"rules", jen.Qual(own(a, "identity"), "Rules")}, part{"listeners", jen.Id("Listeners")})
	}
	return append(list, part{"probes", jen.Op("*").Qual(own(a, "ops"), "Probes")})
}

func params(parts []part) []jen.Code {
	var codes []jen.Code
	for _, p := range parts {
		codes = append(codes, jen.Id(p.name).Add(p.typ))
	}
	return codes
}

// args are the parts by name, as they are passed on.
func args(parts []part) []jen.Code {
	var codes []jen.Code
	for _, p := range parts {
		codes = append(codes, jen.Id(p.name))
	}
	return codes
}

func run(f *jen.File, a answers.Answers) {
	identityOpen := jen.Qual(own(a, "identity"), "Open").Call(jen.Id("ctx"), jen.Qual(own(a, "identity"), "Options").Add(lines(
		keyed("ID", jen.Id("ID").Call()),
		keyed("Hint", jen.Id("c").Dot("SVIDHint")),
		keyed("Socket", jen.Id("c").Dot("WorkloadAPI")),
		keyed("StartTimeout", jen.Id("identityTimeout")),
		keyed("Logger", jen.Id("logger")),
	)))
	start := func(name, field, variable string, handler jen.Code) []jen.Code {
		return append(
			open(jen.List(jen.Id(name), jen.Err()).Op(":="), variable, jen.Qual(own(a, "ops"), "Start").Call(jen.Id("c").Dot(field), handler, jen.Id("logger"))),
			jen.Defer().Id(name).Dot("Close").Call(),
		)
	}
	body := []jen.Code{
		jen.Id("logger").Op(":=").Qual("log/slog", "New").Call(jen.Qual("log/slog", "NewJSONHandler").Call(
			jen.Qual("os", "Stdout"), jen.Op("&").Qual("log/slog", "HandlerOptions").Values(keyed("Level", jen.Id("c").Dot("LogLevel"))))),
		jen.Qual(own(a, "ops"), "TuneMemory").Call(jen.Id("logger")),
		jen.Id("probes").Op(":=").Qual(own(a, "ops"), "NewProbes").Call(jen.Id("logger")),
	}
	body = append(body, start("probeServer", "ProbeAddress", "PROBE_ADDRESS", jen.Id("probes").Dot("Handler").Call())...)
	body = append(body,
		jen.If(jen.Id("c").Dot("DebugAddress").Op("!=").Lit("")).Block(
			start("debugServer", "DebugAddress", "DEBUG_ADDRESS", jen.Qual(own(a, "ops"), "Debug").Call())...),
		jen.Line(),
		jen.List(jen.Id("source"), jen.Err()).Op(":=").Add(identityOpen),
		jen.If(jen.Err().Op("!=").Nil()).Block(
			jen.If(jen.Id("ctx").Dot("Err").Call().Op("!=").Nil()).Block(
				jen.Return(jen.Nil()).Comment("asked to end before there was an identity"),
			),
			jen.Return(jen.Err()),
		),
		jen.Defer().Id("source").Dot("Close").Call(),
	)
	given := []jen.Code{jen.Id("ctx"), jen.Id("c"), jen.Id("source")}
	if a.Answering() {
		body = append(body, assign("listeners", jen.Id("Listen").Call(jen.Id("c")))...)
		given = append(given, jen.Qual(own(a, "api"), "Access").Call(), jen.Id("listeners"))
	}
	body = append(body, jen.Return(jen.Id("Serve").Call(append(given, jen.Id("probes"))...)))

	comment(f, "Run is the whole service: it takes its identity from the Workload API and runs until ctx",
		"ends and everything in flight is done.")
	f.Func().Id("Run").Params(jen.Id("ctx").Qual("context", "Context"), jen.Id("c").Qual(own(a, "config"), "Config")).Error().Block(body...)
}

// open is an assignment of something that listens, whose error names the variable that says
// where; zeros come before the error that is returned.
func open(left *jen.Statement, variable string, call jen.Code, zeros ...jen.Code) []jen.Code {
	return []jen.Code{
		left.Add(call),
		jen.If(jen.Err().Op("!=").Nil()).Block(
			jen.Return(append(zeros, jen.Qual("fmt", "Errorf").Call(jen.Lit(variable+": %w"), jen.Err()))...),
		),
	}
}

// listener is one of a service's.
type listener struct{ field, setting, variable string }

func listeners(a answers.Answers) []listener {
	var list []listener
	if a.Serves("http") {
		list = append(list, listener{"HTTP", "HTTPAddress", "HTTP_ADDRESS"})
	}
	if a.Public() {
		list = append(list, listener{"Public", "PublicAddress", "PUBLIC_ADDRESS"})
	}
	if a.Serves("grpc") {
		list = append(list, listener{"GRPC", "GRPCAddress", "GRPC_ADDRESS"})
	}
	return list
}

func listen(f *jen.File, a answers.Answers) {
	var fields, closes []jen.Code
	body := []jen.Code{jen.Var().Id("l").Id("Listeners"), jen.Var().Err().Error()}
	for _, l := range listeners(a) {
		fields = append(fields, jen.Id(l.field))
		body = append(body, open(jen.List(jen.Id("l").Dot(l.field), jen.Err()).Op("="), l.variable,
			jen.Qual("net", "Listen").Call(jen.Lit("tcp"), jen.Id("c").Dot(l.setting)), jen.Id("l"))...)
		closes = append(closes, jen.Id("l").Dot(l.field).Dot("Close").Call())
	}
	comment(f, "Listeners are where the service answers.")
	f.Type().Id("Listeners").Struct(jen.List(fields...).Qual("net", "Listener"))
	comment(f, "Listen opens what the configuration says.")
	f.Func().Id("Listen").Params(jen.Id("c").Qual(own(a, "config"), "Config")).Params(jen.Id("Listeners"), jen.Error()).Block(
		append(body, jen.Return(jen.Id("l"), jen.Nil()))...)
	comment(f, "Close closes them; they are closed already, unless the start failed.")
	f.Func().Params(jen.Id("l").Id("Listeners")).Id("Close").Params().Block(closes...)
}

func serve(f *jen.File, a answers.Answers) {
	observed := []jen.Code{jen.Id("ctx"), jen.Id("c")}
	if a.Telemetry.Collector.ID != "" {
		observed = append(observed, jen.Id("source"))
	}
	var body []jen.Code
	if a.Answering() {
		comment(f, "Serve answers on listeners until ctx ends, with an identity from any source, to the callers",
			"that rules name.")
		body = append(body, jen.Defer().Id("listeners").Dot("Close").Call())
	} else {
		comment(f, "Serve works until ctx ends, with an identity from any source.")
	}
	body = append(body, assign("o", jen.Id("observe").Call(observed...))...)
	f.Func().Id("Serve").Params(params(parts(a))...).Error().Block(
		append(body,
			jen.Err().Op("=").Id("serve").Call(append(args(parts(a)), jen.Id("o"))...),
			jen.If(
				jen.Id("lost").Op(":=").Qual(own(a, "telemetry"), "Shutdown").Call(jen.Id("c").Dot("TelemetryShutdownTimeout"), jen.Id("o").Dot("providers").Op("...")),
				jen.Id("lost").Op("!=").Nil(),
			).Block(
				jen.Id("o").Dot("logger").Dot("WarnContext").Call(jen.Id("ctx"), jen.Lit("telemetry lost"), jen.Lit("error"), jen.Id("lost").Dot("Error").Call()),
			),
			jen.Return(jen.Err()),
		)...,
	)
}
