package render

import (
	"github.com/dave/jennifer/jen"

	"github.com/mintwright/mintwright/generators/answers"
)

func app(a answers.Answers) *jen.File {
	f := newFile(a, "app", "app")
	f.PackageComment("Package app puts the service together and runs it.")

	comment(f, "Name is the service's name, in telemetry too.")
	f.Const().Id("Name").Op("=").Lit(a.Name)
	comment(f, "identityTimeout bounds the wait for the first SVID.")
	f.Const().Id("identityTimeout").Op("=").Lit(30).Op("*").Qual("time", "Second")
	comment(f, "ID is the service's own SPIFFE ID.")
	f.Func().Id("ID").Params().Qual(spiffeidPath, "ID").Block(jen.Return(id(spiffeID(a))))
	run(f, a)
	serve(f, a)
	assemble(f, a)
	observe(f, a)
	return f
}

func run(f *jen.File, a answers.Answers) {
	identityOpen := jen.Qual(own(a, "identity"), "Open").Call(jen.Id("ctx"), jen.Qual(own(a, "identity"), "Options").Add(lines(
		keyed("ID", jen.Id("ID").Call()),
		keyed("Socket", jen.Id("c").Dot("WorkloadAPI")),
		keyed("StartTimeout", jen.Id("identityTimeout")),
		keyed("Logger", jen.Id("logger")),
	)))
	start := func(name, field, variable string, handler jen.Code) []jen.Code {
		return append(
			open(name, variable, jen.Qual(own(a, "ops"), "Start").Call(jen.Id("c").Dot(field), handler, jen.Id("logger"))),
			jen.Defer().Id(name).Dot("Close").Call(),
		)
	}
	var body []jen.Code
	body = append(body,
		jen.Id("logger").Op(":=").Qual("log/slog", "New").Call(jen.Qual("log/slog", "NewJSONHandler").Call(
			jen.Qual("os", "Stdout"), jen.Op("&").Qual("log/slog", "HandlerOptions").Values(keyed("Level", jen.Id("c").Dot("LogLevel"))))),
		jen.Id("probes").Op(":=").Qual(own(a, "ops"), "NewProbes").Call(jen.Id("logger")),
	)
	body = append(body, start("probeServer", "ProbeAddress", "PROBE_ADDRESS", jen.Id("probes").Dot("Handler").Call())...)
	body = append(body,
		jen.If(jen.Id("c").Dot("DebugAddress").Op("!=").Lit("")).Block(
			start("debugServer", "DebugAddress", "DEBUG_ADDRESS", jen.Qual(own(a, "ops"), "Debug").Call())...),
		jen.Line(),
	)
	body = append(body,
		jen.List(jen.Id("source"), jen.Err()).Op(":=").Add(identityOpen),
		jen.If(jen.Err().Op("!=").Nil()).Block(
			jen.If(jen.Id("ctx").Dot("Err").Call().Op("!=").Nil()).Block(
				jen.Return(jen.Nil()).Comment("asked to end before there was an identity"),
			),
			jen.Return(jen.Err()),
		),
	)
	body = append(body, jen.Defer().Id("source").Dot("Close").Call())
	body = append(body, open("listener", "HTTP_ADDRESS", jen.Qual("net", "Listen").Call(jen.Lit("tcp"), jen.Id("c").Dot("HTTPAddress")))...)
	body = append(body, jen.Return(jen.Id("Serve").Call(jen.Id("ctx"), jen.Id("c"), jen.Id("source"), jen.Qual(own(a, "api"), "Access").Call(), jen.Id("listener"), jen.Id("probes"))))

	comment(f, "Run is the whole service: it takes its identity from the Workload API and serves until ctx",
		"ends and every request in flight is answered.")
	f.Func().Id("Run").Params(jen.Id("ctx").Qual("context", "Context"), jen.Id("c").Qual(own(a, "config"), "Config")).Error().Block(body...)
}

// open is assign for a listener, whose error names the variable that says where it listens.
func open(name, variable string, call jen.Code) []jen.Code {
	return []jen.Code{
		jen.List(jen.Id(name), jen.Err()).Op(":=").Add(call),
		jen.If(jen.Err().Op("!=").Nil()).Block(
			jen.Return(jen.Qual("fmt", "Errorf").Call(jen.Lit(variable+": %w"), jen.Err())),
		),
	}
}

// parts are what Serve is given.
func parts(a answers.Answers) []jen.Code {
	return []jen.Code{
		jen.Id("ctx").Qual("context", "Context"),
		jen.Id("c").Qual(own(a, "config"), "Config"),
		jen.Id("source").Qual(own(a, "identity"), "Source"),
		jen.Id("rules").Qual(own(a, "identity"), "Rules"),
		jen.Id("listener").Qual("net", "Listener"),
		jen.Id("probes").Op("*").Qual(own(a, "ops"), "Probes"),
	}
}

func serve(f *jen.File, a answers.Answers) {
	observed := jen.Id("observe").Call(jen.Id("ctx"), jen.Id("c"))
	if a.Telemetry.Collector.ID != "" {
		observed = jen.Id("observe").Call(jen.Id("ctx"), jen.Id("c"), jen.Id("source"))
	}
	comment(f, "Serve answers on listener until ctx ends, with an identity from any source, to the callers",
		"that rules name.")
	f.Func().Id("Serve").Params(parts(a)...).Error().Block(
		append(append([]jen.Code{jen.Defer().Id("listener").Dot("Close").Call().Comment("closed already, unless the start failed")}, assign("o", observed)...),
			jen.Err().Op("=").Id("serve").Call(jen.Id("ctx"), jen.Id("c"), jen.Id("source"), jen.Id("rules"), jen.Id("listener"), jen.Id("probes"), jen.Id("o")),
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

func assemble(f *jen.File, a answers.Answers) {
	logger, tracers, meters := jen.Id("o").Dot("logger"), jen.Id("o").Dot("tracers"), jen.Id("o").Dot("meters")
	var body []jen.Code
	body = append(body, assign("monitor", jen.Qual(own(a, "identity"), "NewMonitor").Call(jen.Id("source"), logger, meters))...)
	body = append(body, assign("access", jen.Qual(own(a, "identity"), "NewAuthorizer").Call(jen.Id("rules"), logger, meters))...)
	body = append(body, assign("greetings", jen.Qual(own(a, "api"), "NewGreetings").Call(logger, tracers, meters))...)
	body = append(body, routes(a)...)
	body = append(body,
		jen.If(jen.Err().Op(":=").Id("rules").Dot("Check").Call(jen.Qual(own(a, "httpserver"), "Targets").Call(jen.Id("routes")).Op("...")), jen.Err().Op("!=").Nil()).Block(jen.Return(jen.Err())),
	)
	body = append(body, assign("server", jen.Qual(own(a, "httpserver"), "New").Call(jen.Qual(own(a, "httpserver"), "Options").Add(lines(
		keyed("Source", jen.Id("source")),
		keyed("Access", jen.Id("access")),
		keyed("Telemetry", jen.Id("o").Dot("middleware")),
		keyed("Logger", logger),
	)), jen.Id("routes")))...)
	body = append(body,
		jen.Line(),
		jen.Id("probes").Dot("SetChecks").Call(jen.Qual(own(a, "ops"), "Check").Values(keyed("Name", jen.Lit("identity")), keyed("Ready", jen.Id("monitor").Dot("Ready")))),
		jen.Id("o").Dot("logger").Dot("InfoContext").Call(jen.Id("ctx"), jen.Lit("serving"),
			jen.Lit("address"), jen.Id("listener").Dot("Addr").Call().Dot("String").Call(), jen.Lit("spiffe_id"), jen.Id("ID").Call().Dot("String").Call()),
		jen.Id("service").Op(":=").Qual(own(a, "lifecycle"), "Service").Add(lines(
			keyed("Servers", jen.Map(jen.Qual("net", "Listener")).Qual(own(a, "lifecycle"), "Server").Values(jen.Id("listener").Op(":").Id("server"))),
			keyed("Tasks", jen.Index().Func().Params(jen.Qual("context", "Context")).Values(jen.Id("monitor").Dot("Run"))),
			keyed("NotReady", jen.Id("probes").Dot("Drain")),
			keyed("LameDuck", jen.Id("c").Dot("LameDuck")),
			keyed("DrainTimeout", jen.Id("c").Dot("DrainTimeout")),
			keyed("Logger", logger),
		)),
		jen.Return(jen.Id("service").Dot("Run").Call(jen.Id("ctx"))),
	)
	comment(f, "serve puts the parts together and runs them.")
	f.Func().Id("serve").Params(append(parts(a), jen.Id("o").Op("*").Id("observer"))...).Error().Block(body...)
}

func routes(a answers.Answers) []jen.Code {
	own := func(name string) string { return own(a, name) }
	if len(a.Calls) == 0 {
		return []jen.Code{jen.Id("routes").Op(":=").Id("greetings").Dot("Routes").Call()}
	}
	var clients []jen.Code
	for _, c := range a.Calls {
		clients = append(clients, jen.Lit(c.Name).Op(":").Qual(own("httpclient"), "New").Call(jen.Qual(own("httpclient"), "Options").Add(lines(
			keyed("Address", jen.Id("c").Dot(callField(c))),
			keyed("Server", id(c.ID)),
			keyed("Source", jen.Id("source")),
			keyed("Telemetry", jen.Id("o").Dot("transport")),
		))))
	}
	return []jen.Code{
		jen.Id("peers").Op(":=").Qual(own("api"), "NewPeers").Call(jen.Map(jen.String()).Op("*").Qual(own("httpclient"), "Client").Add(lines(clients...))),
		jen.Id("routes").Op(":=").Qual("slices", "Concat").Call(jen.Id("greetings").Dot("Routes").Call(), jen.Id("peers").Dot("Routes").Call()),
	}
}
