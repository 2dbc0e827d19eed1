package render

import (
	"slices"

	"github.com/dave/jennifer/jen"

	"github.com/mintwright/mintwright/generators/answers"
)

// signal is how one kind of telemetry is wired.
type signal struct {
	provider string // the variable that holds it
	lines    []jen.Code
}

// signals are those that the service has, with Prometheus among the metrics.
func signals(a answers.Answers) []signal {
	telemetry := own(a, "telemetry")
	chosen := func(name string) bool { return slices.Contains(a.Telemetry.Signals, name) }
	exporter := func(variable, kind string) []jen.Code {
		return assign(variable, jen.Qual(telemetry, "New"+protocol(a)+kind+"Exporter").Call(jen.Id("ctx"), jen.Id("collector")), jen.Nil())
	}
	var all []signal
	if chosen("traces") {
		all = append(all, signal{"tracers", append(exporter("spans", "Span"), jen.Id("tracers").Op(":=").Qual(telemetry, "NewTracerProvider").Call(
			jen.Id("resource"), jen.Id("spans"), jen.Lit(a.Telemetry.Sampling), jen.Id("drops")))})
	}
	if chosen("metrics") || a.Telemetry.Prometheus {
		all = append(all, signal{"meters", metrics(a, chosen("metrics"), exporter)})
	}
	if chosen("logs") {
		all = append(all, signal{"logs", append(exporter("records", "Log"), jen.Id("logs").Op(":=").Qual(telemetry, "NewLoggerProvider").Call(
			jen.Id("resource"), jen.Id("records"), jen.Id("drops")))})
	}
	return all
}

// metrics are exported, read by Prometheus, or both.
func metrics(a answers.Answers, export bool, exporter func(variable, kind string) []jen.Code) []jen.Code {
	telemetry := own(a, "telemetry")
	var body, readers []jen.Code
	if export {
		body = append(body, exporter("points", "Metric")...)
		readers = append(readers, jen.Qual(telemetry, "ExportMetrics").Call(jen.Id("points"), jen.Id("drops")))
	}
	if a.Telemetry.Prometheus {
		body = append(body,
			jen.List(jen.Id("scraped"), jen.Id("metrics"), jen.Err()).Op(":=").Qual(telemetry, "NewPrometheus").Call(jen.Id("drops")),
			ifErr(jen.Nil()),
		)
		readers = append(readers, jen.Id("scraped"))
	}
	if a.Serves("http") && a.Telemetry.Middleware == "contrib" {
		readers = append(readers, jen.Qual(telemetry, "ServerView").Call())
	}
	return append(body, assign("meters", jen.Qual(telemetry, "NewMeterProvider").Call(append([]jen.Code{jen.Id("resource"), jen.Id("drops")}, readers...)...), jen.Nil())...)
}

func observer(a answers.Answers) *jen.File {
	f := newFile(a, "app", "app")
	f.ImportAlias(noopMetricPath, "noopmetric") // beside noop tracers it needs a name of its own
	f.ImportAlias(noopTracePath, "nooptrace")
	fields := []jen.Code{
		jen.Id("logger").Op("*").Qual("log/slog", "Logger"),
		jen.Id("tracers").Qual(otelTracePath, "TracerProvider"),
		jen.Id("meters").Qual(otelMetricPath, "MeterProvider"),
		jen.Id("providers").Index().Qual(own(a, "telemetry"), "Provider"),
	}
	if a.Telemetry.Prometheus {
		fields = append(fields, jen.Id("metrics").Qual("net/http", "Handler"))
	}
	comment(f, "observer is the service's telemetry.")
	f.Type().Id("observer").Struct(fields...)
	makeObserver(f, a)
	if a.Answering() {
		trusted(f, a)
	}
	if a.Serves("http") {
		middleware(f, a)
	}
	if a.CallsOver("http") {
		transport(f, a)
	}
	if a.Serves("grpc") {
		trusts := jen.Func().Params(jen.Id("ctx").Qual("context", "Context")).Bool().Block(
			jen.Return(jen.Id("trusted").Call(jen.Qual(own(a, "identity"), "Caller").Call(jen.Id("ctx")))))
		comment(f, "serverStats observes the calls that this service answers over gRPC.")
		statsHandler(f, a, "serverStats", "GRPCServer", "ServerHandler", trusts)
	}
	if a.CallsOver("grpc") {
		comment(f, "clientStats observes the calls that this service makes over gRPC.")
		statsHandler(f, a, "clientStats", "GRPCClient", "ClientHandler")
	}
	return f
}

func makeObserver(f *jen.File, a answers.Answers) {
	telemetry := own(a, "telemetry")
	logger := func(others ...jen.Code) jen.Code {
		return jen.Qual(telemetry, "NewLogger").Call(append([]jen.Code{
			jen.Qual("os", "Stdout"), jen.Id("c").Dot("LogLevel"), jen.Qual(own(a, "identity"), "LogAttrs"),
		}, others...)...)
	}
	body := []jen.Code{
		jen.Id("stdout").Op(":=").Add(logger()),
		jen.Id("drops").Op(":=").Qual(telemetry, "NewDrops").Call(jen.Id("stdout")),
		jen.Id("collector").Op(":=").Qual(telemetry, "Collector").Values(collector(a)...),
	}
	if a.Telemetry.Collector.TLS == "system" {
		body = append(body,
			jen.Comment("Exporters read headers where OpenTelemetry's specification puts them."),
			jen.If(
				jen.Err().Op(":=").Qual("os", "Setenv").Call(jen.Lit("OTEL_EXPORTER_OTLP_HEADERS"), jen.Id("c").Dot("CollectorHeaders")),
				jen.Err().Op("!=").Nil(),
			).Block(jen.Return(jen.Nil(), jen.Err())),
		)
	}
	body = append(body, assign("resource", jen.Qual(telemetry, "NewResource").Call(jen.Id("ctx"), jen.Qual(telemetry, "Service").Values(
		keyed("Name", jen.Id("Name")),
		keyed("Namespace", jen.Lit(a.Deploy.Namespace)),
		keyed("Version", jen.Qual(own(a, "ops"), "Version").Call()),
	)), jen.Nil())...)

	var providers []jen.Code
	for _, s := range signals(a) {
		body = append(body, jen.Line())
		body = append(body, s.lines...)
		providers = append(providers, jen.Id(s.provider))
	}
	fields := []jen.Code{
		keyed("logger", exported(a, logger)),
		keyed("tracers", or(a, "tracers", jen.Qual(noopTracePath, "NewTracerProvider").Call())),
		keyed("meters", or(a, "meters", jen.Qual(noopMetricPath, "NewMeterProvider").Call())),
		keyed("providers", jen.Index().Qual(telemetry, "Provider").Values(providers...)),
	}
	if a.Telemetry.Prometheus {
		fields = append(fields, keyed("metrics", jen.Id("metrics")))
	}
	body = append(body, jen.Line(), jen.Return(jen.Op("&").Id("observer").Add(lines(fields...)), jen.Nil()))

	params := []jen.Code{jen.Id("ctx").Qual("context", "Context"), jen.Id("c").Qual(own(a, "config"), "Config")}
	if a.Telemetry.Collector.ID != "" {
		params = append(params, jen.Id("source").Qual(own(a, "identity"), "Source"))
	}
	comment(f, "observe makes the providers, which share one resource and send to one collector.")
	f.Func().Id("observe").Params(params...).Params(jen.Op("*").Id("observer"), jen.Error()).Block(body...)
}

// exported is the service's logger, which exports where logs were chosen.
func exported(a answers.Answers, logger func(...jen.Code) jen.Code) jen.Code {
	if !slices.Contains(a.Telemetry.Signals, "logs") {
		return jen.Id("stdout")
	}
	return logger(jen.Qual(own(a, "telemetry"), "NewLogHandler").Call(jen.Id("logs"), jen.Id("Name")))
}

// or is the provider that the service has, else one that does nothing.
func or(a answers.Answers, provider string, noop jen.Code) jen.Code {
	if slices.ContainsFunc(signals(a), func(s signal) bool { return s.provider == provider }) {
		return jen.Id(provider)
	}
	return noop
}

func protocol(a answers.Answers) string {
	if a.Telemetry.Protocol == "grpc" {
		return "GRPC"
	}
	return "HTTP"
}

// plaintext reports whether the collector is reached without TLS.
func plaintext(a answers.Answers) bool {
	return a.Telemetry.Collector.ID == "" && a.Telemetry.Collector.TLS == ""
}

func collector(a answers.Answers) []jen.Code {
	c := a.Telemetry.Collector
	fields := []jen.Code{keyed("Address", jen.Lit(c.Address))}
	switch {
	case c.ID != "":
		return append(fields, keyed("TLS", jen.Qual(own(a, "identity"), "ClientConfig").Call(jen.Id("source"), id(c.ID))))
	case c.TLS == "system":
		return append(fields, keyed("TLS", jen.Op("&").Qual("crypto/tls", "Config").Values(keyed("MinVersion", jen.Qual("crypto/tls", "VersionTLS12")))))
	default:
		return fields
	}
}

func trusted(f *jen.File, a answers.Answers) {
	comment(f, "trusted tells whether a caller decides for this service, too, what is sampled: those of the",
		"own trust domain do, and no other.")
	f.Func().Id("trusted").Params(jen.Id("caller").Qual(spiffeidPath, "ID"), jen.Id("ok").Bool()).Bool().Block(
		jen.Return(jen.Id("ok").Op("&&").Id("caller").Dot("TrustDomain").Call().Dot("Name").Call().Op("==").Lit(a.Identity.TrustDomain)),
	)
}

func middleware(f *jen.File, a answers.Answers) {
	handler := jen.Qual("net/http", "Handler")
	trusts := jen.Func().Params(jen.Id("r").Op("*").Qual("net/http", "Request")).Bool().Block(
		jen.Return(jen.Id("trusted").Call(jen.Qual(own(a, "identity"), "Caller").Call(jen.Id("r").Dot("Context").Call()))),
	)
	comment(f, "middleware observes requests.")
	f.Func().Params(jen.Id("o").Op("*").Id("observer")).Id("middleware").Params(jen.Id("next").Add(handler)).Params(handler, jen.Error()).Block(
		instrumented(a, "HTTPServer", "Middleware", jen.Id("next"), observed("tracers"), observed("meters"), trusts),
	)
}

func transport(f *jen.File, a answers.Answers) {
	tripper := jen.Qual("net/http", "RoundTripper")
	comment(f, "transport observes calls.")
	f.Func().Params(jen.Id("o").Op("*").Id("observer")).Id("transport").Params(jen.Id("next").Add(tripper)).Params(tripper, jen.Error()).Block(
		instrumented(a, "HTTPClient", "Transport", jen.Id("next"), observed("tracers"), observed("meters")),
	)
}

func statsHandler(f *jen.File, a answers.Answers, name, lean, contrib string, more ...jen.Code) {
	f.Func().Params(jen.Id("o").Op("*").Id("observer")).Id(name).Params().Params(jen.Qual(grpcPath+"/stats", "Handler"), jen.Error()).Block(
		instrumented(a, lean, contrib, append([]jen.Code{observed("tracers"), observed("meters")}, more...)...),
	)
}

// instrumented returns what observes, and an error, by the chosen middleware: lean's function
// or contrib's.
func instrumented(a answers.Answers, lean, contrib string, args ...jen.Code) jen.Code {
	if a.Telemetry.Middleware == "lean" {
		return jen.Return(jen.Qual(own(a, "instrument"), lean).Call(args...))
	}
	return jen.Return(jen.Qual(own(a, "telemetry"), contrib).Call(args...), jen.Nil())
}
