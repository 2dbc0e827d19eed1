package render

import (
	"strconv"

	"github.com/dave/jennifer/jen"

	"github.com/mintwright/mintwright/generators/answers"
	"github.com/mintwright/mintwright/internal/names"
)

// setting is one environment variable of a service, as its configuration declares it.
type setting struct {
	field  string
	typ    *jen.Statement
	method string // of env.Reader
	args   []jen.Code
}

// variable is the setting's name.
func (s setting) variable() string {
	name, _ := strconv.Unquote(jen.Add(s.args[0]).GoString())
	return name
}

func settings(a answers.Answers) []setting {
	text := func() *jen.Statement { return jen.String() }
	duration := func() *jen.Statement { return jen.Qual("time", "Duration") }
	seconds := func(n int) jen.Code { return jen.Lit(n).Op("*").Qual("time", "Second") }
	list := []setting{
		{"WorkloadAPI", text(), "Text", lits("SPIFFE_ENDPOINT_SOCKET", "", "Workload API, such as unix:///spiffe-workload-api/spire-agent.sock")},
		{"SVIDHint", text(), "Text", lits("SPIFFE_SVID_HINT", "", "of several SVIDs with the service's ID, the one with this hint")},
	}
	listen := func(chosen bool, field, variable, address, help string) {
		if chosen {
			list = append(list, setting{field, text(), "Address", lits(variable, address, help)})
		}
	}
	listen(a.Serves("http"), "HTTPAddress", "HTTP_ADDRESS", ":8443", "HTTP over mutual TLS")
	listen(a.Public(), "PublicAddress", "PUBLIC_ADDRESS", ":8444", "HTTP for the web, with the certificate below")
	if a.Public() {
		list = append(list,
			setting{"PublicCertFile", text(), "Text", lits("PUBLIC_CERT_FILE", "", "certificate chain for the web, as PEM; read anew when it changes")},
			setting{"PublicKeyFile", text(), "Text", lits("PUBLIC_KEY_FILE", "", "its key, as PEM")},
		)
	}
	listen(a.Serves("grpc"), "GRPCAddress", "GRPC_ADDRESS", ":9443", "gRPC over mutual TLS")
	listen(true, "ProbeAddress", "PROBE_ADDRESS", ":8081", "probes: /startupz, /livez, /readyz")
	listen(a.Telemetry.Prometheus, "MetricsAddress", "METRICS_ADDRESS", ":9090", "metrics for Prometheus: /metrics")
	list = append(list, setting{"DebugAddress", text(), "Loopback", lits("DEBUG_ADDRESS", "profiles, on loopback only; off when empty")})
	for _, c := range a.Calls {
		list = append(list, setting{callField(c), text(), "Address", lits(callVariable(c), c.Address, "where "+c.Name+" answers")})
	}
	if a.Store != "none" {
		list = append(list, setting{"DatabaseURL", jen.Func().Params().Params(jen.String(), jen.Error()), "SecretFile", lits("DATABASE_URL", "file with the PostgreSQL URL, such as postgres://…?sslmode=verify-full")})
	}
	if a.Serves("worker") {
		list = append(list, workerSettings(a)...)
	}
	if a.Telemetry.Collector.TLS == "system" {
		list = append(list, setting{"CollectorHeaders", text(), "Secret", lits("OTEL_EXPORTER_OTLP_HEADERS", "file with headers for the collector, such as api-key=…")})
	}
	return append(list,
		setting{"LameDuck", duration(), "Duration", []jen.Code{jen.Lit("LAME_DUCK"), seconds(5), jen.Lit("from SIGTERM to the drain, while balancers notice")}},
		setting{"DrainTimeout", duration(), "Duration", []jen.Code{jen.Lit("DRAIN_TIMEOUT"), seconds(15), jen.Lit("for what is in flight")}},
		setting{"TelemetryShutdownTimeout", duration(), "Duration", []jen.Code{jen.Lit("TELEMETRY_SHUTDOWN_TIMEOUT"), seconds(2), jen.Lit("for the last of the telemetry")}},
		setting{"LogLevel", jen.Op("*").Qual(own(a, "env"), "LogLevel"), "Level", []jen.Code{jen.Lit("LOG_LEVEL"), jen.Qual("log/slog", "LevelInfo"), jen.Lit("debug, info, warn or error")}},
	)
}

func lits(values ...string) []jen.Code {
	var codes []jen.Code
	for _, v := range values {
		codes = append(codes, jen.Lit(v))
	}
	return codes
}

// callField returns the field of Config that holds the address of a call.
func callField(c answers.Call) string { return "Call" + names.Exported(c.Name) + "Address" }

// callVariable returns the environment variable that holds it.
func callVariable(c answers.Call) string { return "CALL_" + names.Env(c.Name) + "_ADDRESS" }

func config(a answers.Answers) *jen.File {
	f := newFile(a, "config", "config")
	f.PackageComment("Package config is what can be set from outside: environment variables, nothing else.")

	var fields, values []jen.Code
	for _, s := range settings(a) {
		fields = append(fields, jen.Id(s.field).Add(s.typ))
		values = append(values, keyed(s.field, jen.Id("r").Dot(s.method).Call(s.args...)))
	}
	comment(f, "Config is the service's configuration.")
	f.Type().Id("Config").Struct(fields...)

	comment(f, "Load reads the configuration and returns with it each setting as it was read.",
		"Its error names every variable that is wrong.")
	f.Func().Id("Load").
		Params(jen.Id("getenv").Func().Params(jen.String()).String()).
		Params(jen.Id("Config"), jen.Index().Qual(own(a, "env"), "Setting"), jen.Error()).
		Block(
			jen.Id("r").Op(":=").Qual(own(a, "env"), "NewReader").Call(jen.Id("getenv")),
			jen.Id("c").Op(":=").Id("Config").Add(lines(values...)),
			jen.Id("telemetryErr").Op(":=").Qual(own(a, "telemetry"), "CheckEnvironment").Call(jen.Id("getenv"), linked(a)),
			jen.Return(jen.Id("c"), jen.Id("r").Dot("Settings").Call(), jen.Qual("errors", "Join").Call(jen.Id("r").Dot("Err").Call(), jen.Id("telemetryErr"))),
		)
	return f
}

// linked is what telemetry the service has, so that the environment cannot ask for other.
func linked(a answers.Answers) jen.Code {
	fields := []jen.Code{
		keyed("Signals", jen.Index().String().Values(lits(a.Telemetry.Signals...)...)),
		keyed("Protocol", jen.Lit(a.Telemetry.Protocol)),
		keyed("Address", jen.Lit(a.Telemetry.Collector.Address)),
	}
	if plaintext(a) {
		fields = append(fields, keyed("Plaintext", jen.True()))
	}
	return jen.Qual(own(a, "telemetry"), "Linked").Add(lines(fields...))
}

func workerSettings(a answers.Answers) []setting {
	if a.Worker.Source == "schedule" {
		return []setting{{"Schedule", jen.String(), "Text", lits("SCHEDULE", "*/5 * * * *", "when the job is due: minute, hour, day of month, month, day of week")}}
	}
	list := []setting{{"WorkerConcurrency", jen.Int(), "Int", []jen.Code{jen.Lit("WORKER_CONCURRENCY"), jen.Lit(4), jen.Lit(1), jen.Lit(1000), jen.Lit("jobs at once")}}}
	if a.Worker.Source == "nats" {
		list = append(list, setting{"NATSURL", jen.String(), "Text", lits("NATS_URL", "tls://"+a.Worker.Broker.Address, "NATS server; nats:// on loopback only")})
	}
	return list
}
