package render

import (
	"strings"

	"github.com/dave/jennifer/jen"

	"github.com/mintwright/mintwright/generators/answers"
	"github.com/mintwright/mintwright/internal/names"
)

// assemble emits the function that puts the parts together: each block below adds its lines
// to the body, and what the end of it needs to know.
func assemble(f *jen.File, a answers.Answers) {
	var body []jen.Code
	body = append(body, assign("monitor", jen.Qual(own(a, "identity"), "NewMonitor").Call(jen.Id("source"), observed("logger"), observed("meters")))...)
	if a.Answering() {
		body = append(body, assign("access", jen.Qual(own(a, "identity"), "NewAuthorizer").Call(jen.Id("rules"), observed("logger"), observed("meters")))...)
	}
	if a.Telemetry.Prometheus {
		body = append(body, metricsListener(a)...)
	}
	for _, group := range [][]jen.Code{business(a), servers(a), pool(a)} {
		if len(group) > 0 {
			body = append(append(body, jen.Line()), group...)
		}
	}
	body = append(body, jen.Line(), jen.Id("probes").Dot("SetChecks").Add(call(checks(a)...)))
	body = append(body, jen.Id("o").Dot("logger").Dot("LogAttrs").Add(call(append([]jen.Code{
		jen.Id("ctx").Op(",").Qual("log/slog", "LevelInfo").Op(",").Lit("serving"),
	}, addresses(a)...)...)))
	body = append(body,
		jen.Id("service").Op(":=").Qual(own(a, "lifecycle"), "Service").Add(lines(
			keyed("Parts", jen.Index().Qual(own(a, "lifecycle"), "Part").Add(list(running(a)...))),
			keyed("Tasks", jen.Index().Func().Params(jen.Qual("context", "Context")).Values(jen.Id("monitor").Dot("Run"), jen.Id("c").Dot("LogLevel").Dot("Follow").Call(observed("logger")))),
			keyed("NotReady", jen.Id("probes").Dot("Drain")),
			keyed("LameDuck", jen.Id("c").Dot("LameDuck")),
			keyed("DrainTimeout", jen.Id("c").Dot("DrainTimeout")),
			keyed("Logger", observed("logger")),
		)),
		jen.Return(jen.Id("service").Dot("Run").Call(jen.Id("ctx"))),
	)
	comment(f, "serve puts the parts together and runs them.")
	f.Func().Id("serve").Params(append(params(parts(a)), jen.Id("o").Op("*").Id("observer"))...).Error().Block(body...)
}

func lowerFirst(name string) string { return strings.ToLower(name[:1]) + name[1:] }

// observed is a field of the service's telemetry.
func observed(field string) *jen.Statement { return jen.Id("o").Dot(field) }

// list is a braced list, on one line where it has one item.
func list(items ...jen.Code) *jen.Statement {
	if len(items) == 1 {
		return jen.Values(items...)
	}
	return lines(items...)
}

// call is the arguments of a call, an argument a line where there are several.
func call(args ...jen.Code) *jen.Statement {
	return jen.Custom(jen.Options{Open: "(", Close: ")", Separator: ",", Multi: len(args) > 1}, args...)
}

func metricsListener(a answers.Answers) []jen.Code {
	return append(
		open(jen.List(jen.Id("metricsServer"), jen.Err()).Op(":="), "METRICS_ADDRESS",
			jen.Qual(own(a, "ops"), "Start").Call(jen.Id("c").Dot("MetricsAddress"), observed("metrics"), observed("logger"))),
		jen.Defer().Id("metricsServer").Dot("Close").Call(),
	)
}

// business is what the service does: the example, its store and the services that it calls.
func business(a answers.Answers) []jen.Code {
	greetings := own(a, "greetings")
	var body []jen.Code
	if a.Store != "none" {
		body = append(body, assign("db", jen.Id("openDatabase").Call(jen.Id("c"), jen.Id("o")))...)
		body = append(body, jen.Defer().Id("db").Dot("Close").Call())
	}
	if greeterOf(a) == "composer" {
		body = append(body, assign("composer", jen.Qual(greetings, "NewComposer").Call(observed("logger"), observed("tracers"), observed("meters")))...)
	}
	if a.CallsOver("grpc") {
		body = append(body, assign("clientStats", observed("clientStats").Call())...)
	}
	var peers []jen.Code
	for _, c := range a.Calls {
		client := lowerFirst(names.Exported(c.Name)) + "Client"
		if c.Protocol == "grpc" {
			body = append(body, assign(client, grpcClient(a, c))...)
			body = append(body, jen.Defer().Id(client).Dot("Close").Call())
			peers = append(peers, jen.Lit(c.Name).Op(":").Id(askName(c)).Call(jen.Id(client)))
			continue
		}
		body = append(body, assign(client, jen.Qual(own(a, "httpclient"), "New").Call(jen.Qual(own(a, "httpclient"), "Options").Add(lines(
			keyed("Address", jen.Id("c").Dot(callField(c))),
			keyed("Server", id(c.ID)),
			keyed("Source", jen.Id("source")),
			keyed("Telemetry", observed("transport")),
		))))...)
		peers = append(peers, jen.Lit(c.Name).Op(":").Qual(greetings, "OverHTTP").Call(jen.Id(client)))
	}
	if len(peers) > 0 {
		body = append(body, jen.Id("peers").Op(":=").Qual(greetings, "Peers").Add(lines(peers...)))
	}
	if a.Store != "none" {
		body = append(body, jen.Id("archive").Op(":=").Qual(greetings, "NewArchive").Call(
			jen.Id(greeterOf(a)), jen.Qual(greetings, "NewRepository").Call(jen.Id("db"))))
	}
	return body
}

func grpcClient(a answers.Answers, c answers.Call) jen.Code {
	return jen.Qual(own(a, "grpcclient"), "New").Call(jen.Qual(own(a, "grpcclient"), "Options").Add(lines(
		keyed("Address", jen.Id("c").Dot(callField(c))),
		keyed("Server", id(c.ID)),
		keyed("Source", jen.Id("source")),
		keyed("Telemetry", jen.Id("clientStats")),
		keyed("Files", jen.Index().Qual(protoreflectPath, "FileDescriptor").Values(jen.Qual(contractPath(a, c.Name), "File_"+names.Proto(c.Name)+"_v1_greetings_proto"))),
	)))
}

func servers(a answers.Answers) []jen.Code {
	var body []jen.Code
	var targets []jen.Code
	if a.Serves("http") {
		body = append(body, jen.Id("routes").Op(":=").Add(routes(a)))
		body = append(body, assign("httpServer", jen.Qual(own(a, "httpserver"), "New").Call(jen.Qual(own(a, "httpserver"), "Options").Add(lines(
			keyed("Source", jen.Id("source")),
			keyed("Access", jen.Id("access")),
			keyed("Telemetry", observed("middleware")),
			keyed("Logger", observed("logger")),
		)), jen.Id("routes")))...)
		targets = append(targets, jen.Qual(own(a, "httpserver"), "Targets").Call(jen.Id("routes")))
	}
	if a.Public() {
		body = append(body, publicServer(a)...)
	}
	if a.Serves("grpc") {
		body = append(body, assign("serverStats", observed("serverStats").Call())...)
		body = append(body, assign("grpcServer", jen.Qual(own(a, "grpcserver"), "New").Call(append([]jen.Code{jen.Qual(own(a, "grpcserver"), "Options").Add(lines(
			keyed("Source", jen.Id("source")),
			keyed("Access", jen.Id("access")),
			keyed("Telemetry", jen.Id("serverStats")),
			keyed("Logger", observed("logger")),
			keyed("Ready", jen.Id("probes").Dot("Ready")),
		))}, services(a)...)...))...)
		targets = append(targets, jen.Id("grpcServer").Dot("Targets").Call())
	}
	if len(targets) == 0 {
		return body
	}
	all := targets[0]
	if len(targets) > 1 {
		all = jen.Qual("slices", "Concat").Call(targets...)
	}
	return append(body, jen.If(jen.Err().Op(":=").Id("rules").Dot("Check").Call(jen.Add(all).Op("...")), jen.Err().Op("!=").Nil()).Block(jen.Return(jen.Err())))
}

func routes(a answers.Answers) jen.Code {
	api := own(a, "api")
	all := []jen.Code{jen.Qual(api, "Routes").Call(jen.Id("composer"))}
	if a.Store != "none" {
		all = append(all, jen.Qual(api, "ArchiveRoutes").Call(jen.Id("archive")))
	}
	if len(a.Calls) > 0 {
		all = append(all, jen.Qual(api, "PeerRoutes").Call(jen.Id("peers")))
	}
	if len(all) == 1 {
		return all[0]
	}
	return jen.Qual("slices", "Concat").Call(all...)
}

// services are what the gRPC server registers.
func services(a answers.Answers) []jen.Code {
	api := own(a, "api")
	all := []jen.Code{jen.Qual(api, "GreetingService").Call(jen.Id("composer"))}
	if len(a.Calls) > 0 {
		all = append(all, jen.Qual(api, "PeerService").Call(jen.Id("peers")))
	}
	if a.Store != "none" {
		all = append(all, jen.Qual(api, "ArchiveService").Call(jen.Id("archive")))
	}
	if a.Allows("reflection") {
		all = append(all, jen.Qual(own(a, "grpcserver"), "Reflection"))
	}
	return all
}

// checks are the conditions of readiness.
func checks(a answers.Answers) []jen.Code {
	check := func(name string, ready jen.Code) jen.Code {
		return jen.Qual(own(a, "ops"), "Check").Values(keyed("Name", jen.Lit(name)), keyed("Ready", ready))
	}
	all := []jen.Code{check("identity", jen.Id("monitor").Dot("Ready"))}
	if a.Store != "none" {
		all = append(all, check("database", jen.Qual(own(a, "ops"), "Bounded").Call(jen.Id("db").Dot("Ready"))))
	}
	if a.Serves("worker") {
		all = append(all, check("worker", jen.Id("pool").Dot("Ready")))
	}
	return all
}

// addresses are what the record of the start says.
func addresses(a answers.Answers) []jen.Code {
	text := func(key string, value *jen.Statement) jen.Code {
		return jen.Qual("log/slog", "String").Call(jen.Lit(key), value.Dot("String").Call())
	}
	var all []jen.Code
	for _, l := range listeners(a) {
		name := map[string]string{"HTTP": "address", "Public": "public_address", "GRPC": "grpc_address"}[l.field]
		all = append(all, text(name, jen.Id("listeners").Dot(l.field).Dot("Addr").Call()))
	}
	return append(all, text("spiffe_id", jen.Id("ID").Call()))
}

// running are the parts that run.
func running(a answers.Answers) []jen.Code {
	on := func(field, server string) jen.Code {
		return jen.Qual(own(a, "lifecycle"), "On").Call(jen.Id("listeners").Dot(field), jen.Id(server))
	}
	var all []jen.Code
	if a.Serves("http") {
		all = append(all, on("HTTP", "httpServer"))
	}
	if a.Public() {
		all = append(all, on("Public", "publicServer"))
	}
	if a.Serves("grpc") {
		all = append(all, on("GRPC", "grpcServer"))
	}
	if a.Serves("worker") {
		all = append(all, jen.Id("pool"))
	}
	return all
}

// pool takes jobs from the chosen source.
func pool(a answers.Answers) []jen.Code {
	if !a.Serves("worker") {
		return nil
	}
	body := jobSource(a)
	greeter, greet := greeterOf(a), "Greet"
	if a.Store != "none" {
		greeter = "archive"
	}
	if a.Worker.Source == "schedule" {
		greet = "GreetWorld"
	}
	handler := jen.Qual(own(a, "jobs"), greet).Call(jen.Id(greeter))
	if a.Store != "none" {
		handler = jen.Qual(own(a, "jobs"), "Once").Call(handler)
	}
	concurrency := jen.Id("c").Dot("WorkerConcurrency")
	if a.Worker.Source == "schedule" {
		concurrency = jen.Lit(1)
	}
	options := []jen.Code{
		keyed("Source", jen.Id("queue")),
		keyed("Handle", handler),
		keyed("Concurrency", concurrency),
		keyed("Timeout", jen.Id("jobTimeout")),
	}
	if a.Worker.Source == "schedule" {
		options = append(options, keyed("Attempts", jen.Lit(-1)))
	}
	return append(body, assign("pool", jen.Qual(own(a, "worker"), "New").Call(jen.Qual(own(a, "worker"), "Options").Add(lines(append(options,
		keyed("Logger", observed("logger")),
		keyed("Tracers", observed("tracers")),
		keyed("Meters", observed("meters")),
	)...))))...)
}

// greeterOf is the variable of what composes greetings: the peers, where nobody asks this
// service itself.
func greeterOf(a answers.Answers) string {
	if len(a.Calls) > 0 && !a.Answering() {
		return "peers"
	}
	return "composer"
}

func jobSource(a answers.Answers) []jen.Code {
	switch a.Worker.Source {
	case "postgres":
		return []jen.Code{jen.Id("queue").Op(":=").Qual(own(a, "worker/pgqueue"), "New").Call(jen.Id("db").Dot("Pool"), jen.Id("jobTimeout"))}
	case "nats":
		return append(assign("queue", jen.Qual(own(a, "worker/natsqueue"), "Open").Call(jen.Qual(own(a, "worker/natsqueue"), "Options").Add(lines(
			keyed("URL", jen.Id("c").Dot("NATSURL")),
			keyed("Server", id(a.Worker.Broker.ID)),
			keyed("Source", jen.Id("source")),
			keyed("Name", jen.Id("Name")),
			keyed("Timeout", jen.Id("jobTimeout")),
			keyed("Logger", observed("logger")),
		)))), jen.Defer().Id("queue").Dot("Close").Call())
	default:
		return assign("queue", jen.Qual(own(a, "worker/schedule"), "New").Call(jen.Id("Name"), jen.Id("c").Dot("Schedule")))
	}
}

// publicServer answers what is open to the web.
func publicServer(a answers.Answers) []jen.Code {
	identity, httpserver := own(a, "identity"), own(a, "httpserver")
	var body []jen.Code
	body = append(body, jen.Id("public").Op(":=").Qual(own(a, "api"), "Public").Call())
	body = append(body, jen.Id("publicRoutes").Op(":=").Qual(httpserver, "Public").Call(jen.Id("routes"), jen.Id("public")))
	body = append(body, jen.If(jen.Err().Op(":=").Id("public").Dot("Check").Call(jen.Qual(httpserver, "Targets").Call(jen.Id("publicRoutes")).Op("...")), jen.Err().Op("!=").Nil()).Block(jen.Return(jen.Err())))
	body = append(body, assign("publicAccess", jen.Qual(identity, "NewAuthorizer").Call(jen.Id("public"), observed("logger"), observed("meters")))...)
	body = append(body, assign("certificate", jen.Qual(identity, "PublicConfig").Call(
		jen.Id("c").Dot("PublicCertFile"), jen.Id("c").Dot("PublicKeyFile"), observed("logger"), observed("meters")))...)
	return append(body, assign("publicServer", jen.Qual(httpserver, "NewPublic").Call(jen.Qual(httpserver, "PublicOptions").Add(lines(
		keyed("TLS", jen.Id("certificate")),
		keyed("Access", jen.Id("publicAccess")),
		keyed("Telemetry", observed("middleware")),
		keyed("Logger", observed("logger")),
	)), jen.Id("publicRoutes")))...)
}
