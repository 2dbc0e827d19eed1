package render

import (
	"strings"

	"github.com/dave/jennifer/jen"

	"github.com/mintwright/mintwright/generators/answers"
)

// appTest is what the tests of package app need to know of the wiring.
func appTest(a answers.Answers) *jen.File {
	f := newFile(a, "app", "app")
	settings := []jen.Code{
		jen.Lit("LAME_DUCK").Op(":").Lit("0s"),
		jen.Lit("TELEMETRY_SHUTDOWN_TIMEOUT").Op(":").Lit("100ms"),
		jen.Lit("LOG_LEVEL").Op(":").Lit("error"),
	}
	for _, variable := range loopback(a) {
		settings = append(settings, jen.Lit(variable).Op(":").Lit("127.0.0.1:0"))
	}
	if a.Serves("worker") && a.Worker.Source == "nats" {
		settings = append(settings, jen.Lit("NATS_URL").Op(":").Lit("nats://127.0.0.1:1"))
	}
	table := jen.Map(jen.String()).String()
	tb := jen.Id("tb").Qual("testing", "TB")
	comment(f, "settings are those of a service that runs in a test.")
	if a.Public() {
		f.Func().Id("settings").Params(tb).Add(table).Block(
			jen.Id("tb").Dot("Helper").Call(),
			jen.Id("settings").Op(":=").Add(table).Add(lines(settings...)),
			jen.Qual("maps", "Copy").Call(jen.Id("settings"), jen.Id("certificate").Call(jen.Id("tb"))),
			jen.Return(jen.Id("settings")),
		)
	} else {
		f.Func().Id("settings").Params(jen.Qual("testing", "TB")).Add(table).Block(jen.Return(jen.Add(table).Add(lines(settings...))))
	}

	comment(f, "run runs the whole service but its probes and its start.")
	body := []jen.Code{jen.Return(jen.Id("Serve").Call(jen.Id("ctx"), jen.Id("c"), jen.Id("source"), jen.Id("probes")))}
	if a.Answering() {
		body = append(assign("listeners", jen.Id("Listen").Call(jen.Id("c"))),
			jen.Return(jen.Id("Serve").Call(jen.Id("ctx"), jen.Id("c"), jen.Id("source"), jen.Qual(own(a, "api"), "Access").Call(), jen.Id("listeners"), jen.Id("probes"))))
	}
	f.Func().Id("run").Params(
		jen.Id("ctx").Qual("context", "Context"),
		jen.Id("c").Qual(own(a, "config"), "Config"),
		jen.Id("source").Qual(own(a, "identity"), "Source"),
		jen.Id("probes").Op("*").Qual(own(a, "ops"), "Probes"),
	).Error().Block(body...)
	return f
}

// loopback are the variables of what listens, but the probes.
func loopback(a answers.Answers) []string {
	var all []string
	for _, s := range settings(a) {
		if s.method == "Address" && s.field != "ProbeAddress" && !strings.HasPrefix(s.field, "Call") {
			all = append(all, s.variable())
		}
	}
	return all
}
