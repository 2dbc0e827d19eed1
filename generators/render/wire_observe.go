package render

import (
	"slices"

	"github.com/dave/jennifer/jen"

	"github.com/mintwright/mintwright/generators/answers"
)

// signal is how one kind of telemetry is wired.
type signal struct {
	name     string // in the answers
	provider string // the variable that holds it
	exporter string // the variable that holds the exporter
	export   string // the exporter's constructor, without the protocol
	make     jen.Code
	fails    bool // whether the provider's constructor does
}

func signals(a answers.Answers) []signal {
	telemetry := func(name string) *jen.Statement { return jen.Qual(own(a, "telemetry"), name) }
	all := []signal{
		{
			name: "traces", provider: "tracers", exporter: "spans", export: "SpanExporter",
			make: telemetry("NewTracerProvider").Call(jen.Id("resource"), jen.Id("spans"), jen.Lit(a.Telemetry.Sampling), jen.Id("drops")),
		},
		{
			name: "metrics", provider: "meters", exporter: "points", export: "MetricExporter", fails: true,
			make: telemetry("NewMeterProvider").Call(jen.Id("resource"), jen.Id("points"), jen.Id("drops")),
		},
		{
			name: "logs", provider: "logs", exporter: "records", export: "LogExporter",
			make: telemetry("NewLoggerProvider").Call(jen.Id("resource"), jen.Id("records"), jen.Id("drops")),
		},
	}
	return slices.DeleteFunc(all, func(s signal) bool { return !slices.Contains(a.Telemetry.Signals, s.name) })
}

func observe(f *jen.File, a answers.Answers) {
	f.ImportAlias(noopMetricPath, "noopmetric") // beside noop tracers it needs a name of its own
	f.ImportAlias(noopTracePath, "nooptrace")
	comment(f, "observer is the service's telemetry.")
	f.Type().Id("observer").Struct(
		jen.Id("logger").Op("*").Qual("log/slog", "Logger"),
		jen.Id("tracers").Qual(otelTracePath, "TracerProvider"),
		jen.Id("meters").Qual(otelMetricPath, "MeterProvider"),
		jen.Id("providers").Index().Qual(own(a, "telemetry"), "Provider"),
	)
	makeObserver(f, a)
	middleware(f, a)
	if len(a.Calls) > 0 {
		transport(f, a)
	}
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
		body = append(body, assign(s.exporter, jen.Qual(telemetry, "New"+protocol(a)+s.export).Call(jen.Id("ctx"), jen.Id("collector")), jen.Nil())...)
		if s.fails {
			body = append(body, assign(s.provider, s.make, jen.Nil())...)
		} else {
			body = append(body, jen.Id(s.provider).Op(":=").Add(s.make))
		}
		providers = append(providers, jen.Id(s.provider))
	}
	body = append(body, jen.Line(), jen.Return(jen.Op("&").Id("observer").Add(lines(
		keyed("logger", exported(a, logger)),
		keyed("tracers", or(a, "traces", "tracers", jen.Qual(noopTracePath, "NewTracerProvider").Call())),
		keyed("meters", or(a, "metrics", "meters", jen.Qual(noopMetricPath, "NewMeterProvider").Call())),
		keyed("providers", jen.Index().Qual(telemetry, "Provider").Values(providers...)),
	)), jen.Nil()))

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

// or is the provider of a chosen signal, else one that does nothing.
func or(a answers.Answers, signal, provider string, noop jen.Code) jen.Code {
	if slices.Contains(a.Telemetry.Signals, signal) {
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

func middleware(f *jen.File, a answers.Answers) {
	comment(f, "middleware observes requests. A caller of the own trust domain decides for this service,",
		"too, what is sampled; no other caller does.")
	f.Func().Params(jen.Id("o").Op("*").Id("observer")).Id("middleware").Params(jen.Id("next").Qual("net/http", "Handler")).Qual("net/http", "Handler").Block(
		jen.Return(jen.Qual(own(a, "telemetry"), "Middleware").Call(jen.Id("next"), jen.Id("o").Dot("tracers"), jen.Id("o").Dot("meters"),
			jen.Func().Params(jen.Id("r").Op("*").Qual("net/http", "Request")).Bool().Block(
				jen.List(jen.Id("caller"), jen.Id("ok")).Op(":=").Qual(own(a, "identity"), "Caller").Call(jen.Id("r").Dot("Context").Call()),
				jen.Return(jen.Id("ok").Op("&&").Id("caller").Dot("MemberOf").Call(jen.Id("ID").Call().Dot("TrustDomain").Call())),
			),
		)),
	)
}

func transport(f *jen.File, a answers.Answers) {
	comment(f, "transport observes calls.")
	f.Func().Params(jen.Id("o").Op("*").Id("observer")).Id("transport").Params(jen.Id("next").Qual("net/http", "RoundTripper")).Qual("net/http", "RoundTripper").Block(
		jen.Return(jen.Qual(own(a, "telemetry"), "Transport").Call(jen.Id("next"), jen.Id("o").Dot("tracers"), jen.Id("o").Dot("meters"))),
	)
}
